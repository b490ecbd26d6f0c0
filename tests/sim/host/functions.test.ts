import { describe, expect, it } from "vitest";
import type { App } from "../../../shared/ports/app.ts";
import type { Delivery } from "../../../shared/ports/queues.ts";
import type { Faults } from "./faults.ts";
import { EventSourceMapping, SimulatedFunction } from "./functions.ts";
import type { Ending, InvocationHost } from "./invocation.ts";
import { SimulatedQueue } from "./queue.ts";
import { SeededRandom } from "./random.ts";
import { settled, Timeline } from "./timeline.ts";

/** Weather of our own making. */
const faults = (deleteLost: boolean) =>
  ({
    latency: () => 1,
    crashAt: () => "none",
    callFault: () => "none",
    happens: () => deleteLost,
  }) as unknown as Faults;

/** A queue of one group with these bodies, and a function that ends its batches as it is told, one after the other. */
async function work(bodies: string[], endings: Ending[], deleteLost = false): Promise<string[][]> {
  const timeline = new Timeline(0);
  const settings = { name: "q", fifo: true, visibilityTimeoutMs: 30_000, deduplicationWindowMs: 0 };
  const queue = new SimulatedQueue<string>(settings, timeline);
  const batches: string[][] = [];
  const invoke = (batch: Delivery<string>[], onEnd: (ending: Ending) => void): void => {
    batches.push(batch.map(({ body, receiveCount }) => `${body}/${receiveCount}`));
    const ending = endings[batches.length - 1];
    if (ending) timeline.after(10, () => onEnd(ending));
  };
  const context = { timeline, random: new SeededRandom(1), faults: faults(deleteLost), messagesPerBatch: 10 };
  new EventSourceMapping(queue, 1, invoke, context).start();
  for (const body of bodies) queue.send({ body, groupId: "g", deduplicationId: body });
  while (batches.length <= endings.length && timeline.step(300_000));
  return batches;
}

describe("an event source mapping", () => {
  const done: Ending = { as: "returned", value: [] };

  it("deletes what succeeded and delivers again what failed", async () => {
    const [first, second] = await work(["a"], [{ as: "returned", value: ["q-1"] }, done]);
    expect([first, second]).toEqual([["a/1"], ["a/2"]]);
  });

  it.each<[string, Ending]>([
    ["throws", { as: "threw", error: new Error("broken") }],
    ["dies", { as: "died", why: "crash" }],
  ])("delivers everything again when the function %s", async (_, ending) => {
    expect(await work(["a"], [ending, done])).toEqual([["a/1"], ["a/2"]]);
  });

  it("delivers again what was done when the deletion is lost", async () => {
    const batches = await work(["a"], [done, done], true);
    expect(batches.slice(0, 2)).toEqual([["a/1"], ["a/2"]]);
  });
});

describe("an execution environment", () => {
  function environment() {
    const host: InvocationHost = {
      timeline: new Timeline(0),
      faults: faults(false),
      running: new Set(),
      observe: () => {},
      handsOver: () => {},
    };
    let made = 0;
    const invoked = new SimulatedFunction(
      { name: "assign", timeoutMs: 1_000, createMemory: () => ({ number: (made += 1) }) },
      {
        base: { stores: {}, queues: {}, blobs: {}, secrets: {}, sockets: {} } as App,
        host,
        nextId: () => 1,
        random: { chance: () => false, below: () => 0 } as unknown as SeededRandom,
      },
    );
    const run = async (result: Promise<unknown>): Promise<number> => {
      let seen = 0;
      invoked.invoke(
        (_, memory) => {
          seen = memory.number;
          return result;
        },
        () => {},
      );
      do await settled();
      while (host.timeline.step(host.timeline.now() + 2_000));
      return seen;
    };
    return run;
  }

  it("keeps its memory from one invocation to the next, and loses it when one dies", async () => {
    const run = environment();
    expect(await run(Promise.resolve())).toBe(1);
    expect(await run(Promise.reject(new Error("broken")))).toBe(1);
    expect(await run(new Promise(() => {}))).toBe(1);
    expect(await run(Promise.resolve())).toBe(2);
  });
});
