import { describe, expect, it } from "vitest";
import { viewOf } from "../../../shared/core/pool/views.ts";
import type { PoolEvent, PoolOutcome, Roster } from "../../../shared/core/pool/types.ts";
import {
  agentProfile,
  available,
  enqueue,
  kinds,
  minute,
  queueProfile,
  refusals,
  rosterOf,
  second,
  start,
  sweep,
  TestPool,
} from "./support.ts";

const roster = rosterOf([agentProfile("a"), agentProfile("b")]);

describe("roster", () => {
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

  it("leaves a conversation of a queue that nobody has where it is, if no default queue is known", () => {
    const pool = new TestPool(before);
    pool.do(enqueue("1", { queueId: "vip" }));
    pool.do({ kind: "configure", roster: { ...after, queues: [], defaultQueueId: undefined } });
    expect(pool.status("1")).toBe("waiting");
  });

  it("withdraws its offers and offers anew", () => {
    const manual = { ...before, queues: queues.map((queue) => ({ ...queue, acceptance: "manual" as const })) };
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1", { queueId: "vip" }));
    const outcomes = pool.do({ kind: "configure", roster: after });
    expect(kinds(outcomes)).toEqual(["configured", "offerEnded", "moved", "assigned"]);
  });
});

describe("a roster that says which queues other pools have", () => {
  const queues = [queueProfile("general"), queueProfile("vip")];
  const [a, b] = ["a", "b"].map((id) => agentProfile(id, { queueIds: ["general", "vip"] }));
  const before = rosterOf([a!, b!], { queues, defaultQueueId: "general", elsewhere: {} });
  const after = (changes: Partial<Roster> = {}): PoolEvent => ({
    kind: "configure",
    roster: rosterOf([b!], {
      configurationVersion: "2",
      defaultQueueId: "general",
      elsewhere: { vip: "gold" },
      ...changes,
    }),
  });
  const dissolved = after({ agents: [], queues: [], elsewhere: { general: "new", vip: "gold" } });
  const handedOver = (outcomes: PoolOutcome[]) =>
    outcomes.flatMap((outcome) =>
      outcome.kind === "released" && outcome.as === "handedOver" ? [[outcome.conversationId, outcome.to]] : [],
    );

  it("hands their conversations over, with who held them or had set them aside", () => {
    const pool = new TestPool(before, "a");
    pool.do(enqueue("held", { queueId: "vip" }), enqueue("aside", { queueId: "vip" }), enqueue("stays"));
    const until = new Date(pool.now + minute).toISOString();
    pool.do({ kind: "snooze", conversationId: "aside", version: 1, until, by: "a" });
    pool.do({ kind: "presence", agentId: "a", status: "away" }, enqueue("waits", { queueId: "vip" }));
    expect(Object.fromEntries(handedOver(pool.do(after())))).toEqual({
      held: { poolId: "gold", queueId: "vip", heldBy: { agentId: "a" } },
      aside: { poolId: "gold", queueId: "vip", heldBy: { agentId: "a", until } },
      waits: { poolId: "gold", queueId: "vip" },
    });
    expect(pool.state.conversations.size).toBe(1);
  });

  it("takes offers back first", () => {
    const manual = { ...before, queues: queues.map((queue) => ({ ...queue, acceptance: "manual" as const })) };
    const pool = new TestPool(manual, "b");
    pool.do(enqueue("1", { queueId: "vip" }));
    const outcomes = pool.do(after());
    expect(kinds(outcomes)).toEqual(["offerEnded", "released", "configured"]);
    expect(handedOver(outcomes)).toEqual([["1", { poolId: "gold", queueId: "vip" }]]);
    expect(pool.state.agents.get("b")!.used).toBe(0);
  });

  it("hands on what is brought there all the same, at once", () => {
    const pool = new TestPool(before, "b");
    pool.do(after());
    const to = { poolId: "gold", queueId: "vip" };
    expect(handedOver(pool.do(enqueue("1", { queueId: "vip" })))).toEqual([["1", to]]);
    const heldBy = { agentId: "a" };
    expect(handedOver(pool.do(enqueue("2", { queueId: "vip", heldBy })))).toEqual([["2", { ...to, heldBy }]]);
    expect([pool.status("1"), pool.status("2")]).toEqual(["gone", "gone"]);
  });

  it("takes one back as it was when it has the queue again", () => {
    const pool = new TestPool(before, "a", "b");
    pool.do(enqueue("1", { queueId: "vip" }));
    pool.do(after());
    pool.do({ kind: "configure", roster: { ...before, configurationVersion: "3" } });
    pool.do(enqueue("1", { queueId: "vip", heldBy: { agentId: "b" } }));
    expect(viewOf(pool.state, "1")).toMatchObject({ status: "assigned", agentId: "b" });
  });

  it("hands over what no pool has a queue for to the default queue, if that is another pool's", () => {
    const pool = new TestPool(before);
    pool.do(enqueue("1", { queueId: "vip" }));
    const configure = after({ defaultQueueId: "main", elsewhere: { main: "new" } });
    expect(handedOver(pool.do(configure))).toEqual([["1", { poolId: "new", queueId: "main" }]]);
  });

  it("lets what it does not know wait: routing may know a queue before the pool does", () => {
    const pool = new TestPool(before);
    pool.do(after({ defaultQueueId: "main", elsewhere: { main: "new" } }));
    pool.do(enqueue("1", { queueId: "later" }), sweep);
    expect(pool.status("1")).toBe("waiting");
  });

  it("leaves a pool without queues empty, whatever comes", () => {
    const pool = new TestPool(before, "a");
    pool.do(enqueue("1"), enqueue("2", { queueId: "lost" }));
    expect(handedOver(pool.do(dissolved))).toEqual([
      ["1", { poolId: "new", queueId: "general", heldBy: { agentId: "a" } }],
      ["2", { poolId: "new", queueId: "general" }],
    ]);
    expect(handedOver(pool.do(enqueue("3", { queueId: "lost" })))).toEqual([
      ["3", { poolId: "new", queueId: "general" }],
    ]);
    expect(pool.do(dissolved)).toEqual([]);
  });
});

describe("a conversation from another pool", () => {
  const heldBy = (agentId: string, until?: number) => ({
    heldBy: { agentId, ...(until !== undefined && { until: new Date(start + until).toISOString() }) },
  });

  it("stays with who held it, be they full or away, and is marked", () => {
    const pool = new TestPool(rosterOf([agentProfile("a", { units: 1 })]), "a");
    pool.do(enqueue("1"), enqueue("2", heldBy("a")));
    pool.do({ kind: "presence", agentId: "a", status: "away" });
    const outcomes = pool.do(enqueue("3", heldBy("a")));
    expect(outcomes).toContainEqual({ kind: "assigned", conversationId: "3", agentId: "a", weight: 1, forced: true });
    expect(pool.holders("1", "2", "3")).toEqual(["a", "a", "a"]);
  });

  it("stays set aside until it is time, and waits where that is over", () => {
    const pool = new TestPool(roster, "a");
    pool.now += second;
    pool.do(enqueue("1", heldBy("b", minute)), enqueue("2", heldBy("b", second)));
    expect([pool.status("1"), pool.status("2")]).toEqual(["snoozed", "assigned"]);
    pool.after(minute);
    expect(pool.holders("1")).toEqual(["a"]);
  });

  it("waits where its holder is in another pool", () => {
    const pool = new TestPool(roster, "a");
    pool.do(enqueue("1", heldBy("z")), enqueue("2", heldBy("z", minute)));
    expect(pool.holders("1", "2")).toEqual(["a", "a"]);
  });

  it.each([{}, { agentId: "" }, { agentId: "a", until: "soon" }, null])(
    "is refused where %j says who held it",
    (held) => {
      const outcomes = new TestPool(roster).do(enqueue("1", { heldBy: held as never }));
      expect(refusals(outcomes)).toEqual(["It does not say who held it."]);
    },
  );
});
