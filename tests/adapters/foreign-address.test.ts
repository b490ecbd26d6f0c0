import { describe, expect, it } from "vitest";
import {
  isLoopbackAddress,
  isPublicAddress,
  literalAddress,
  objectionToUrl,
} from "../../shared/adapters/foreign-address.ts";

/** By what they are, so that a row that is missing is seen. Ranges: IANA's special-purpose address registries. */
const inward: Record<string, string[]> = {
  "this host": ["0.0.0.0", "0.1.2.3", "::"],
  loopback: ["127.0.0.1", "127.0.0.53", "127.255.255.254", "::1"],
  private: ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
  "link-local, with the metadata of AWS, ECS and Google": [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "fe80::1",
    "febf::1",
  ],
  "metadata by other addresses": ["fd00:ec2::254", "168.63.129.16", "192.0.0.192"],
  "unique local": ["fc00::1", "fd12:3456:789a::1", "fdff:ffff:ffff::1"],
  "site-local, given up": ["fec0::1"],
  multicast: ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
  broadcast: ["255.255.255.255"],
  "protocol assignments": ["192.0.0.1", "192.0.0.170", "192.88.99.1"],
  documentation: ["192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "3fff::1"],
  benchmarking: ["198.18.0.1", "198.19.255.255", "2001:2::1"],
  reserved: ["240.0.0.1", "250.1.2.3"],
  "mapped IPv4": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::ffff:7f00:1"],
  "compatible IPv4": ["::127.0.0.1", "::a00:1", "::808:808"],
  "translated IPv4": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "::ffff:0:127.0.0.1"],
  "tunnelled IPv4": ["2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  discard: ["100::1"],
  orchid: ["2001:10::1", "2001:20::1"],
  "segment routing": ["5f00::1"],
  unassigned: ["4000::1", "8000::1", "e000::1", "200::1"],
  "with a zone": ["fe80::1%eth0", "2606:4700::1111%1"],
  "no address": ["", "localhost", "1.2.3.4.5", "256.1.1.1", "12345::1::2"],
};

const outward = [
  "8.8.8.8",
  "1.1.1.1",
  "93.184.215.14",
  "172.15.0.1",
  "172.32.0.1",
  "100.63.0.1",
  "100.128.0.1",
  "169.253.1.1",
  "2606:4700:4700::1111",
  "2a00:1450:4001:82a::200e",
];

describe("a foreign address", () => {
  it("has enough rows to be trusted", () => {
    expect(Object.values(inward).flat().length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(inward).flatMap(([kind, addresses]) => addresses.map((address) => ({ kind, address }))))(
    "is not public: $address ($kind)",
    ({ address }) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );

  it.each(outward)("is public: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it("is this machine's only where it is", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1"].every(isLoopbackAddress)).toBe(true);
    expect(["10.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "localhost", "8.8.8.8"].some(isLoopbackAddress)).toBe(false);
  });
});

const refusedUrls: [string, RegExp][] = [
  ["http://example.com/", /http:\/\/ and not with https/],
  ["ftp://example.com/", /ftp:\/\/ and not with https/],
  ["https://user@example.com/", /user or password/],
  ["https://:secret@example.com/", /user or password/],
  ["https://example.com:22/", /port 22/],
  ["https://example.com:80/", /port 80/],
  ["https://example.com:6379/", /port 6379/],
  ["https://127.0.0.1/", /127\.0\.0\.1/],
  ["https://[::1]/", /::1/],
  ["https://[::ffff:127.0.0.1]/", /::ffff:7f00:1/],
  // One address in the forms that parsers of other languages take for another.
  ["https://2130706433/", /127\.0\.0\.1/],
  ["https://0x7f000001/", /127\.0\.0\.1/],
  ["https://0x7f.0.0.1/", /127\.0\.0\.1/],
  ["https://017700000001/", /127\.0\.0\.1/],
  ["https://0177.0.0.1/", /127\.0\.0\.1/],
  ["https://127.1/", /127\.0\.0\.1/],
  ["https://127.0.1/", /127\.0\.0\.1/],
  ["https://127.0.0.1./", /127\.0\.0\.1/],
  ["https://①②⑦.⓪.⓪.①/", /127\.0\.0\.1/],
  ["https://127。0。0。1/", /127\.0\.0\.1/],
  ["https://%31%32%37.0.0.1/", /127\.0\.0\.1/],
  ["https://2852039166/", /169\.254\.169\.254/],
  ["https://0xa9fea9fe/", /169\.254\.169\.254/],
  ["https://0251.0376.0251.0376/", /169\.254\.169\.254/],
  ["https://[fd00:ec2::254]/", /fd00:ec2::254/],
  ["https://0/", /0\.0\.0\.0/],
];

describe("a foreign URL", () => {
  it.each(refusedUrls)("is refused: %s", (url, why) => {
    expect(objectionToUrl(new URL(url))).toMatch(why);
  });

  it.each([
    "https://example.com/hook?a=1",
    "https://example.com:443/",
    "https://example.com:8443/",
    "https://8.8.8.8/",
  ])("is taken: %s", (url) => {
    expect(objectionToUrl(new URL(url))).toBeUndefined();
  });

  it("names an address only where it names no host", () => {
    expect(literalAddress(new URL("https://[2606:4700::1111]/"))).toBe("2606:4700::1111");
    expect(literalAddress(new URL("https://example.com/"))).toBeUndefined();
  });
});
