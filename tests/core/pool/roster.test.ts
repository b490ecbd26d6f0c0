import { describe, expect, it } from "vitest";
import { viewOf } from "../../../shared/core/pool/views.ts";
import { agentProfile, available, enqueue, kinds, minute, queueProfile, rosterOf, sweep, TestPool } from "./support.ts";

describe("roster", () => {
  const roster = rosterOf([agentProfile("a"), agentProfile("b")]);
  const without = (id: string, version: string) => ({
    ...roster,
    configurationVersion: version,
    agents: roster.agents.filter((agent) => agent.id !== id),
  });

  it("takes what a removed agent held to the others, and knows new agents as offline", () => {
    const pool = new TestPool(without("b", "1"), "a");
    pool.do(enqueue("1"), enqueue("2"));
    pool.do({ kind: "configure", roster: without("a", "2") });
    expect(pool.holders("1", "2")).toEqual(["-", "-"]);
    expect(pool.state.agents.get("b")!.presence).toBe("offline");
    pool.do(available("b"));
    expect(pool.holders("1", "2")).toEqual(["b", "b"]);
  });

  it("keeps presence and conversations of who stays", () => {
    const pool = new TestPool(roster, "a", "b");
    pool.do(enqueue("1"));
    pool.do({ kind: "configure", roster: without("b", "2") });
    pool.do(enqueue("2"), enqueue("3"));
    expect(pool.holders("1", "2", "3")).toEqual(["a", "a", "-"]);
  });

  it("does not go back to a configuration that was just replaced, while a deploy is under way", () => {
    const pool = new TestPool(roster, "a");
    pool.do({ kind: "configure", roster: without("b", "2") });
    expect(pool.do({ kind: "configure", roster })).toEqual([]);
    pool.now += 2 * minute;
    expect(kinds(pool.do({ kind: "configure", roster }))).toEqual(["configured"]);
    expect(kinds(pool.do({ kind: "configure", roster }))).toEqual([]);
  });

  it("lets a conversation of a queue that it does not know wait until it does", () => {
    const pool = new TestPool(roster, "a");
    pool.do(enqueue("c", { queueId: "new" }), sweep);
    expect(pool.status("c")).toBe("waiting");
    const grown = rosterOf([agentProfile("a", { queueIds: ["general", "new"] })], {
      configurationVersion: "2",
      queues: [queueProfile("general"), queueProfile("new")],
    });
    pool.do({ kind: "configure", roster: grown });
    expect(pool.holders("c")).toEqual(["a"]);
  });

  it("gives a backlog to all who can take it in turn, not to the first", () => {
    const pool = new TestPool(roster, "a", "b");
    pool.do(enqueue("1", { queueId: "new" }), enqueue("2", { queueId: "new" }));
    const agents = roster.agents.map((agent) => ({ ...agent, queueIds: ["new"] }));
    const queues = [queueProfile("general"), queueProfile("new")];
    pool.do({ kind: "configure", roster: { ...roster, configurationVersion: "2", agents, queues } });
    expect(pool.holders("1", "2")).toEqual(["a", "b"]);
  });
});

describe("a roster without a queue that it had", () => {
  const queues = [queueProfile("general"), queueProfile("vip")];
  const agents = [agentProfile("a", { queueIds: ["general", "vip"], units: 1 })];
  const before = rosterOf(agents, { queues, defaultQueueId: "general" });
  const after = { ...rosterOf(agents, { defaultQueueId: "general" }), configurationVersion: "2" };

  it("moves what waits there to the default queue, where it is taken", () => {
    const pool = new TestPool(before);
    pool.do(enqueue("1", { queueId: "vip" }));
    pool.do({ kind: "configure", roster: after });
    expect(viewOf(pool.state, "1")).toMatchObject({ status: "waiting", queueId: "general" });
    pool.do(available("a"));
    expect(pool.holders("1")).toEqual(["a"]);
  });

  it("leaves what is held with its agent", () => {
    const pool = new TestPool(before, "a");
    pool.do(enqueue("1", { queueId: "vip" }));
    pool.do({ kind: "configure", roster: after });
    expect(viewOf(pool.state, "1")).toMatchObject({ status: "assigned", agentId: "a", queueId: "general" });
  });

  it("withdraws its offers and offers anew", () => {
    const manual = { ...before, queues: queues.map((queue) => ({ ...queue, acceptance: "manual" as const })) };
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1", { queueId: "vip" }));
    const outcomes = pool.do({ kind: "configure", roster: after });
    expect(kinds(outcomes)).toEqual(["configured", "offerEnded", "moved", "assigned"]);
  });
});
