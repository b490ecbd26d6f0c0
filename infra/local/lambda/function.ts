import { randomUUID } from "node:crypto";
import type { VirtualClock } from "../clock.ts";
import type { Meter } from "../gateway/gateway.ts";
import type { FunctionDefinition } from "../template/blueprint.ts";
import type { InvocationResult } from "./protocol.ts";
import { RuntimeWorker } from "./runtime-worker.ts";

/** Request and answer of a synchronous invocation (Lambda quotas, "Invocation payload"). */
const maxInvocationBytes = 6 * 1024 * 1024;
/** Lambda's name for an event above that. */
export const requestTooLarge = "RequestTooLargeException";

/** A machine has few cores: more threads than this a function would only take memory. */
const maxWorkersPerFunction = 4;

export interface LambdaFunctionOptions {
  definition: FunctionDefinition;
  /** the template's environment and what Lambda adds to it */
  environment: Record<string, string>;
  clock: VirtualClock;
  meter: Meter;
  origins: Record<string, string>;
  log(line: string): void;
}

/** What events are given to. */
export interface Invocable {
  definition: Pick<FunctionDefinition, "name">;
  /** invocations at a time at most */
  maxConcurrency: number;
  /** @param event is sent as JSON, as Lambda does. An error of the function is a result, not a rejection. */
  invoke(event: unknown): Promise<InvocationResult>;
}

/** One Lambda function: the first event starts a worker, warm ones are used again, more while all are busy, up to a small number. */
export class LambdaFunction implements Invocable {
  readonly definition: FunctionDefinition;
  readonly maxConcurrency: number;
  readonly #options: LambdaFunctionOptions;
  readonly #workers = new Set<RuntimeWorker>();
  readonly #idle: RuntimeWorker[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #closed = false;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.definition = options.definition;
    this.maxConcurrency = Math.min(maxWorkersPerFunction, options.definition.reservedConcurrency ?? Infinity);
  }

  invoke(event: unknown): Promise<InvocationResult> {
    return this.#options.clock.busy(this.#invoke(JSON.stringify(event)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers].map((worker) => worker.end()));
  }

  async #invoke(event: string): Promise<InvocationResult> {
    if (Buffer.byteLength(event) > maxInvocationBytes)
      return failed(requestTooLarge, `Request must be smaller than ${maxInvocationBytes} bytes`);
    await this.#takeTurn();
    const begun = performance.now();
    try {
      const worker = this.#takeIdle() ?? (await this.#start());
      const result = await worker.invoke(randomUUID(), event);
      if (worker.alive) this.#idle.push(worker);
      else this.#workers.delete(worker);
      return this.#checked(result);
    } catch (error) {
      return this.#checked(failed("Runtime.InitError", error instanceof Error ? error.message : String(error)));
    } finally {
      this.#record(performance.now() - begun);
      this.#taken -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #takeTurn(): Promise<void> {
    while (this.#taken >= this.maxConcurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken += 1;
  }

  #takeIdle(): RuntimeWorker | undefined {
    for (let worker = this.#idle.pop(); worker; worker = this.#idle.pop()) if (worker.alive) return worker;
    return undefined;
  }

  async #start(): Promise<RuntimeWorker> {
    if (this.#closed) throw new Error("the embedded cloud is stopping");
    const { definition, environment, clock, origins, log } = this.#options;
    const worker = new RuntimeWorker({
      definition,
      environment,
      clockOffset: clock.offsetBuffer,
      origins,
      log,
    });
    this.#workers.add(worker);
    try {
      await worker.ready;
    } catch (error) {
      this.#workers.delete(worker);
      throw error;
    }
    return worker;
  }

  #checked(result: InvocationResult): InvocationResult {
    if (!result.ok) {
      const { errorType, errorMessage, trace } = result.error;
      this.#options.log([`${errorType}: ${errorMessage}`, ...trace.slice(1)].join("\n"));
      return result;
    }
    if (Buffer.byteLength(result.payload) <= maxInvocationBytes) return result;
    return failed("Function.ResponseSizeTooLarge", `Response payload size exceeded ${maxInvocationBytes} bytes`);
  }

  #record(durationMs: number): void {
    const gigabyteSeconds = (durationMs / 1000) * (this.definition.memoryMegabytes / 1024);
    this.#options.meter.record({
      caller: this.definition.name,
      service: "lambda",
      operation: "Invoke",
      units: { invocations: 1, gigabyteSeconds },
    });
  }
}

const failed = (errorType: string, errorMessage: string): InvocationResult => ({
  ok: false,
  error: { errorType, errorMessage, trace: [] },
});
