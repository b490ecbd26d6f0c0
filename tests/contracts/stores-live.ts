import { expect, it } from "vitest";
import type { Viewer } from "../../shared/ports/connections.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { atOnce, newId, time } from "../stores/samples.ts";

const byConnection = (one: { connectionId: string }, other: { connectionId: string }): number =>
  one.connectionId < other.connectionId ? -1 : 1;

/** Who has a conversation before them, as long as they are there. */
export function viewerContract(stores: () => Stores): void {
  const viewer = (changes: Partial<Viewer> = {}): Viewer => ({
    conversationId: newId("cnv"),
    connectionId: newId("con"),
    agentId: "agent-de",
    isTyping: false,
    expiresAt: time(60),
    ...changes,
  });

  it("lists who has a conversation before them, each connection once, until they leave or their time is over", async () => {
    const { viewers } = stores();
    const conversationId = newId("cnv");
    const [first, second] = [
      viewer({ conversationId }),
      viewer({ conversationId, agentId: "agent-en", expiresAt: time(30) }),
    ];
    for (const each of [first, second, viewer(), { ...first, isTyping: true }]) await viewers.put(each);
    const all = await viewers.list(conversationId, time(0));
    expect(all.toSorted(byConnection)).toEqual([{ ...first, isTyping: true }, second].toSorted(byConnection));
    expect(await viewers.list(conversationId, time(30))).toEqual([{ ...first, isTyping: true }]);
    await viewers.remove(conversationId, first.connectionId);
    await viewers.remove(conversationId, first.connectionId);
    expect(await viewers.list(conversationId, time(0))).toEqual([second]);
  });

  it("leaves the conversation itself alone", async () => {
    const { viewers, conversations } = stores();
    const one = viewer();
    await viewers.put(one);
    expect(await conversations.get(one.conversationId)).toBeUndefined();
  });
}

/** Counts of what strangers do. */
export function rateContract(stores: () => Stores): void {
  it("counts by key and window, and loses none of several at once", async () => {
    const { rates } = stores();
    const key = newId("ses");
    const count = (window: string, of = key) => rates.count(of, window, time(120));
    expect(await count(time(0))).toBe(1);
    expect(await count(time(0))).toBe(2);
    expect(await count(time(60))).toBe(1);
    expect(await count(time(0), newId("ses"))).toBe(1);
    const counts = await atOnce(5, () => count(time(0)));
    expect(counts.toSorted((one, other) => one - other)).toEqual([3, 4, 5, 6, 7]);
  });

  it("counts amounts, and tells how much there is without counting", async () => {
    const { rates } = stores();
    const key = newId("ses");
    expect(await rates.amount(key, time(0))).toBe(0);
    expect(await rates.count(key, time(0), time(120), 7_500)).toBe(7_500);
    expect(await rates.count(key, time(0), time(120), 500)).toBe(8_000);
    expect(await rates.count(key, time(60), time(120), 0)).toBe(0);
    expect(await Promise.all([time(0), time(60), time(90)].map((start) => rates.amount(key, start)))).toEqual([
      8_000, 0, 0,
    ]);
  });

  it("takes back what was counted, once for whatever names the same cause", async () => {
    const { rates } = stores();
    const [key, cause, other] = [newId("ses"), newId("ent"), newId("ent")];
    await rates.count(key, time(0), time(120), 900);
    await rates.takeBack(key, time(0), 200, cause);
    await rates.takeBack(key, time(0), 200, cause);
    expect(await rates.amount(key, time(0))).toBe(700);
    await atOnce(3, () => rates.takeBack(key, time(0), 200, other));
    expect(await rates.amount(key, time(0))).toBe(500);
    const causes = Array.from({ length: 4 }, () => newId("ent"));
    await Promise.all(causes.map((each) => rates.takeBack(key, time(0), 100, each)));
    expect(await rates.amount(key, time(0))).toBe(100);
  });
}
