import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { request as requestByHttp, type ClientRequest, type RequestOptions } from "node:http";
import { request as requestByHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { isLoopbackAddress, literalAddress, objectionToAddress, objectionToUrl } from "./foreign-address.ts";

/*
 * Calls to addresses that others chose: a name is resolved once, each of its addresses is checked, and the connection goes
 * to those very addresses, whatever the name resolves to a moment later.
 */

/** What the embedded cloud tells its functions about itself. */
export interface EmbeddedHost {
  /** providers' origins → where they are served on this machine */
  origins: Record<string, string>;
}

/**
 * Set on `globalThis` by the bootstrap of the embedded cloud's workers, and by nothing that is deployed: receivers and
 * simulated providers on this machine may be called, by http too. No configuration can say so.
 */
export const embeddedHostKey: unique symbol = Symbol.for("switchyard.embedded-host");

export const embeddedHost = (): EmbeddedHost | undefined =>
  (globalThis as { [embeddedHostKey]?: EmbeddedHost })[embeddedHostKey];

/** All addresses of a name. @throws where it has none */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

export const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/** A URL with the addresses that were checked. */
export interface Destination {
  url: URL;
  addresses: LookupAddress[];
}

/** Nothing is ever sent there. The message says why, in words that follow the URL's. */
export class Refused extends Error {
  override name = "Refused";
}

/** Nothing could be sent: the name has no address now. The message follows the URL's, too. */
export class Unresolved extends Refused {
  override name = "Unresolved";
}

/** @throws Refused | Unresolved; the system's resolver can't be told to stop: it is waited for no longer than the signal says */
export function destinationOf(text: string, resolve: Resolve, signal: AbortSignal): Promise<Destination> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new Unresolved("could not be resolved in time")), { once: true });
  return Promise.race([checked(text, resolve), promise]);
}

async function checked(text: string, resolve: Resolve): Promise<Destination> {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) throw new Refused("is no URL that begins with https://");
  const isEmbedded = embeddedHost() !== undefined;
  const objection = objectionToUrl(url);
  if (objection !== undefined && !isEmbedded) throw new Refused(objection);
  const addresses = await addressesOf(url, resolve);
  if (isEmbedded && addresses.every(({ address }) => isLoopbackAddress(address))) return { url, addresses };
  for (const each of [objection, ...addresses.map(({ address }) => objectionToAddress(address))]) {
    if (each !== undefined) throw new Refused(each);
  }
  return { url, addresses };
}

async function addressesOf(url: URL, resolve: Resolve): Promise<LookupAddress[]> {
  const literal = literalAddress(url);
  if (literal !== undefined) return [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  let addresses: LookupAddress[];
  try {
    addresses = await resolve(url.hostname);
  } catch (error) {
    throw new Unresolved(`could not be resolved: ${codeOf(error)}`, { cause: error });
  }
  if (addresses.length === 0) throw new Unresolved("could not be resolved: it has no address");
  return addresses;
}

/** A request to the addresses that were checked, over a connection of its own: one that is kept alive is shared by name. */
export const pinnedRequest = ({ url, addresses }: Destination, options: RequestOptions): ClientRequest =>
  (url.protocol === "https:" ? requestByHttps : requestByHttp)(url, {
    ...options,
    agent: false,
    lookup: pinnedTo(addresses),
  });

/** In place of a second resolution, which might say something else. */
const pinnedTo =
  (addresses: LookupAddress[]): LookupFunction =>
  (_hostname, { all }, done) => {
    const [{ address, family }] = addresses as [LookupAddress];
    if (all) done(null, addresses);
    else done(null, address, family);
  };

/** Error code where there is one: its message may hold what nobody should read. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
