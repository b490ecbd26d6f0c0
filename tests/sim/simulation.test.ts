import { describe, expect, it } from "vitest";
import type { Counters } from "./host/counters.ts";
import { campaign, describeCounters, describeFailures } from "./report.ts";
import { simulate } from "./run.ts";

/** `npm test` takes the same sample each time, so that a commit has one verdict; `npm run test:full` all of it, from a fresh seed. */
const fullSize = 10_000;
/** A sample in which something rare did not happen goes on: what matters is that it happens at all. */
const mostTimesSample = 5;
/** Of all, either side of every point is crashed at so often; where it is seldom come to, so often in so many visits. */
const leastCrashes = 100;
const leastShareOfVisits = 0.1;
const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const histories = Number(process.env["SWITCHYARD_HISTORIES"] ?? (isFull ? fullSize : 300));
const firstSeed = Number(process.env["SWITCHYARD_FIRST_SEED"] ?? (isFull ? Math.floor(Math.random() * 2 ** 31) : 1));

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
  "providerSlow",
  "mediaGone",
  "mediaFails",
  "mediaSlow",
  "textLost",
  "queueTakesPart",
  "mailDuplicated",
  "mailThrottled",
  "mailRequestLost",
  "mailAnswerLost",
  "mailEventLost",
  "mailEventLate",
  "mailEventDuplicated",
  "chatDropped",
  "disconnectLost",
  "receiverFails",
  "receiverSilent",
  "receiverAnswerLost",
];

const preconditions = [
  "I1 a job was parked",
  "I1 a parked job was sent on",
  "I1 an event was told",
  "I1 a customer's file was stored",
  "I1 a customer's file could not be had",
  "I1 a text was only listed",
  "I1 a message was put right",
  "I1 a message was taken back",
  "I2 a message by sms was accepted twice",
  "I2 a message by web was accepted twice",
  "I2 a message by whatsapp was accepted twice",
  "I2 a message by messenger was accepted twice",
  "I2 a message by instagram was accepted twice",
  "I2 a message by telegram was accepted twice",
  "I2 a message by custom was accepted twice",
  "I2 a customer sees a reply in the chat",
  "I2 a text came again after it was stored",
  "I2 a text found its conversation closed",
  "I3 a second text of an identity was decided",
  "I3 a status came after a higher one",
  "I3 a second chat message was written",
  "I3 a later part of a reply went out",
  "I3 a report told by its provider's id",
  "I3 one request told of two messages of a customer",
  "I3 an event went out after another of its conversation",
  "I4 an append met a conflict",
  "I4 an agent was filled to the last unit",
  "I5 a conversation waited while somebody was available",
  "I6 an outcome was unknown",
  "I6 a reply was parked",
  "I6 a reply was handed over again after a look-up",
  "I6 a provider that asked for quiet was asked again",
  "I7 an automatic answer went out",
  "I7 a file went out",
  "I7 a part of a reply went out",
  "I7 a template went out",
  "I7 a robot wrote",
  "I7 the gate stopped a hand-over",
  "I7 an answer waited for the morning",
  "I7 an answer went out by night",
  "I7 somebody wanted no more messages",
  "I7 somebody wanted messages again",
  "I8 an answer said that addresses are one customer's",
  "I8 a provider named two addresses of a person",
  "I8 two customers became one",
  "I8 one of two open conversations was withdrawn",
  "I8 what a merge had withdrawn was opened again",
  "I8 a merge was undone",
  "I8 a stranger answered",
  "I8 an answer reopened",
  "I9 a decision was computed again",
  "I9 a message was kept",
  "I9 a plan was replaced",
  "I9 a decision rested on an attribute",
  "I9 a decision rested on a later version of an identity",
  "I9 a decision rested on a later version of a customer",
  "I9 a decision rested on a merge",
];

describe(`${histories} histories from seed ${firstSeed} on`, () => {
  it("hold I1 to I9, under every kind of fault", { timeout: 3_600_000 }, async () => {
    const least = histories >= fullSize ? 100 : 1;
    const unseen = (counters: Counters): string[] => [
      ...seldom(faultKinds, counters, "fault", least),
      ...seldom(preconditions, counters, "reached", least),
    ];
    const {
      failures,
      counters,
      elapsedMs,
      histories: done,
    } = await campaign(firstSeed, histories, {
      isComplete: (counted) => unseen(counted).length === 0,
      most: isFull ? histories : mostTimesSample * histories,
    });
    console.log(
      `simulation: ${done} histories from seed ${firstSeed} on, ${Math.round((done / elapsedMs) * 1000)} a second`,
    );
    console.log(describeCounters(counters));
    expect(failures, describeFailures(failures)).toEqual([]);
    expect(unseen(counters)).toEqual([]);
    expect(counters.of("crash").length).toBeGreaterThan(100);
    expect(isFull ? seldomCrashed(counters) : []).toEqual([]);
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

/** @returns the points with too few crashes on one side */
const seldomCrashed = (counters: Counters): string[] =>
  counters.of("visit").flatMap(([point, visits]) => {
    const least = Math.min(leastCrashes, Math.floor(visits * leastShareOfVisits));
    return ["before", "after"]
      .map((side) => ({ name: `${side} ${point}`, crashes: counters.get("crash", `${side} ${point}`) }))
      .filter(({ crashes }) => crashes < least)
      .map(({ name, crashes }) => `${name}: ${crashes} times in ${visits} visits`);
  });

const seldom = (names: string[], counters: Counters, group: "fault" | "reached", least: number): string[] =>
  names
    .filter((name) => counters.get(group, name) < least)
    .map((name) => `${name}: ${counters.get(group, name)} times`);
