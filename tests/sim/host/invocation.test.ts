import { describe, expect, it } from "vitest";
import type { CallFault, Crash } from "./faults.ts";
import { InjectedError, Invocation, type Ending, type InvocationHost } from "./invocation.ts";
import { SeededRandom } from "./random.ts";
import { settled, Timeline } from "./timeline.ts";

/** A host whose faults are dictated, one a call, instead of drawn. */
function dictated(plan: { fault?: CallFault; crash?: Crash }) {
  const timeline = new Timeline(0);
  const observed: unknown[] = [];
  const faults = {
    latency: () => 5,
    crashAt: () => plan.crash ?? "none",
    callFault: () => plan.fault ?? "none",
  } as unknown as InvocationHost["faults"];
  const host: InvocationHost = {
    timeline,
    faults,
    running: new Set(),
    observe: ({ result }) => observed.push(result),
    handsOver: () => {},
  };
  const drive = async () => {
    do await settled();
    while (timeline.step(60_000));
  };
  return { host, timeline, observed, drive };
}

async function outcomeOf(plan: { fault?: CallFault; crash?: Crash }) {
  const { host, observed, drive } = dictated(plan);
  const endings: Ending[] = [];
  let written = 0;
  const invocation = new Invocation({ functionName: "route", id: 1, timeoutMs: 30_000 }, host, (ending) =>
    endings.push(ending),
  );
  invocation.start(() => invocation.call("store.put", [], ["throttle"], async () => (written += 1)));
  await drive();
  return { endings, written, observed };
}

describe("an invocation", () => {
  it("returns what its run returns", async () => {
    expect(await outcomeOf({})).toEqual({ endings: [{ as: "returned", value: 1 }], written: 1, observed: [1] });
  });

  it("throws without having written when it is throttled", async () => {
    const { endings, written } = await outcomeOf({ fault: "throttle" });
    expect(endings).toEqual([{ as: "threw", error: expect.any(InjectedError) }]);
    expect(written).toBe(0);
  });

  it("throws although it has written when the answer is lost", async () => {
    const { endings, written, observed } = await outcomeOf({ fault: "time-out after commit" });
    expect(endings).toEqual([{ as: "threw", error: expect.any(InjectedError) }]);
    expect({ written, observed }).toEqual({ written: 1, observed: [1] });
  });

  it("gets the second answer when the SDK's retry meets its own write", async () => {
    const { endings, observed } = await outcomeOf({ fault: "retry sees its own write" });
    expect(endings).toEqual([{ as: "returned", value: 2 }]);
    expect(observed).toEqual([1, 2]);
  });

  it("never goes on after a crash, on either side of the call", async () => {
    const before = await outcomeOf({ crash: "before" });
    expect(before).toEqual({ endings: [{ as: "died", why: "crash before store.put" }], written: 0, observed: [] });
    const after = await outcomeOf({ crash: "after" });
    expect(after).toEqual({ endings: [{ as: "died", why: "crash after store.put" }], written: 1, observed: [1] });
  });

  it("dies at its time-out", async () => {
    const { host, drive } = dictated({});
    const endings: Ending[] = [];
    const invocation = new Invocation({ functionName: "send", id: 1, timeoutMs: 1_000 }, host, (ending) =>
      endings.push(ending),
    );
    invocation.start(() => invocation.call("http.call", [], [], () => new Promise(() => {})));
    await drive();
    expect(endings).toEqual([{ as: "died", why: "time-out after 1000 ms" }]);
  });
});

const draw = (random: SeededRandom) => Array.from({ length: 5 }, () => random.next());

describe("a seeded stream", () => {
  it("repeats for a seed, differs between seeds, and forks without moving", () => {
    expect(draw(new SeededRandom(7))).toEqual(draw(new SeededRandom(7)));
    expect(draw(new SeededRandom(7))).not.toEqual(draw(new SeededRandom(8)));
    const forked = new SeededRandom(7);
    forked.fork("other").next();
    expect(draw(forked)).toEqual(draw(new SeededRandom(7)));
    expect(draw(new SeededRandom(7).fork("one"))).not.toEqual(draw(new SeededRandom(7).fork("other")));
  });

  it("spreads evenly", () => {
    const random = new SeededRandom(1);
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 100_000; draw += 1) buckets[random.below(10)]! += 1;
    for (const bucket of buckets) expect(Math.abs(bucket - 10_000)).toBeLessThan(500);
  });
});
