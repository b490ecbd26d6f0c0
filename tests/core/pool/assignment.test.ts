import { describe, expect, it } from "vitest";
import { limits } from "../../../shared/core/limits.ts";
import {
  agentProfile,
  available,
  enqueue,
  kinds,
  maxWaitMs,
  minute,
  resolve,
  rosterOf,
  second,
  start,
  TestPool,
} from "./support.ts";

const needs = (...skills: [string, number][]) => [{ requirements: skills.map(([skill, level]) => ({ skill, level })) }];
const at = (milliseconds: number) => new Date(milliseconds).toISOString();

describe("skills", () => {
  const roster = rosterOf([
    agentProfile("de", { skills: { de: 5, billing: 2 } }),
    agentProfile("en", { skills: { en: 5, billing: 4 } }),
    agentProfile("elsewhere", { skills: { de: 5, en: 5, billing: 5 }, queueIds: ["sales"] }),
  ]);

  it.each([
    [needs(["de", 3]), "de"],
    [needs(["en", 5]), "en"],
    [needs(["billing", 3]), "en"],
    [needs(["de", 1], ["billing", 2]), "de"],
    [needs(["billing", 2], ["de", 1]), "de"],
    [needs(["de", 1], ["billing", 3]), "-"],
    [needs(["zh", 1]), "-"],
    [needs(["de", 5], ["de", 3]), "de"],
  ])("%j goes to %s", (steps, holder) => {
    const pool = new TestPool(roster, "de", "en", "elsewhere");
    pool.do(enqueue("c", { steps }));
    expect(pool.holders("c")).toEqual([holder]);
  });

  it("relax in steps that count from the enqueue", () => {
    const steps = [
      { ...needs(["de", 5], ["billing", 5])[0]!, expiresAfterMs: 30 * second },
      { ...needs(["zh", 1])[0]!, expiresAfterMs: 60 * second },
      ...needs(["de", 5]),
    ];
    const pool = new TestPool(roster, "de", "en");
    pool.do(enqueue("c", { steps }));
    pool.after(30 * second);
    expect(pool.holders("c")).toEqual(["-"]);
    expect(pool.after(29_999)).toEqual([]);
    expect(pool.after(1)).toEqual([
      { kind: "relaxed", conversationId: "c", step: 2 },
      { kind: "assigned", conversationId: "c", agentId: "de", weight: 1, forced: false },
    ]);
  });

  it("relax with any batch once their time is over, not with a sweep alone", () => {
    const steps = [{ ...needs(["zh", 1])[0]!, expiresAfterMs: 30 * second }, ...needs(["de", 5])];
    const pool = new TestPool(roster, "de", "en");
    pool.do(enqueue("c", { steps }));
    pool.now += 31 * second;
    pool.do(enqueue("other", { steps: needs(["en", 1]) }));
    expect(pool.holders("c", "other")).toEqual(["de", "en"]);
  });

  it("begin at the step that holds when a conversation comes late", () => {
    const steps = [{ ...needs(["zh", 1])[0]!, expiresAfterMs: 30 * second }, ...needs(["de", 5])];
    const pool = new TestPool(roster, "de");
    pool.now += minute;
    pool.do(enqueue("c", { steps }));
    expect(pool.holders("c")).toEqual(["de"]);
  });
});

describe("capacity", () => {
  it("fills an agent to the last unit and no further", () => {
    const pool = new TestPool(rosterOf([agentProfile("a", { units: 2 })]), "a");
    pool.do(enqueue("one"), enqueue("two"), enqueue("three"));
    expect(pool.holders("one", "two", "three")).toEqual(["a", "a", "-"]);
    pool.do(resolve("one"));
    expect(pool.holders("two", "three")).toEqual(["a", "a"]);
  });

  it("weighs by channel, at the time of the assignment", () => {
    const before = rosterOf([agentProfile("a", { units: 4, weightByChannel: { email: 3 } })]);
    const pool = new TestPool(before, "a");
    pool.do(enqueue("mail", { channel: "email" }), enqueue("text"), enqueue("second"));
    expect(pool.holders("mail", "text", "second")).toEqual(["a", "a", "-"]);
    const after = rosterOf([agentProfile("a", { units: 4, weightByChannel: { email: 1 } })]);
    pool.do({ kind: "configure", roster: { ...after, configurationVersion: "2" } });
    expect(pool.holders("second")).toEqual(["-"]);
    pool.do(resolve("mail"));
    expect(pool.holders("second")).toEqual(["a"]);
  });

  it("lets what is lighter pass what does not fit", () => {
    const pool = new TestPool(rosterOf([agentProfile("a", { units: 3, weightByChannel: { email: 3 } })]), "a");
    pool.do(enqueue("text"), enqueue("mail", { channel: "email", priority: "urgent" }), enqueue("second"));
    expect(pool.holders("text", "mail", "second")).toEqual(["a", "-", "a"]);
    pool.do(resolve("text"), resolve("second"));
    expect(pool.holders("mail")).toEqual(["a"]);
  });
});

describe("longest idle", () => {
  const roster = rosterOf([agentProfile("a"), agentProfile("b"), agentProfile("c")]);

  it("takes turns in the order in which agents came", () => {
    const pool = new TestPool(roster, "c", "a", "b");
    pool.do(enqueue("1"), enqueue("2"), enqueue("3"));
    pool.do(enqueue("4"), enqueue("5"), enqueue("6"));
    expect(pool.holders("1", "2", "3", "4", "5", "6")).toEqual(["c", "a", "b", "c", "a", "b"]);
  });

  it("counts from when the last conversation ended", () => {
    const pool = new TestPool(roster, "a", "b", "c");
    pool.do(enqueue("1"), enqueue("2"), enqueue("3"));
    pool.do(resolve("2"));
    pool.do(resolve("1"));
    pool.do(resolve("3"));
    pool.do(enqueue("4"), enqueue("5"), enqueue("6"));
    expect(pool.holders("4", "5", "6")).toEqual(["b", "a", "c"]);
  });

  it("prefers who has nothing to who has something", () => {
    const pool = new TestPool(roster, "a", "b", "c");
    pool.do(enqueue("1"), enqueue("2"), enqueue("3"));
    pool.do(resolve("3"));
    pool.do(enqueue("4"));
    expect(pool.holders("4")).toEqual(["c"]);
  });

  it("asks a level as a minimum, not who has more of it", () => {
    const pool = new TestPool(
      rosterOf([agentProfile("a", { skills: { en: 3 } }), agentProfile("b", { skills: { en: 5 } })]),
      "a",
      "b",
    );
    pool.do(enqueue("1", { steps: needs(["en", 3]) }));
    expect(pool.holders("1")).toEqual(["a"]);
  });
});

describe("waiting lines", () => {
  const roster = rosterOf(["a", "b", "c"].map((id) => agentProfile(id, { units: 3, skills: { de: 1, en: 1 } })));

  it("do not grow with the number of conversations that passed", () => {
    const pool = new TestPool(roster, "a", "b", "c");
    for (let turn = 0; turn < 100; turn += 1) {
      const [first, second] = [`${turn}-1`, `${turn}-2`];
      pool.do(enqueue(first), enqueue(second));
      expect([pool.status(first), pool.status(second)]).toEqual(["assigned", "assigned"]);
      pool.do(resolve(first), resolve(second));
    }
    const [line] = pool.state.lines.values();
    expect(line!.members).toHaveLength(3);
    expect(line!.candidates.size).toBeLessThanOrEqual(7);
    expect(line!.waiting.size).toBe(0);
  });

  it("that nobody waits in are forgotten when there are too many, and the others go on", () => {
    const pool = new TestPool(roster);
    pool.do(enqueue("waits", { steps: needs(["de", 1]) }), enqueue("gone", { steps: needs(["en", 1]) }));
    pool.do({ kind: "withdraw", conversationId: "gone", version: 1, reason: "test" });
    expect(pool.state.memberCount).toBe(6);
    pool.state.memberCount = limits.maxPoolLineMembers + 1;
    pool.do(enqueue("next", { steps: needs(["zh", 1]) }));
    expect(pool.state.memberCount).toBe(3);
    expect(pool.state.lines.size).toBe(2);
    pool.do(available("b"), available("c"), enqueue("late", { steps: needs(["en", 1]) }));
    expect(pool.holders("waits", "next", "late")).toEqual(["b", "-", "c"]);
  });
});

describe("order among waiting", () => {
  const roster = rosterOf([agentProfile("a", { units: 1, skills: { de: 1 } })]);

  it("is by when each should be taken at the latest, and by id where these are the same", () => {
    const pool = new TestPool(roster);
    pool.now += 20 * minute;
    pool.do(
      enqueue("low", { priority: "low", receivedAt: at(start - 56 * minute) }),
      enqueue("high", { priority: "high" }),
      enqueue("urgent", { priority: "urgent", receivedAt: at(start + 3 * minute) }),
      enqueue("due", { priority: "low", slaDueAt: at(start + minute) }),
      enqueue("normal-b"),
      enqueue("normal-a"),
    );
    pool.do(available("a"));
    const taken: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const [holding] = pool.state.agents.get("a")!.conversations.keys();
      taken.push(holding!);
      pool.do(resolve(holding!));
    }
    expect(taken).toEqual(["due", "low", "urgent", "high", "normal-a", "normal-b"]);
    expect(maxWaitMs.high).toBe(5 * minute);
  });

  it("is not blocked by a first that nobody here can take", () => {
    const pool = new TestPool(roster);
    pool.do(enqueue("zh", { steps: needs(["zh", 1]), priority: "urgent" }), enqueue("de", { steps: needs(["de", 1]) }));
    pool.do(available("a"));
    expect(pool.holders("zh", "de")).toEqual(["-", "a"]);
  });

  it("takes a time in the future as now", () => {
    const pool = new TestPool(roster);
    pool.do(enqueue("c", { receivedAt: at(start + 60 * minute) }));
    expect(pool.state.conversations.get("c")).toMatchObject({ enqueuedAt: start, key: start + maxWaitMs.normal });
  });
});

describe("presence", () => {
  const roster = rosterOf([agentProfile("a"), agentProfile("b")]);

  it.each(["away", "offline"] as const)("gives nothing new to an agent who is %s, who keeps the rest", (status) => {
    const pool = new TestPool(roster, "a");
    pool.do(enqueue("1"));
    pool.do({ kind: "presence", agentId: "a", status }, enqueue("2"));
    expect(pool.holders("1", "2")).toEqual(["a", "-"]);
    pool.do(available("b"));
    expect(pool.holders("1", "2")).toEqual(["a", "b"]);
  });

  it("gives what waits the moment somebody is there", () => {
    const pool = new TestPool(roster);
    pool.do(enqueue("1"), enqueue("2"), enqueue("3"));
    expect(kinds(pool.do(available("a")))).toEqual(["presence", "assigned", "assigned"]);
    expect(pool.holders("1", "2", "3")).toEqual(["a", "a", "-"]);
  });

  it("changes nothing when it is what it was", () => {
    expect(new TestPool(roster, "a").do(available("a"))).toEqual([]);
  });

  it("opens one unit at once and one more per interval where agents ramp up", () => {
    const pool = new TestPool({ ...rosterOf([agentProfile("a", { units: 3 })]), rampUpMs: 30 * second });
    pool.do(...["1", "2", "3", "4"].map((id) => enqueue(id)));
    const held = () => pool.state.agents.get("a")!.used;
    pool.do(available("a"));
    expect(held()).toBe(1);
    pool.after(30 * second - 1);
    expect(held()).toBe(1);
    pool.after(1);
    expect(held()).toBe(2);
    pool.now += 30 * second;
    pool.do({ kind: "withdraw", conversationId: "nobody", version: 1, reason: "any batch will do" });
    expect(held()).toBe(3);
    pool.after(30 * second);
    expect(held()).toBe(3);
  });

  it("ramps up anew after an absence", () => {
    const pool = new TestPool({ ...rosterOf([agentProfile("a", { units: 3 })]), rampUpMs: 30 * second }, "a");
    pool.after(10 * minute, { kind: "presence", agentId: "a", status: "away" });
    pool.do(enqueue("1"), enqueue("2"), available("a"));
    expect(pool.holders("1", "2")).toEqual(["a", "-"]);
  });
});
