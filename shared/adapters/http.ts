import { limits } from "../core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type Http, type HttpAnswer, type HttpCall } from "../ports/http.ts";

/** Calls by the global `fetch`. What failed before a connection stood was surely not sent; all else may have been. */
export const fetchHttp: Http = {
  async call(request) {
    try {
      return await answerTo(request);
    } catch (error) {
      const { origin } = new URL(request.url);
      const why = reasonOf(error);
      if (neverConnected(error)) throw new HttpNotSent(`${origin} could not be reached: ${why}`, { cause: error });
      throw new HttpOutcomeUnknown(`No answer from ${origin}: ${why}`, { cause: error });
    }
  },
};

async function answerTo({ method, url, headers, body, timeoutMs }: HttpCall): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  // An answer of any status is an answer: a redirect followed would hand the request to someone else.
  const response = await globalThis.fetch(url, { method, headers, body, signal, redirect: "manual" });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await textOf(response) };
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limits.maxHttpAnswerBytes) throw new Error(`the answer is over ${limits.maxHttpAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Undici puts what went wrong under `cause`; where it tried several addresses, each one's error under that. */
function causesOf(error: unknown): Record<string, unknown>[] {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors;
  return typeof cause === "object" && cause !== null ? [cause as Record<string, unknown>] : [];
}

function neverConnected(error: unknown): boolean {
  const causes = causesOf(error);
  return causes.length > 0 && causes.every(isConnectionError);
}

const isConnectionError = ({ syscall, code }: Record<string, unknown>): boolean =>
  syscall === "connect" || syscall === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT";

function reasonOf(error: unknown): string {
  const [cause] = causesOf(error);
  if (typeof cause?.code === "string") return cause.code;
  return error instanceof Error ? error.message : String(error);
}
