import type { IncomingMessage } from "node:http";
import { literalAddress, objectionToUrl } from "./foreign-address.ts";
import {
  codeOf,
  destinationOf,
  embeddedHost,
  pinnedRequest,
  Refused,
  resolveBySystem,
  Unresolved,
  type Destination,
  type Resolve,
} from "./pinned-request.ts";
import { limits } from "../core/limits.ts";
import {
  MediaNotYet,
  MediaRefused,
  type FetchedMedia,
  type MediaHosts,
  type MediaHttp,
  type MediaLocation,
} from "../ports/media.ts";

/** Sends one request to addresses that were checked. */
export type Open = (
  destination: Destination,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<IncomingMessage>;

interface Fetching {
  location: MediaLocation;
  from: MediaHosts;
  maxBytes: number;
  signal: AbortSignal;
}

/** An answer, or where it says that the file is. */
type Step = { answer: FetchedMedia } | { next: string };

const redirects = new Set([301, 302, 303, 307, 308]);
/**
 * A person may renew the credentials, and a provider its service; anything else that is no 200 stays as it is. 404 is not the end:
 * Twilio tells of a file before all of its machines have it, and whoever takes a file away for good may say 410.
 *
 * @see https://support.twilio.com/hc/en-us/articles/44750147594523-Intermittent-404-Errors-When-Accessing-Media-URLs
 */
const passing = new Set([401, 403, 404, 408, 425, 429]);

/**
 * Files from providers. Each URL on the way has to be https, on the list of hosts, and lead to public addresses alone; a
 * redirect is one more such URL. Credentials go to the hosts that are named for them, whichever sent us there.
 */
export function mediaHttp(resolve: Resolve = resolveBySystem, open: Open = openPinned): MediaHttp {
  return {
    async fetch(location, from, { maxBytes, timeoutMs }) {
      const fetching: Fetching = { location, from, maxBytes, signal: AbortSignal.timeout(timeoutMs) };
      let url = location.url;
      for (let followed = 0; followed <= limits.maxMediaRedirects; followed += 1) {
        const step = await stepTo(url, fetching, resolve, open);
        if ("answer" in step) return step.answer;
        url = step.next;
      }
      throw new MediaRefused(`The file was not fetched: more than ${limits.maxMediaRedirects} redirects.`);
    },
  };
}

async function stepTo(text: string, fetching: Fetching, resolve: Resolve, open: Open): Promise<Step> {
  const { location, from, signal } = fetching;
  const url = listedUrl(text, from);
  const destination = await checkedDestination(url, resolve, signal);
  const mayHaveCredentials = isListed(url, from.credentialHosts);
  const headers = { ...(mayHaveCredentials && location.headers), "accept-encoding": "identity" };
  try {
    const response = await open(destination, headers, signal);
    try {
      return await stepOf(response, url, fetching);
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (error instanceof MediaRefused || error instanceof MediaNotYet) throw error;
    const why = signal.aborted ? "the time was up" : codeOf(error);
    throw new MediaNotYet(`The file could not be fetched from ${url.hostname}: ${why}.`, { cause: error });
  }
}

/** @throws MediaRefused where nothing is ever fetched from there, whatever it resolves to */
function listedUrl(text: string, { hosts }: MediaHosts): URL {
  const url = URL.parse(text);
  if (!url) throw new MediaRefused("The file was not fetched: its address is no URL.");
  // On this machine files may be at a company's own server, which has no certificate.
  const objection = embeddedHost() ? undefined : objectionToUrl(url);
  if (objection !== undefined) throw new MediaRefused(`The file was not fetched: its address ${objection}.`);
  if (!isListed(url, hosts))
    throw new MediaRefused(`The file was not fetched: ${url.hostname} is none of the provider's hosts.`);
  return url;
}

/** `*.` stands for any name below, never for an address. */
const isListed = (url: URL, hosts: readonly string[]): boolean =>
  hosts.some((host) =>
    host.startsWith("*.")
      ? url.hostname.endsWith(host.slice(1)) && literalAddress(url) === undefined
      : url.hostname === host,
  );

/** Under the embedded host, where its simulation serves it. @throws MediaRefused | MediaNotYet */
async function checkedDestination(url: URL, resolve: Resolve, signal: AbortSignal): Promise<Destination> {
  const served = embeddedHost()?.origins[url.origin];
  const actual = served === undefined ? url.href : `${served}${url.pathname}${url.search}`;
  try {
    return await destinationOf(actual, resolve, signal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const Kind = error instanceof Unresolved ? MediaNotYet : MediaRefused;
    throw new Kind(`The file was not fetched: ${url.hostname} ${error.message}.`, { cause: error });
  }
}

const openPinned: Open = (destination, headers, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = pinnedRequest(destination, { method: "GET", headers, signal });
  outgoing.once("response", resolve);
  outgoing.on("error", reject);
  outgoing.end();
  return promise;
};

async function stepOf(response: IncomingMessage, url: URL, { maxBytes }: Fetching): Promise<Step> {
  const { statusCode: status = 0, headers } = response;
  if (redirects.has(status)) {
    const next = URL.parse(headers.location ?? "", url);
    if (!next || headers.location === undefined)
      throw new MediaRefused(`The file was not fetched: ${url.hostname} redirects to no URL.`);
    return { next: next.href };
  }
  if (status >= 500 || passing.has(status)) throw new MediaNotYet(`${url.hostname} answered ${status}.`);
  if (status !== 200) throw new MediaRefused(`${url.hostname} answered ${status}: the file is not there.`);
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    throw new MediaRefused(`${url.hostname} sent the file as ${encoding}, which was not asked for.`);
  return { answer: { bytes: await bytesOf(response, maxBytes), contentType: headers["content-type"] } };
}

/** No more than so many are ever kept, whatever the answer says of its length. */
async function bytesOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (): MediaRefused => new MediaRefused(`The file has more than ${maxBytes} bytes.`);
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
