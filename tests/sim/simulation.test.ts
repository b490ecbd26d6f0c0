import { describe, expect, it } from "vitest";
import type { Counters } from "./host/counters.ts";
import { campaign, describeCounters, describeFailures } from "./report.ts";
import { simulate } from "./run.ts";

/** `npm test` takes a sample from a fresh seed; `npm run test:full` all of it. */
const fullSize = 10_000;
const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const histories = Number(process.env["SWITCHYARD_HISTORIES"] ?? (isFull ? fullSize : 300));
const firstSeed = Number(process.env["SWITCHYARD_FIRST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const faultKinds = [
  "throttle",
  "time-out after commit",
  "retry sees its own write",
  "slowCall",
  "deleteLost",
  "webhookDuplicated",
  "webhook failed",
  "statusDuplicated",
  "statusLost",
  "statusDelayed",
  "providerRefuses",
  "providerAnswerLost",
  "providerRequestLost",
  "providerThrottles",
  "providerFails",
];

const preconditions = [
  "I1 a job was parked",
  "I1 a parked job was sent on",
  "I2 a text was accepted twice",
  "I2 a text came again after it was stored",
  "I2 a text found its conversation closed",
  "I3 a second text of an identity was decided",
  "I3 a status came after a higher one",
  "I4 an append met a conflict",
  "I4 an agent was filled to the last unit",
  "I5 a conversation waited while somebody was available",
  "I6 an outcome was unknown",
  "I6 a reply was parked",
  "I6 a reply was handed over again after a look-up",
];

describe(`${histories} histories from seed ${firstSeed} on`, () => {
  it("hold I1 to I6, under every kind of fault", { timeout: 3_600_000 }, async () => {
    const { failures, counters, elapsedMs, histories: done } = await campaign(firstSeed, histories);
    console.log(
      `simulation: ${done} histories from seed ${firstSeed} on, ${Math.round((done / elapsedMs) * 1000)} a second`,
    );
    console.log(describeCounters(counters));
    expect(failures, describeFailures(failures)).toEqual([]);
    const least = histories >= fullSize ? 100 : 1;
    expect(seldom(faultKinds, counters, "fault", least)).toEqual([]);
    expect(seldom(preconditions, counters, "reached", least)).toEqual([]);
    const points = counters.of("crash").map(([point]) => point);
    expect(points.length).toBeGreaterThan(100);
    expect(seldom(points, counters, "crash", least)).toEqual([]);
  });

  it("repeat exactly from their seed", async () => {
    const first: string[] = [];
    const second: string[] = [];
    await simulate(firstSeed, { trace: (line) => first.push(line) });
    await simulate(firstSeed, { trace: (line) => second.push(line) });
    expect(first.length).toBeGreaterThan(100);
    expect(second).toEqual(first);
  });
});

const seldom = (names: string[], counters: Counters, group: "fault" | "crash" | "reached", least: number): string[] =>
  names
    .filter((name) => counters.get(group, name) < least)
    .map((name) => `${name}: ${counters.get(group, name)} times`);
