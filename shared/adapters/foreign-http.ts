import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { request as requestByHttp, type IncomingMessage } from "node:http";
import { request as requestByHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { isLoopbackAddress, literalAddress, objectionToAddress, objectionToUrl } from "./foreign-address.ts";
import { limits } from "../core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type ForeignHttp, type HttpAnswer, type HttpCall } from "../ports/http.ts";

/**
 * Set to true on `globalThis` by the bootstrap of the embedded cloud's workers, and by nothing that is deployed: receivers
 * on this machine may be called, by http too. No configuration can say so.
 */
export const embeddedHostKey: unique symbol = Symbol.for("switchyard.embedded-host");

const isEmbeddedHost = (): boolean => (globalThis as { [embeddedHostKey]?: unknown })[embeddedHostKey] === true;

/** All addresses of a name. @throws where it has none */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

interface Destination {
  url: URL;
  addresses: LookupAddress[];
}

/** Nothing is ever sent there. The message says why, in words that follow the URL's. */
class Refused extends Error {
  override name = "Refused";
}

/**
 * Calls to addresses that others chose. A name is resolved once, each of its addresses is checked, and the connection goes
 * to those very addresses, whatever the name resolves to a moment later. A redirect is an answer, never followed.
 * Of an answer's body only the first `maxForeignAnswerBytes` are read.
 */
export function foreignHttp(resolve: Resolve = resolveBySystem): ForeignHttp {
  return {
    async call(request) {
      const signal = AbortSignal.timeout(request.timeoutMs);
      return exchange(await reachable(request.url, resolve, signal), request, signal);
    },
    async objectionTo(url) {
      try {
        await inTime(destinationOf(url, resolve), AbortSignal.timeout(limits.foreignLookupTimeoutMs));
        return undefined;
      } catch (error) {
        if (error instanceof Refused) return error.message;
        throw error;
      }
    },
  };
}

async function reachable(url: string, resolve: Resolve, signal: AbortSignal): Promise<Destination> {
  try {
    return await inTime(destinationOf(url, resolve), signal);
  } catch (error) {
    throw new HttpNotSent(`${originOf(url)} was not called: it ${reasonOf(error)}.`, { cause: error });
  }
}

/** The system's resolver can't be told to stop: it is waited for no longer. */
function inTime(destination: Promise<Destination>, signal: AbortSignal): Promise<Destination> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new Refused("could not be resolved in time")), { once: true });
  return Promise.race([destination, promise]);
}

/** @throws Refused */
async function destinationOf(text: string, resolve: Resolve): Promise<Destination> {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) throw new Refused("is no URL that begins with https://");
  const isEmbedded = isEmbeddedHost();
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
    throw new Refused(`could not be resolved: ${codeOf(error)}`, { cause: error });
  }
  if (addresses.length === 0) throw new Refused("could not be resolved: it has no address");
  return addresses;
}

/** Nothing is written before the connection stands and the certificate is right, so what fails earlier was not sent. */
function exchange({ url, addresses }: Destination, call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const isSecure = url.protocol === "https:";
  let isSent = false;
  const fail = (error: unknown) => {
    const why = signal.aborted ? `none within ${call.timeoutMs} ms` : codeOf(error);
    const failure = isSent
      ? new HttpOutcomeUnknown(`No answer from ${url.origin}: ${why}`, { cause: error })
      : new HttpNotSent(`${url.origin} could not be reached: ${why}`, { cause: error });
    reject(failure);
  };
  const body = Buffer.from(call.body ?? "");
  const outgoing = (isSecure ? requestByHttps : requestByHttp)(url, {
    method: call.method,
    headers: { ...call.headers, "content-length": String(body.byteLength) },
    // A connection of its own: one that is kept alive would be shared by name, whatever was checked for this call.
    agent: false,
    lookup: pinnedTo(addresses),
    signal,
  });
  outgoing.once("socket", (socket) => {
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      isSent = true;
      outgoing.end(body);
    });
  });
  outgoing.once("response", (response) => answerOf(response).then(resolve, fail));
  outgoing.on("error", fail);
  outgoing.once("close", () => fail(new Error("the connection was closed")));
  return promise;
}

/** In place of a second resolution, which might say something else. */
const pinnedTo =
  (addresses: LookupAddress[]): LookupFunction =>
  (_hostname, { all }, done) => {
    const [{ address, family }] = addresses as [LookupAddress];
    if (all) done(null, addresses);
    else done(null, address, family);
  };

async function answerOf(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= limits.maxForeignAnswerBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, limits.maxForeignAnswerBytes).toString("utf8");
  const headers = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  return { status: response.statusCode!, headers: Object.fromEntries(headers), body };
}

/** What follows the host may be a secret of the receiver's. */
const originOf = (text: string): string => URL.parse(text)?.origin ?? "The address";

const reasonOf = (error: unknown): string => (error instanceof Refused ? error.message : codeOf(error));

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
