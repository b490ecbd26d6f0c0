import { describe, expect, it } from "vitest";
import { restorePool, snapshotPool } from "../../../shared/core/pool/snapshot.ts";
import type { PoolEvent } from "../../../shared/core/pool/types.ts";
import { agentViews, queueSummaries, viewOf } from "../../../shared/core/pool/views.ts";
import {
  agentProfile,
  available,
  enqueue,
  kinds,
  minute,
  queueProfile,
  refusals,
  resolve,
  rosterOf,
  start,
  TestPool,
} from "./support.ts";

const one = rosterOf([agentProfile("a", { units: 1 }), agentProfile("b", { units: 1 })]);
const at = (milliseconds: number): string => new Date(start + milliseconds).toISOString();
const snooze = (conversationId: string, until: string | null, version = 1): PoolEvent => ({
  kind: "snooze",
  conversationId,
  version,
  until,
  by: "a",
});

describe("a conversation that is set aside", () => {
  it("frees the units of its agent, who gets what waits", () => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("1"), enqueue("2"));
    expect(kinds(pool.do(snooze("1", at(minute))))).toEqual(["snoozed", "assigned"]);
    expect(pool.holders("1", "2")).toEqual(["-", "a"]);
    expect(viewOf(pool.state, "1")).toMatchObject({ status: "snoozed", agentId: "a", snoozedUntil: at(minute) });
    expect(queueSummaries(pool.state, pool.now)).toMatchObject([{ depth: 0 }]);
  });

  it("comes back when it is time, to whoever set it aside, although another has been idle longer", () => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("1"));
    pool.do(snooze("1", at(minute)), available("b"));
    expect(pool.after(minute - 1)).toEqual([]);
    expect(kinds(pool.after(1))).toEqual(["waiting", "assigned"]);
    expect(pool.holders("1")).toEqual(["a"]);
  });

  it("goes to another when its agent is full or away by then", () => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("1"), enqueue("2"));
    pool.do(snooze("1", at(minute)), available("b"));
    pool.after(minute);
    expect(pool.holders("1", "2")).toEqual(["b", "a"]);
  });

  it("is offered where its queue asks first", () => {
    const manual = rosterOf([agentProfile("a")], { queues: [queueProfile("general", { acceptance: "manual" })] });
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1"));
    pool.do({ kind: "accept", offerId: pool.state.conversations.get("1")!.offerId!, agentId: "a" });
    pool.do(snooze("1", at(minute)));
    expect(kinds(pool.after(minute))).toEqual(["waiting", "offered"]);
  });

  it("comes back at once when the customer writes, and when its agent says so", () => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("1"));
    pool.do(snooze("1", at(minute)));
    expect(kinds(pool.do(enqueue("1", { version: 2 })))).toEqual(["seen", "waiting", "assigned"]);
    pool.do(snooze("1", at(minute), 2));
    expect(kinds(pool.do(snooze("1", null, 2)))).toEqual(["waiting", "assigned"]);
    expect(pool.do(snooze("1", null, 2))).toEqual([]);
  });

  it("can be set aside longer, resolved and transferred", () => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("1"), enqueue("2"));
    pool.do(snooze("1", at(minute)));
    pool.do(snooze("1", at(2 * minute)));
    expect(kinds(pool.after(minute))).toEqual([]);
    expect(kinds(pool.do(resolve("1")))).toEqual(["released"]);
    pool.do(snooze("2", at(5 * minute)));
    pool.do({ kind: "transfer", conversationId: "2", version: 1, by: "a", to: { agentId: "a" } });
    expect(pool.holders("2")).toEqual(["a"]);
  });

  it("is kept by a snapshot", () => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("1"));
    pool.do(snooze("1", at(minute)));
    const restored = restorePool(snapshotPool(pool.state));
    expect(viewOf(restored, "1")).toEqual(viewOf(pool.state, "1"));
    expect(snapshotPool(restored)).toBe(snapshotPool(pool.state));
  });

  it.each([
    ["one that nobody holds", snooze("waiting", at(minute)), /Nobody holds waiting/],
    ["one that is not there", snooze("gone", at(minute)), /gone is not open/],
    ["a time that is over", snooze("held", at(-minute)), /is over already/],
    ["a time that is none", snooze("held", "tomorrow"), /tomorrow, which is no time/],
    ["an older state", snooze("held", at(minute), 0), /at version 1/],
  ])("is refused: %s", (_, event, reason) => {
    const pool = new TestPool(one, "a");
    pool.do(enqueue("held"));
    pool.do(enqueue("waiting"));
    expect(refusals(pool.do(event))).toEqual([expect.stringMatching(reason)]);
  });
});

describe("the reason of a presence", () => {
  const presence = (status: "available" | "away", reason?: string): PoolEvent => ({
    kind: "presence",
    agentId: "a",
    status,
    reason,
  });

  it("is shown, changes by itself, and goes with the status", () => {
    const pool = new TestPool(one, "a");
    pool.do(presence("away", "lunch"));
    expect(agentViews(pool.state)[0]).toMatchObject({ status: "away", reason: "lunch" });
    expect(kinds(pool.do(presence("away", "meeting")))).toEqual(["presence"]);
    expect(pool.do(presence("away", "meeting"))).toEqual([]);
    expect(agentViews(restorePool(snapshotPool(pool.state)))[0]).toMatchObject({ reason: "meeting" });
    pool.do(presence("available"));
    expect(agentViews(pool.state)[0]).toMatchObject({ status: "available", reason: null });
  });

  it("does not begin the ramp-up again", () => {
    const pool = new TestPool(rosterOf([agentProfile("a", { units: 2 })], { rampUpMs: minute }), "a");
    pool.do(enqueue("1"), enqueue("2"));
    pool.now += minute - 1;
    pool.do(presence("available", "back"));
    expect(kinds(pool.after(1))).toEqual(["assigned"]);
    expect(pool.holders("1", "2")).toEqual(["a", "a"]);
  });
});
