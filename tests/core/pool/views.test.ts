import { describe, expect, it } from "vitest";
import { agentViews, configurationOf, offersOf, queueSummaries, viewOf } from "../../../shared/core/pool/views.ts";
import { restorePool, snapshotPool } from "../../../shared/core/pool/snapshot.ts";
import {
  agentProfile,
  available,
  enqueue,
  minute,
  queueProfile,
  resolve,
  rosterOf,
  second,
  start,
  TestPool,
} from "./support.ts";

const roster = rosterOf([agentProfile("a"), agentProfile("b", { queueIds: ["general", "manual"] })], {
  queues: [queueProfile("general"), queueProfile("manual", { acceptance: "manual" })],
});

describe("a conversation", () => {
  it("is shown where it is", () => {
    const pool = new TestPool(roster, "b");
    pool.do(enqueue("offered", { queueId: "manual" }), enqueue("held"), enqueue("waits"));
    const enqueuedAt = new Date(start).toISOString();
    const offerId = pool.state.conversations.get("offered")!.offerId;
    const common = { enqueuedAt, version: 1 };
    expect(["offered", "held", "waits", "unknown"].map((id) => viewOf(pool.state, id))).toEqual([
      { ...common, conversationId: "offered", status: "offered", queueId: "manual", agentId: "b", offerId },
      { ...common, conversationId: "held", status: "assigned", queueId: "general", agentId: "b" },
      { ...common, conversationId: "waits", status: "waiting", queueId: "general", agentId: null },
      undefined,
    ]);
  });
});

describe("queues", () => {
  it("count what nobody has taken, by age, and who could take it", () => {
    const pool = new TestPool(roster, "b");
    pool.now += 5 * minute;
    pool.do(enqueue("1", { queueId: "manual" }), enqueue("2"), enqueue("3"), enqueue("4", { queueId: "closed" }));
    pool.do(available("a"));
    expect(queueSummaries(pool.state, pool.now)).toEqual([
      { id: "general", depth: 0, oldestAgeMs: 0, agentsAvailable: 1 },
      { id: "manual", depth: 1, oldestAgeMs: 5 * minute, agentsAvailable: 0 },
      { id: "closed", depth: 1, oldestAgeMs: 5 * minute, agentsAvailable: 0 },
    ]);
  });
});

describe("offers and agents", () => {
  it("show what is open, and units in use", () => {
    const pool = new TestPool(roster, "b");
    pool.do(
      enqueue("low", { queueId: "manual", priority: "low" }),
      enqueue("high", { queueId: "manual", priority: "high" }),
    );
    const expiresAt = new Date(start + 30 * second).toISOString();
    expect(offersOf(pool.state, "b")).toMatchObject([
      { conversationId: "high", queueId: "manual", channel: "sms", expiresAt },
      { conversationId: "low", expiresAt },
    ]);
    expect(offersOf(pool.state, "nobody")).toEqual([]);
    expect(agentViews(pool.state)).toEqual([
      { id: "a", name: "a", status: "offline", reason: null, units: 2, unitsUsed: 0, unitsFree: 0 },
      { id: "b", name: "b", status: "available", reason: null, units: 2, unitsUsed: 2, unitsFree: 0 },
    ]);
  });
});

describe("a decision that is not in the log yet", () => {
  it.each([
    ["conversations", (pool: TestPool) => viewOf(pool.state, "1")],
    ["queues", (pool: TestPool) => queueSummaries(pool.state, pool.now)],
    ["offers", (pool: TestPool) => offersOf(pool.state, "b")],
    ["agents", (pool: TestPool) => agentViews(pool.state)],
    ["the configuration", (pool: TestPool) => configurationOf(pool.state)],
    ["a snapshot", (pool: TestPool) => snapshotPool(pool.state)],
  ])("is not seen in %s", (_, look) => {
    const pool = new TestPool(roster, "b");
    pool.do(enqueue("1", { queueId: "manual" }));
    const before = look(pool);
    const another = { ...roster, configurationVersion: "2", agents: [agentProfile("c")], queues: [] };
    pool.decide(resolve("1"), { kind: "configure", roster: another });
    expect(look(pool)).toEqual(before);
  });
});

describe("a snapshot", () => {
  it("of another version is refused", () => {
    const text = snapshotPool(new TestPool(roster).state);
    expect(() => restorePool(text.replace('"schemaVersion":1', '"schemaVersion":2'))).toThrow(
      "version 2; this reads 1",
    );
  });

  it("writes what many have in common once", () => {
    const pool = new TestPool(rosterOf([]));
    pool.do(...Array.from({ length: 1_000 }, (_, index) => enqueue(`cnv_${index}`)));
    expect(snapshotPool(pool.state).length).toBeLessThan(60_000);
  });
});
