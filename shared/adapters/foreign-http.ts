import type { IncomingMessage } from "node:http";
import {
  codeOf,
  destinationOf,
  pinnedRequest,
  Refused,
  resolveBySystem,
  type Destination,
  type Resolve,
} from "./pinned-request.ts";
import { limits } from "../core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type ForeignHttp, type HttpAnswer, type HttpCall } from "../ports/http.ts";

/**
 * Calls to addresses that others chose. A redirect is an answer, never followed. Of an answer's body only the first
 * `maxForeignAnswerBytes` are read.
 */
export function foreignHttp(resolve: Resolve = resolveBySystem): ForeignHttp {
  return {
    async call(request) {
      const signal = AbortSignal.timeout(request.timeoutMs);
      return exchange(await reachable(request.url, resolve, signal), request, signal);
    },
    async objectionTo(url) {
      try {
        await destinationOf(url, resolve, AbortSignal.timeout(limits.foreignLookupTimeoutMs));
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
    return await destinationOf(url, resolve, signal);
  } catch (error) {
    throw new HttpNotSent(`${originOf(url)} was not called: it ${codeOf(error)}.`, { cause: error });
  }
}

/** Nothing is written before the connection stands and the certificate is right, so what fails earlier was not sent. */
function exchange(destination: Destination, call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const { url } = destination;
  let isSent = false;
  const fail = (error: unknown) => {
    const why = signal.aborted ? `none within ${call.timeoutMs} ms` : codeOf(error);
    const failure = isSent
      ? new HttpOutcomeUnknown(`No answer from ${url.origin}: ${why}`, { cause: error })
      : new HttpNotSent(`${url.origin} could not be reached: ${why}`, { cause: error });
    reject(failure);
  };
  const body = Buffer.from(call.body ?? "");
  const headers = { ...call.headers, "content-length": String(body.byteLength) };
  const outgoing = pinnedRequest(destination, { method: call.method, headers, signal });
  outgoing.once("socket", (socket) => {
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
      isSent = true;
      outgoing.end(body);
    });
  });
  outgoing.once("response", (response) => answerOf(response).then(resolve, fail));
  outgoing.on("error", fail);
  outgoing.once("close", () => fail(new Error("the connection was closed")));
  return promise;
}

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
