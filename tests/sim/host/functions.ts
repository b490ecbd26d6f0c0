import type { App } from "../../../shared/ports/app.ts";
import type { Delivery } from "../../../shared/ports/queues.ts";
import type { Faults } from "./faults.ts";
import { Invocation, type Ending, type InvocationHost } from "./invocation.ts";
import { portsFor } from "./ports.ts";
import type { SimulatedQueue } from "./queue.ts";
import type { SeededRandom } from "./random.ts";
import type { Timeline } from "./timeline.ts";

/**
 * A function and its execution environments: memory outlives an invocation as on Lambda, is never used by two at once,
 * and is gone with an invocation that dies.
 */
export class SimulatedFunction<Memory> {
  readonly name: string;
  readonly #timeoutMs: number;
  readonly #createMemory: () => Memory;
  readonly #base: App;
  readonly #host: InvocationHost;
  readonly #random: SeededRandom;
  readonly #warm: Memory[] = [];
  readonly #nextId: () => number;

  constructor(
    settings: { name: string; timeoutMs: number; createMemory: () => Memory },
    context: { base: App; host: InvocationHost; random: SeededRandom; nextId: () => number },
  ) {
    this.name = settings.name;
    this.#timeoutMs = settings.timeoutMs;
    this.#createMemory = settings.createMemory;
    this.#base = context.base;
    this.#host = context.host;
    this.#random = context.random;
    this.#nextId = context.nextId;
  }

  invoke(run: (app: App, memory: Memory) => Promise<unknown>, onEnd: (ending: Ending) => void): void {
    const memory = this.#takeMemory();
    const identified = { functionName: this.name, id: this.#nextId(), timeoutMs: this.#timeoutMs };
    const invocation = new Invocation(identified, this.#host, (ending) => {
      if (ending.as !== "died") this.#keepWarm(memory);
      onEnd(ending);
    });
    invocation.start(() => run(portsFor(invocation, this.#base), memory));
  }

  #keepWarm(memory: Memory): void {
    if (this.#warm.length === maxWarmEnvironments) this.#warm.splice(this.#random.below(maxWarmEnvironments), 1);
    this.#warm.push(memory);
  }

  #takeMemory(): Memory {
    if (this.#warm.length === 0 || this.#random.chance(0.1)) return this.#createMemory();
    const [memory] = this.#warm.splice(this.#random.below(this.#warm.length), 1);
    return memory!;
  }
}

/** Lambda ends what has nothing to do. */
const maxWarmEnvironments = 3;

export interface MappingContext {
  timeline: Timeline;
  random: SeededRandom;
  faults: Faults;
  messagesPerBatch: number;
}

/**
 * An event source mapping with partial batch failures: what the function names, and everything when it throws or dies,
 * comes back after the visibility time-out; the rest is deleted, unless the deletion is lost.
 */
export class EventSourceMapping<Body> {
  readonly #queue: SimulatedQueue<Body>;
  readonly #maxConcurrency: number;
  readonly #invoke: (batch: Delivery<Body>[], onEnd: (ending: Ending) => void) => void;
  readonly #context: MappingContext;
  #busy = 0;
  #polling = false;

  constructor(
    queue: SimulatedQueue<Body>,
    maxConcurrency: number,
    invoke: (batch: Delivery<Body>[], onEnd: (ending: Ending) => void) => void,
    context: MappingContext,
  ) {
    this.#queue = queue;
    this.#maxConcurrency = maxConcurrency;
    this.#invoke = invoke;
    this.#context = context;
  }

  start(): void {
    this.#queue.onReady = () => this.#wake();
  }

  #wake(): void {
    if (this.#polling || this.#busy >= this.#maxConcurrency) return;
    this.#polling = true;
    this.#context.timeline.after(this.#context.random.between(0, 30), () => {
      this.#polling = false;
      this.#poll();
    });
  }

  #poll(): void {
    const { random, faults, messagesPerBatch } = this.#context;
    const { deliveries, receipt } = this.#queue.receive(random.between(1, messagesPerBatch));
    if (deliveries.length === 0) return;
    this.#busy += 1;
    this.#invoke(deliveries, (ending) => {
      this.#busy -= 1;
      const done = succeeded(deliveries, ending).filter(() => !faults.happens("deleteLost"));
      this.#queue.remove(done, receipt);
    });
    this.#wake();
  }
}

function succeeded(deliveries: Delivery<unknown>[], ending: Ending): string[] {
  if (ending.as !== "returned") return [];
  const failed = new Set(ending.value as string[]);
  return deliveries.map(({ messageId }) => messageId).filter((id) => !failed.has(id));
}
