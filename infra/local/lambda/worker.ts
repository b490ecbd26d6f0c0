import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { embeddedHostKey, type EmbeddedHost } from "../../../shared/adapters/pinned-request.ts";
import type { InvocationError, InvocationRequest, WorkerMessage, WorkerStart } from "./protocol.ts";

/*
 * Runs inside a function's worker thread, in the place of Lambda's runtime. It puts the virtual clock under Date, leads
 * the providers' origins to their simulations, loads the bundle and answers one invocation at a time.
 */

type Handler = (event: unknown, context: unknown) => unknown;

const start = workerData as WorkerStart;
const port = parentPort!;
const post = (message: WorkerMessage): void => port.postMessage(message);

useVirtualClock(new Float64Array(start.clockOffset));
useSimulatedProviders(start.origins);
tellOfThisMachine(start.origins);

try {
  const handler = await loadHandler(start);
  port.on("message", (request: InvocationRequest) => void answer(handler, request));
  post({ kind: "ready" });
} catch (error) {
  post({ kind: "initFailed", error: describe(error) });
}

/** `Date.now()` and `new Date()` follow the virtual clock; everything else about dates stays as it is. */
function useVirtualClock(offset: Float64Array): void {
  const RealDate = Date;
  const now = (): number => RealDate.now() + offset[0]!;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values: [], subclass) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, subclass) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
}

/** Receivers of outgoing webhooks and providers' files are on this machine: a laptop has no public address. */
function tellOfThisMachine(origins: Record<string, string>): void {
  (globalThis as { [embeddedHostKey]?: EmbeddedHost })[embeddedHostKey] = { origins };
}

/** A function on this machine reaches the simulated providers by `fetch`, and nothing beyond. */
function useSimulatedProviders(origins: Record<string, string>): void {
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const served = origins[url.origin];
    if (served === undefined) throw new TypeError("fetch failed", { cause: unreachable(url.origin) });
    return realFetch(new Request(`${served}${url.pathname}${url.search}`, request));
  };
}

/** As when the network has no route: nothing was sent. */
const unreachable = (origin: string): Error =>
  Object.assign(new Error(`the embedded cloud has no simulated provider at ${origin}`), {
    syscall: "connect",
    code: "ENETUNREACH",
  });

async function loadHandler({ codeDirectory, handler }: WorkerStart): Promise<Handler> {
  const [file = "", name = ""] = handler.split(".");
  const path = [".cjs", ".js", ".mjs"].map((ending) => join(codeDirectory, file + ending)).find(existsSync);
  if (!path) throw new Error(`Cannot find module '${file}' in ${codeDirectory}`);
  const module = (path.endsWith(".mjs") ? await import(pathToFileURL(path).href) : createRequire(path)(path)) as Record<
    string,
    unknown
  >;
  if (typeof module[name] !== "function") throw new Error(`${handler} is undefined or not exported`);
  return module[name] as Handler;
}

async function answer(handler: Handler, request: InvocationRequest): Promise<void> {
  const { requestId } = request;
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request));
    post({ kind: "succeeded", requestId, payload: JSON.stringify(result) ?? "null" });
  } catch (error) {
    post({ kind: "failed", requestId, error: describe(error) });
  }
}

function contextOf({ requestId, remainingMs }: InvocationRequest): object {
  const deadline = performance.now() + remainingMs;
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: start.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMegabytes),
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

function describe(error: unknown): InvocationError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
