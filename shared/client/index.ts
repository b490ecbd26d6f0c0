import { ApiProblem, NoAnswer } from "./errors.ts";
import { operations, type Operation } from "./operations.ts";
import type { Client } from "./types.ts";

export { ApiProblem, NoAnswer, type FieldProblem } from "./errors.ts";
export type { Answer, Client, ItemOf, ListName, RequestOf } from "./types.ts";
export type { WholeOperationName as OperationName } from "../api/contract.ts";
export type { ProblemReason } from "../api/problems.ts";

export interface ClientOptions {
  /** e.g. `https://abc123.execute-api.eu-central-1.amazonaws.com` */
  baseUrl: string;
  /** a bearer token, or what gets one that is still valid */
  token: string | (() => string | Promise<string>);
  /** in place of the platform's own */
  fetch?: typeof globalThis.fetch;
}

/** What any call's request may have, whichever its operation. */
interface AnyRequest {
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  idempotencyKey?: string;
  file?: Blob | Uint8Array<ArrayBuffer>;
  contentType?: string;
  name?: string;
  signal?: AbortSignal;
  [parameter: string]: unknown;
}

/**
 * A client of the API for Node and browsers.
 *
 * A call that takes an idempotency key gets one of its own unless it is given one; where it fails, the error has the key,
 * and the same call with it is carried out once at most. Nothing is tried again without being asked for.
 */
export function createClient(options: ClientOptions): Client {
  const calls = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (request: AnyRequest = {}) => call(operation, request, options),
    ]),
  );
  const all = (name: keyof typeof operations, request: AnyRequest = {}) => pages(operations[name], request, options);
  // The methods are made of the same contract that their types are made of.
  return { ...calls, all } as unknown as Client;
}

async function call(operation: Operation, request: AnyRequest, options: ClientOptions): Promise<unknown> {
  const idempotencyKey = operation.takesIdempotencyKey ? (request.idempotencyKey ?? crypto.randomUUID()) : undefined;
  const token = typeof options.token === "string" ? options.token : await options.token();
  const send = options.fetch ?? fetch;
  const answer = await answered(
    () =>
      send(urlOf(operation.path, request, options.baseUrl), {
        method: operation.method,
        headers: {
          authorization: `Bearer ${token}`,
          ...contentHeaders(operation, request),
          ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
        },
        body: bodyOf(operation, request),
        signal: request.signal,
      }),
    idempotencyKey,
  );
  const text = await answered(() => answer.text(), idempotencyKey);
  if (!answer.ok) throw new ApiProblem(answer.status, problemIn(text), { idempotencyKey });
  return operation.answersText ? text : JSON.parse(text);
}

function contentHeaders(operation: Operation, { body, contentType, name }: AnyRequest): Record<string, string> {
  if (operation.takesFile)
    return { "content-type": contentType ?? "application/octet-stream", "x-file-name": encodeURIComponent(name ?? "") };
  return body === undefined ? {} : { "content-type": "application/json" };
}

const bodyOf = (operation: Operation, { body, file }: AnyRequest): BodyInit | undefined => {
  if (operation.takesFile) return file;
  return body === undefined ? undefined : JSON.stringify(body);
};

/** @throws NoAnswer where the network fails; a caller who gives up has no need to be told */
async function answered<Value>(attempt: () => Promise<Value>, idempotencyKey: string | undefined): Promise<Value> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw new NoAnswer(error, { idempotencyKey });
  }
}

function problemIn(text: string): Record<string, unknown> {
  try {
    const problem: unknown = JSON.parse(text);
    return typeof problem === "object" && problem !== null ? { ...problem } : {};
  } catch {
    return {};
  }
}

function urlOf(path: string, request: AnyRequest, baseUrl: string): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(request[name])));
  const given = Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${baseUrl.replace(/\/+$/, "")}${filled}${query && `?${query}`}`;
}

async function* pages(
  operation: Operation,
  request: AnyRequest,
  options: ClientOptions,
): AsyncGenerator<unknown, void> {
  let cursor = request.query?.["cursor"];
  do {
    const query = { ...request.query, cursor };
    const page = (await call(operation, { ...request, query }, options)) as { items: unknown[]; cursor?: string };
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
