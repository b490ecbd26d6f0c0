import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "../template/blueprint.ts";
import type { InvocationError, InvocationRequest, InvocationResult, WorkerMessage, WorkerStart } from "./protocol.ts";

/**
 * Lambda gives initialisation ten seconds, then tries it again within the invocation (Lambda developer guide, "Understanding
 * the execution environment life cycle"). Here all functions load at once, on the cores of one busy machine.
 */
const maxInitMs = 60_000;

export interface RuntimeWorkerOptions {
  definition: FunctionDefinition;
  environment: Record<string, string>;
  clockOffset: SharedArrayBuffer;
  origins: Record<string, string>;
  /** takes each line that the function writes */
  log(line: string): void;
}

/** One execution environment: a thread that has loaded the bundle and answers one invocation at a time. */
export class RuntimeWorker {
  /** resolves when the bundle is loaded; rejects with why it can't be */
  readonly ready: Promise<void>;
  /** false once the thread has ended */
  alive = true;
  readonly #worker: Worker;
  readonly #definition: FunctionDefinition;
  #settle: ((result: InvocationResult) => void) | undefined;
  #requestId = "";
  #failure: InvocationError | undefined;

  constructor(options: RuntimeWorkerOptions) {
    const { definition } = options;
    this.#definition = definition;
    const start: WorkerStart = {
      codeDirectory: definition.codeDirectory,
      handler: definition.handler,
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMegabytes: definition.memoryMegabytes,
      clockOffset: options.clockOffset,
      origins: options.origins,
    };
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: start,
      env: options.environment,
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
      stdin: false,
      stdout: true,
      stderr: true,
    });
    eachLine(this.#worker.stdout, options.log);
    eachLine(this.#worker.stderr, options.log);
    this.ready = this.#untilReady();
    this.#worker.on("message", (message: WorkerMessage) => this.#take(message));
    this.#worker.on("error", (error) => {
      this.#failure = failureOf(error);
      // Between invocations nobody else would hear of it.
      if (!this.#settle) options.log(this.#failure.trace.join("\n") || this.#failure.errorMessage);
    });
    this.#worker.on("exit", (code) => {
      this.alive = false;
      this.#finish({ ok: false, error: this.#failure ?? exitedWith(code) });
    });
  }

  /** @param event JSON; a second call before the first has ended is an error of the caller */
  invoke(requestId: string, event: string): Promise<InvocationResult> {
    const { timeoutMs } = this.#definition;
    return new Promise((resolve) => {
      // Real time: what a function does between its calls is real work, which no advance of the clock makes faster.
      const timer = setTimeout(() => {
        this.#failure = {
          errorType: "Sandbox.Timedout",
          errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
          trace: [],
        };
        this.#finish({ ok: false, error: this.#failure });
        void this.end();
      }, timeoutMs);
      this.#requestId = requestId;
      this.#settle = (result) => {
        clearTimeout(timer);
        resolve(result);
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, not for threads
      this.#worker.postMessage({ requestId, event, remainingMs: timeoutMs } satisfies InvocationRequest);
    });
  }

  async end(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        this.alive = false;
        reject(new Error(`The function ${this.#definition.name} can't be loaded: ${reason}`));
      };
      const timer = setTimeout(() => {
        fail(`it was not ready after ${maxInitMs / 1000} s`);
        void this.end();
      }, maxInitMs);
      this.#worker.on("message", (message: WorkerMessage) => {
        clearTimeout(timer);
        if (message.kind === "ready") resolve();
        if (message.kind === "initFailed") {
          const { errorType, errorMessage, trace } = message.error;
          fail([`${errorType}: ${errorMessage}`, ...trace.slice(1)].join("\n"));
          void this.end();
        }
      });
      this.#worker.on("error", (error) => fail(String(error)));
      this.#worker.on("exit", (code) => {
        clearTimeout(timer);
        fail(`it exited with ${code}`);
      });
    });
  }

  #take(message: WorkerMessage): void {
    if (message.kind === "succeeded" && message.requestId === this.#requestId)
      this.#finish({ ok: true, payload: message.payload });
    if (message.kind === "failed" && message.requestId === this.#requestId)
      this.#finish({ ok: false, error: message.error });
  }

  #finish(result: InvocationResult): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(result);
  }
}

function failureOf(error: unknown): InvocationError {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return { errorType: "Runtime.OutOfMemory", errorMessage: "Runtime exited with error: signal: killed", trace: [] };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { errorType: "Runtime.UnhandledError", errorMessage: String(error), trace: stack.split("\n") };
}

const exitedWith = (code: number): InvocationError => ({
  errorType: "Runtime.ExitError",
  errorMessage: `Runtime exited with error: exit status ${code}`,
  trace: [],
});

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  stream.on("end", () => {
    if (rest) take(rest);
  });
}
