/*
 * URLs that lead, or try to lead, to what is no public address: each address that must not be reached, in each way that
 * somebody has found to write it.
 */

/** IANA's special-purpose registry, and metadata services of clouds. */
const inwardV4 = [
  "0.0.0.0",
  "10.0.0.5",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
];

const inwardV6 = [
  "::",
  "::1",
  "fe80::1",
  "febf::1",
  "fec0::1",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  "100::1",
  "2001:db8::1",
  "2001:2::1",
  "2001:10::1",
  "3fff::1",
  "5f00::1",
  "4000::1",
  "0:0:0:0:0:0:0:1",
  "::0001",
];

const bytesOf = (address: string): number[] => address.split(".").map(Number);
const numberOf = (address: string): number => bytesOf(address).reduce((sum, byte) => sum * 256 + byte, 0);
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** Digits and dots that WHATWG's URL parser, as browsers do, takes for the plain ones (UTS 46). */
const inFullWidth = (text: string): string =>
  text.replaceAll(/[\d.]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
const inCircles = (text: string): string =>
  text.replaceAll(/\d/g, (digit) => (digit === "0" ? "⓪" : String.fromCharCode(0x2460 + Number(digit) - 1)));

const waysToWriteV4: Record<string, (address: string) => string> = {
  dotted: (address) => address,
  decimal: (address) => String(numberOf(address)),
  hexadecimal: (address) => `0x${hex(numberOf(address), 8)}`,
  octal: (address) => `0${numberOf(address).toString(8)}`,
  "dotted hexadecimal": (address) =>
    bytesOf(address)
      .map((byte) => `0x${hex(byte, 2)}`)
      .join("."),
  "dotted octal": (address) =>
    bytesOf(address)
      .map((byte) => `0${byte.toString(8)}`)
      .join("."),
  "two parts": (address) => `${bytesOf(address)[0]}.${numberOf(address) % 2 ** 24}`,
  "three parts": (address) => `${bytesOf(address).slice(0, 2).join(".")}.${numberOf(address) % 2 ** 16}`,
  "trailing dot": (address) => `${address}.`,
  "ideographic full stops": (address) => address.replaceAll(".", "。"),
  "full width": inFullWidth,
  "circled digits": inCircles,
  "percent-encoded": (address) => address.replaceAll(".", "%2e"),
  mapped: (address) => `[::ffff:${address}]`,
  "mapped, hexadecimal": (address) =>
    `[::ffff:${hex(Math.floor(numberOf(address) / 65536), 1)}:${hex(numberOf(address) % 65536, 1)}]`,
  compatible: (address) => `[::${address}]`,
  translated: (address) => `[64:ff9b::${address}]`,
  "translated locally": (address) => `[64:ff9b:1::${address}]`,
  "by 6to4": (address) =>
    `[2002:${hex(Math.floor(numberOf(address) / 65536), 4)}:${hex(numberOf(address) % 65536, 4)}::1]`,
  "by Teredo": (address) => {
    const inverted = 2 ** 32 - 1 - numberOf(address);
    return `[2001:0:4136:e378:8000:63bf:${hex(Math.floor(inverted / 65536), 4)}:${hex(inverted % 65536, 4)}]`;
  },
};

/** A URL that names an address, by how it does. */
export const hostileAddresses: [how: string, url: string][] = [
  ...inwardV4.flatMap((address) =>
    Object.entries(waysToWriteV4).map(
      ([how, write]) => [`${address} ${how}`, `https://${write(address)}/file`] as [string, string],
    ),
  ),
  ...inwardV6.map((address) => [address, `https://[${address}]/file`] as [string, string]),
  ["with a zone", "https://[fe80::1%25eth0]/file"],
  ["with a zone, unencoded", "https://[fe80::1%eth0]/file"],
];

/** A URL that is refused by its form, though its host be public. */
export const hostileForms: [how: string, url: string][] = [
  ["plain text", "http://media.example/file"],
  ["a local file", "file:///etc/passwd"],
  ["FTP", "ftp://media.example/file"],
  ["data", "data:text/plain,hello"],
  ["Gopher", "gopher://media.example/_x"],
  ["a WebSocket", "wss://media.example/file"],
  ["a blob", "blob:https://media.example/1"],
  ["script", "javascript:alert(1)"],
  ["no URL", "media.example/file"],
  ["nothing", ""],
  ["a user", "https://user@media.example/file"],
  ["a user and password", "https://user:secret@media.example/file"],
  ["our host as user", "https://media.example@10.0.0.1/file"],
  ["our host as user and password", "https://media.example:443@127.0.0.1/file"],
  ["another port", "https://media.example:22/file"],
  ["port 80", "https://media.example:80/file"],
  ["port 0", "https://media.example:0/file"],
  ["port 8080", "https://media.example:8080/file"],
  ["a port too high", "https://media.example:65536/file"],
  ["a space in the host", "https://media .example/file"],
  ["a backslash before an at sign", "https://10.0.0.1\\@media.example/file"],
  ["a fragment before an at sign", "https://10.0.0.1#@media.example/file"],
  ["a query before an at sign", "https://10.0.0.1?@media.example/file"],
];

/** A URL of a host that is not on the list `media.example, *.cdn.example`, however much it looks like one. */
export const hostileHosts: string[] = [
  "https://evil.example/file",
  "https://media.example.evil.example/file",
  "https://evilmedia.example/file",
  "https://media.example./file",
  "https://mediaexample/file",
  "https://sub.media.example/file",
  "https://cdn.example/file",
  "https://evilcdn.example/file",
  "https://a.cdn.example.evil.example/file",
  "https://a.cdn.example./file",
  "https://mediа.example/file",
  "https://media.exämple/file",
  "https://media-example/file",
  "https://localhost/file",
  "https://media.example.localhost/file",
  "https://127.0.0.1.nip.io/file",
];

/** What a name of ours might resolve to, when somebody else has its zone. */
export const inwardResolutions: string[][] = [
  ...inwardV4.map((address) => [address]),
  ...inwardV6.map((address) => [address]),
  ["93.184.215.14", "10.0.0.5"],
  ["2606:4700:4700::1111", "::1"],
  ["93.184.215.14", "2606:4700:4700::1111", "169.254.169.254"],
  ["::ffff:127.0.0.1"],
  ["64:ff9b::7f00:1"],
  ["2002:7f00:1::"],
  ["fe80::1%eth0"],
  ["93.184.215.14%1"],
];
