import type { CallFault, Faults } from "./faults.ts";
import type { Timeline } from "./timeline.ts";

/** An error as the SDK throws it, told apart from the functions' own by its name. */
export class InjectedError extends Error {
  override name = "InjectedError";
}

/** A call of a port as it ran: seen by the checkers even when the caller never learnt its result. */
export interface Observation {
  functionName: string;
  /** which run of a function made it; runs are counted from 1 */
  invocation: number;
  /** e.g. `messages.create` */
  operation: string;
  parameters: readonly unknown[];
  result: unknown;
}

export interface InvocationHost {
  timeline: Timeline;
  faults: Faults;
  observe(observation: Observation): void;
  /** told as something leaves for a customer or another company, whatever becomes of it */
  handsOver(observation: Omit<Observation, "result">): void;
  /** told while an invocation has no call under way, so that one that waits for something else is found out */
  running: Set<Invocation>;
}

export type Ending = { as: "returned"; value: unknown } | { as: "threw"; error: unknown } | { as: "died"; why: string };

/**
 * One run of a function. Every call of a port is a point where others may come first, where the call may fail, and where
 * the run may die: then its promise never goes on, and what it held in memory is lost.
 */
export class Invocation {
  readonly functionName: string;
  readonly #id: number;
  readonly #host: InvocationHost;
  #underWay = 0;
  #ended = false;
  #onEnd: (ending: Ending) => void;

  constructor(
    { functionName, id, timeoutMs }: { functionName: string; id: number; timeoutMs: number },
    host: InvocationHost,
    onEnd: (ending: Ending) => void,
  ) {
    this.functionName = functionName;
    this.#id = id;
    this.#host = host;
    this.#onEnd = onEnd;
    host.timeline.after(timeoutMs, () => this.#end({ as: "died", why: `time-out after ${timeoutMs} ms` }));
  }

  get alive(): boolean {
    return !this.#ended;
  }

  start(run: () => Promise<unknown>): void {
    this.#host.running.add(this);
    run().then(
      (value) => this.#end({ as: "returned", value }),
      (error: unknown) => this.#end({ as: "threw", error }),
    );
  }

  /**
   * Makes one call of a port.
   *
   * @param operation e.g. `messages.create`
   * @param possible the faults that it can meet
   */
  call<Result>(
    operation: string,
    parameters: readonly unknown[],
    possible: readonly CallFault[],
    carryOut: () => Promise<Result>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return;
      this.#leave();
      const { faults, timeline } = this.#host;
      timeline.after(faults.latency(), () => {
        void this.#carryOut(operation, parameters, possible, carryOut).then(
          (result) => this.#goOn(() => resolve(result)),
          (error: unknown) => this.#goOn(() => reject(error)),
        );
      });
    });
  }

  /** Whether this goes wrong now. */
  happens(kind: Parameters<Faults["happens"]>[0]): boolean {
    return !this.#ended && this.#host.faults.happens(kind);
  }

  /** Says that of a call which fails a part was carried out. */
  carriedOut(operation: string, parameters: readonly unknown[]): void {
    const { functionName } = this;
    this.#host.observe({ functionName, invocation: this.#id, operation, parameters, result: undefined });
  }

  /** Says that a call which is being carried out leaves for somebody outside. */
  handsOver(operation: string, parameters: readonly unknown[]): void {
    this.#host.handsOver({ functionName: this.functionName, invocation: this.#id, operation, parameters });
  }

  async #carryOut<Result>(
    operation: string,
    parameters: readonly unknown[],
    possible: readonly CallFault[],
    carryOut: () => Promise<Result>,
  ): Promise<Result> {
    const { faults } = this.#host;
    const observed = async (): Promise<Result> => {
      const result = await carryOut();
      this.#host.observe({ functionName: this.functionName, invocation: this.#id, operation, parameters, result });
      return result;
    };
    const crash = this.#ended ? "none" : faults.crashAt(`${this.functionName}: ${operation}`);
    if (crash === "before") {
      this.#end({ as: "died", why: `crash before ${operation}` });
      return never();
    }
    const fault = this.#ended || possible.length === 0 ? "none" : faults.callFault(possible);
    if (fault === "throttle") throw new InjectedError(`throttled: ${operation}`);
    if (fault === "retry sees its own write") await observed();
    const result = await observed();
    if (crash === "after") this.#end({ as: "died", why: `crash after ${operation}` });
    if (fault === "time-out after commit") throw new InjectedError(`no answer: ${operation}`);
    return result;
  }

  #goOn(resume: () => void): void {
    if (this.#ended) return;
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#host.running.add(this);
    resume();
  }

  #leave(): void {
    this.#underWay += 1;
    this.#host.running.delete(this);
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.running.delete(this);
    this.#onEnd(ending);
    this.#onEnd = () => {};
  }
}

const never = (): Promise<never> => new Promise(() => {});
