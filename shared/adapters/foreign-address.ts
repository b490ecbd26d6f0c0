import ipaddr from "ipaddr.js";

/*
 * Which addresses others may make us call. All that is not plainly public is refused, so that a range which nobody
 * thought of is refused as well: IANA's special-purpose registries, as ipaddr.js lists them.
 */

/** The block of global unicast addresses (RFC 4291, section 2.4); what IPv6 has elsewhere embeds or translates others. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Public by its range, and yet a machine's own host: Azure's (https://learn.microsoft.com, "What is 168.63.129.16?"). */
const hostsOfClouds = new Set(["168.63.129.16"]);

/** @param address as a resolver writes it; with a zone it is never public */
export function isPublicAddress(address: string): boolean {
  if (address.includes("%") || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(globalUnicast);
  return !hostsOfClouds.has(parsed.toString());
}

export const isLoopbackAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === "loopback";

const ports = new Set(["", "443", "8443"]);

/** Why a URL is refused before anything is resolved; undefined where nothing speaks against it. */
export function objectionToUrl(url: URL): string | undefined {
  if (url.protocol !== "https:") return `begins with ${url.protocol}// and not with https://`;
  if (url.username !== "" || url.password !== "") return "carries a user or password: take them out";
  if (!ports.has(url.port)) return `names port ${url.port}: only 443 and 8443 are called`;
  const literal = literalAddress(url);
  return literal === undefined ? undefined : objectionToAddress(literal);
}

/** The address that a URL names in place of a host; WHATWG's parser has made one form of the many an IPv4 address has. */
export function literalAddress({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(address) ? address : undefined;
}

export const objectionToAddress = (address: string): string | undefined =>
  isPublicAddress(address) ? undefined : `leads to ${address}, which is no public address`;
