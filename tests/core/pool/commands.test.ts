import { describe, expect, it } from "vitest";
import { limits } from "../../../shared/core/limits.ts";
import { applyEntry, PoolLogError } from "../../../shared/core/pool/apply.ts";
import type { PoolEvent, PoolOutcome } from "../../../shared/core/pool/types.ts";
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
  second,
  sweep,
  TestPool,
} from "./support.ts";

const two = rosterOf([agentProfile("a"), agentProfile("b")]);

describe("offers", () => {
  const manual = rosterOf([agentProfile("a", { units: 1 }), agentProfile("b", { units: 1 })], {
    queues: [queueProfile("general", { acceptance: "manual" })],
  });
  const offerOf = (pool: TestPool, id: string) => pool.state.conversations.get(id)!.offerId!;
  const answer = (kind: "accept" | "reject", pool: TestPool, id: string, agentId: string): PoolEvent => ({
    kind,
    offerId: offerOf(pool, id),
    agentId,
  });

  it("reserve units until they are answered", () => {
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1"), enqueue("2"));
    expect([pool.status("1"), pool.status("2")]).toEqual(["offered", "waiting"]);
    expect(kinds(pool.do(answer("accept", pool, "1", "a")))).toEqual(["offerEnded", "assigned"]);
    expect([pool.status("1"), pool.status("2")]).toEqual(["assigned", "waiting"]);
  });

  it("that are rejected go to another, and the agent gets other work at once", () => {
    const pool = new TestPool(manual, "a", "b");
    pool.do(enqueue("1"), enqueue("2"), enqueue("3"));
    expect(pool.holders("1", "2", "3")).toEqual(["a", "b", "-"]);
    pool.do(answer("reject", pool, "1", "a"));
    expect(pool.holders("1", "2", "3")).toEqual(["-", "b", "a"]);
  });

  it("that lapse cool down, and come back to the same agent when nobody else takes them", () => {
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1"));
    const [lapsed, ...more] = pool.after(30 * second);
    expect(lapsed).toMatchObject({ kind: "offerEnded", as: "lapsed", agentId: "a", coolDown: { agentId: "a" } });
    expect(more).toEqual([]);
    expect(pool.after(limits.offerCoolDownMs - 1)).toEqual([]);
    expect(kinds(pool.after(1))).toEqual(["offered"]);
  });

  it("do not block others behind them while they cool down", () => {
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1"));
    pool.do(answer("reject", pool, "1", "a"));
    pool.do(enqueue("2"));
    expect(pool.holders("1", "2")).toEqual(["-", "a"]);
    pool.do(available("b"));
    expect(pool.holders("1", "2")).toEqual(["b", "a"]);
  });

  it("that are rejected are asked about by the requirements of now, not of when they were offered", () => {
    const skilled = { ...manual.agents[0]!, skills: { de: 1 } };
    const pool = new TestPool({ ...manual, agents: [skilled, manual.agents[1]!] }, "a", "b");
    const strict = { requirements: [{ skill: "de", level: 1 }], expiresAfterMs: 20 * second };
    pool.do(enqueue("1", { steps: [strict, { requirements: [] }] }));
    pool.now += 20 * second;
    expect(kinds(pool.do(answer("reject", pool, "1", "a")))).toEqual(["offerEnded", "relaxed", "offered"]);
    expect(pool.holders("1")).toEqual(["b"]);
  });

  it("of an agent who leaves go to the others", () => {
    const pool = new TestPool(manual, "a", "b");
    pool.do(enqueue("1"));
    const outcomes = pool.do({ kind: "presence", agentId: "a", status: "away" });
    expect(kinds(outcomes)).toEqual(["presence", "offerEnded", "offered"]);
    expect(pool.holders("1")).toEqual(["b"]);
  });

  it("can't be answered by another, nor once they have ended; an answer that comes twice is one", () => {
    const pool = new TestPool(manual, "a", "b");
    pool.do(enqueue("1"));
    expect(refusals(pool.do(answer("accept", pool, "1", "b")))[0]).toMatch("b has no open offer");
    const accepted = answer("accept", pool, "1", "a");
    pool.do(accepted);
    expect(pool.do(accepted)).toEqual([]);
    expect(refusals(pool.do({ ...accepted, kind: "reject" } as PoolEvent))[0]).toMatch("has ended");
  });

  it("that lapse in the batch that accepts them are refused", () => {
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1"));
    const late = answer("accept", pool, "1", "a");
    pool.now += 30 * second;
    const outcomes = pool.do(late);
    expect(kinds(outcomes)).toEqual(["offerEnded", "refused"]);
  });

  it("end with a conversation that is withdrawn", () => {
    const pool = new TestPool(manual, "a");
    pool.do(enqueue("1"), enqueue("2"));
    pool.do({ kind: "withdraw", conversationId: "1", version: 1, reason: "merged" });
    expect(pool.holders("1", "2")).toEqual(["-", "a"]);
  });
});

describe("transfer", () => {
  const transfer = (conversationId: string, to: object, version = 1): PoolEvent => ({
    kind: "transfer",
    conversationId,
    version,
    by: "test",
    to,
  });
  const roster = rosterOf(
    [
      agentProfile("a", { units: 1 }),
      agentProfile("b", { units: 1, queueIds: ["general", "sales"], skills: { de: 3 } }),
    ],
    { queues: [queueProfile("general"), queueProfile("sales")] },
  );

  it("to a queue keeps the place in the order and makes room for others", () => {
    const pool = new TestPool(roster, "a");
    pool.do(enqueue("1"), enqueue("2"));
    const { key } = pool.state.conversations.get("1")!;
    const outcomes = pool.after(minute, transfer("1", { queueId: "sales" }));
    expect(kinds(outcomes)).toEqual(["released", "waiting", "assigned"]);
    expect(pool.state.conversations.get("1")).toMatchObject({ queueId: "sales", key, enqueuedAt: pool.now });
    expect(pool.holders("1", "2")).toEqual(["-", "a"]);
    pool.do(available("b"));
    expect(pool.holders("1")).toEqual(["b"]);
  });

  it("to skills does not come back to who passed it on at once", () => {
    const pool = new TestPool(roster, "b");
    pool.do(enqueue("1"));
    pool.do(transfer("1", { skills: [{ skill: "de", level: 3 }] }));
    expect(pool.status("1")).toBe("waiting");
    pool.after(limits.offerCoolDownMs);
    expect(pool.holders("1")).toEqual(["b"]);
  });

  it("to an agent exceeds units, is marked, and leaves no room for more until there is some", () => {
    const pool = new TestPool(roster, "a", "b");
    pool.do(enqueue("1"), enqueue("2"));
    const outcomes = pool.do(transfer("1", { agentId: "b" }));
    expect(outcomes.at(-1)).toEqual({ kind: "assigned", conversationId: "1", agentId: "b", weight: 1, forced: true });
    pool.do(enqueue("3"), enqueue("4"), resolve("1"));
    expect(pool.holders("2", "3", "4")).toEqual(["b", "a", "-"]);
    pool.do(resolve("2"));
    expect(pool.holders("4")).toEqual(["b"]);
  });

  it("takes a waiting conversation as well, and one that is offered", () => {
    const offering = { ...roster, queues: [queueProfile("general", { acceptance: "manual" }), queueProfile("sales")] };
    const pool = new TestPool(offering, "a");
    pool.do(enqueue("1"), enqueue("2"), { kind: "presence", agentId: "b", status: "away" });
    expect([pool.status("1"), pool.status("2")]).toEqual(["offered", "waiting"]);
    pool.do(transfer("1", { agentId: "b" }), transfer("2", { queueId: "sales" }));
    expect(pool.holders("1", "2")).toEqual(["b", "-"]);
    pool.do(resolve("1"), available("b"));
    expect(pool.holders("2")).toEqual(["b"]);
  });

  it.each([
    [{ queueId: "nowhere" }, /nowhere is not in pool/],
    [{ agentId: "nobody" }, /nobody is not in pool/],
    [{ agentId: "b" }, /b is offline/],
    [{}, /no queue, agent or skills/],
    [{ skills: [{ skill: "de" }] }, /list of \{skill, level\}/],
  ])("to %j is refused", (to, reason) => {
    const pool = new TestPool(roster, "a");
    pool.do(enqueue("1"));
    expect(refusals(pool.do(transfer("1", to)))[0]).toMatch(reason);
    expect(pool.holders("1")).toEqual(["a"]);
  });

  it("that comes twice, or to the agent who has it, changes nothing", () => {
    const pool = new TestPool(roster, "a", "b");
    pool.do(enqueue("1"));
    pool.do(transfer("1", { agentId: "b" }));
    expect(pool.do(transfer("1", { agentId: "b" }))).toEqual([]);
  });
});

describe("versions", () => {
  it("that are not newer leave no outcome; newer ones of what is here are seen", () => {
    const pool = new TestPool(two, "a");
    pool.do(enqueue("1", { version: 2 }));
    expect(pool.do(enqueue("1", { version: 2 }), enqueue("1", { version: 1 }))).toEqual([]);
    expect(pool.do(enqueue("1", { version: 3 }))).toEqual([{ kind: "seen", conversationId: "1", version: 3 }]);
  });

  it("guard a resolve: one that did not see the newest message is refused", () => {
    const pool = new TestPool(two, "a");
    pool.do(enqueue("1"), enqueue("1", { version: 2 }));
    expect(refusals(pool.do(resolve("1", 1)))[0]).toMatch("read it again");
    expect(kinds(pool.do(resolve("1", 2)))).toEqual(["released"]);
  });

  it("of a resolved conversation are known for a while: an older enqueue is dropped, a newer one opens it again", () => {
    const pool = new TestPool(two, "a");
    pool.do(enqueue("1"), resolve("1", 3));
    expect(pool.do(enqueue("1", { version: 3 }))).toEqual([]);
    expect(kinds(pool.do(enqueue("1", { version: 4 })))).toEqual(["waiting", "assigned"]);
    pool.do(resolve("1", 4));
    pool.now += limits.poolClosedMemoryMs;
    pool.do(enqueue("other"));
    expect(pool.state.closed.size).toBe(0);
  });

  it("make a resolve that comes twice one, and one of the unknown refused", () => {
    const pool = new TestPool(two, "a");
    pool.do(enqueue("1"), resolve("1"));
    expect(pool.do(resolve("1"))).toEqual([]);
    expect(refusals(pool.do(resolve("unknown")))[0]).toMatch("not open");
  });

  it("guard a withdrawal", () => {
    const pool = new TestPool(two, "a");
    const withdraw = (version: number): PoolEvent => ({
      kind: "withdraw",
      conversationId: "1",
      version,
      reason: "closed",
    });
    pool.do(enqueue("1", { version: 2 }));
    expect(pool.do(withdraw(1))).toEqual([]);
    expect(pool.do(withdraw(2))).toMatchObject([{ kind: "released", as: "withdrawn", agentId: "a", reason: "closed" }]);
    expect(pool.do(withdraw(2))).toEqual([]);
  });
});

describe("a poisonous event", () => {
  const poison: [unknown, RegExp][] = [
    [null, /no pool event/],
    [{ kind: "explode" }, /no pool event of kind explode/],
    [{ ...enqueue("c"), conversationId: 7 }, /no conversation/],
    [{ ...enqueue("c"), version: "1" }, /version is 1, not a count/],
    [{ ...enqueue("c"), steps: [] }, /no routing step/],
    [{ ...enqueue("c"), steps: [{ requirements: [{ skill: "de", level: null }] }] }, /routing step/],
    [{ ...enqueue("c"), steps: [null] }, /routing step/],
    [{ ...enqueue("c"), priority: "toString" }, /no priority/],
    [{ ...enqueue("c"), receivedAt: "yesterday" }, /no time/],
    [{ ...enqueue("c"), slaDueAt: "soon" }, /no time/],
    [{ ...enqueue("c"), channel: "" }, /no channel/],
    [{ ...enqueue("c"), queueId: undefined }, /no queue/],
    [{ kind: "presence", agentId: "a", status: "asleep" }, /asleep/],
    [{ kind: "presence", agentId: "nobody", status: "away" }, /nobody is not in pool/],
    [{ kind: "accept" }, /no offer/],
    [{ kind: "configure" }, /no roster/],
    [{ kind: "transfer", conversationId: "c", version: 1 }, /no queue, agent or skills/],
    [{ kind: "transfer", conversationId: "c", version: 1, to: { agentId: "a" } }, /not open/],
  ];

  it.each(poison)("%j is refused with a reason, and the rest of the batch goes on", (event, reason) => {
    const pool = new TestPool(two, "a");
    const outcomes = pool.do(enqueue("before"), event as PoolEvent, enqueue("after"));
    expect(refusals(outcomes)).toEqual([expect.stringMatching(reason)]);
    expect(outcomes.find(({ kind }) => kind === "refused")).toMatchObject({ event: 1 });
    expect(pool.holders("before", "after")).toEqual(["a", "a"]);
  });
});

describe("a log", () => {
  it("is applied in order, without a gap", () => {
    const pool = new TestPool(two, "a");
    const entry = pool.decide(enqueue("1"));
    expect(() => applyEntry(pool.state, { ...entry, sequence: entry.sequence + 1 })).toThrow(PoolLogError);
    expect(() => applyEntry(pool.state, { ...entry, poolId: "other" })).toThrow(PoolLogError);
    applyEntry(pool.state, entry);
    expect(() => applyEntry(pool.state, entry)).toThrow("can't follow");
  });

  it("that a newer version wrote says so", () => {
    const pool = new TestPool(two, "a");
    const outcome = { kind: "teleported", conversationId: "1" } as unknown as PoolOutcome;
    expect(() => applyEntry(pool.state, { ...pool.decide(sweep), outcomes: [outcome] })).toThrow("newer version");
  });

  it("names only what it has put in", () => {
    const pool = new TestPool(two, "a");
    const outcome: PoolOutcome = { kind: "seen", conversationId: "unknown", version: 1 };
    expect(() => applyEntry(pool.state, { ...pool.decide(sweep), outcomes: [outcome] })).toThrow("not in the pool");
  });

  it("whose times go back does not take the pool's time back", () => {
    const pool = new TestPool(two, "a");
    pool.after(minute, enqueue("1"));
    const { now } = pool.state;
    pool.now -= 10 * minute;
    pool.do(enqueue("2"));
    expect(pool.state.now).toBe(now);
    expect(Date.parse(pool.log.at(-1)!.at)).toBe(now);
  });
});
