import { expect, it } from "vitest";
import { InvalidCursor } from "../../shared/ports/paging.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import type { Webhook, WebhookDelivery } from "../../shared/ports/work.ts";
import { atOnce, newId, time } from "../stores/samples.ts";

const webhook = (changes: Partial<Webhook> = {}): Webhook => ({
  id: newId("whk"),
  schemaVersion: 1,
  url: "https://receiver.example/events",
  events: ["message.received"],
  secrets: ["whsec_first"],
  state: "active",
  createdAt: time(0),
  createdBy: "olga",
  version: 1,
  ...changes,
});

const delivery = (changes: Partial<WebhookDelivery> = {}): WebhookDelivery => {
  const eventId = changes.eventId ?? newId("evt");
  return {
    webhookId: newId("whk"),
    conversationId: newId("cnv"),
    eventId,
    order: `${time(1)}#${eventId}`,
    body: JSON.stringify({ type: "message.received" }),
    attempts: 0,
    createdAt: time(1),
    expiresAt: time(1_209_600),
    ...changes,
  };
};

export function webhookContract(stores: () => Stores): void {
  it("puts a webhook on top of the version before, and says what is stored where another was faster", async () => {
    const { webhooks } = stores();
    const first = webhook();
    expect(await webhooks.put(first)).toEqual({ written: true, webhook: first });
    expect(await webhooks.put(first)).toEqual({ written: false, webhook: first });
    const second = { ...first, state: "failing" as const, version: 2 };
    expect(await webhooks.put(second)).toEqual({ written: true, webhook: second });
    expect(await webhooks.put({ ...first, version: 2 })).toEqual({ written: false, webhook: second });
    expect(await webhooks.put({ ...first, version: 9 })).toEqual({ written: false, webhook: second });
    expect(await webhooks.get(first.id)).toEqual(second);
    const unknown = webhook({ version: 2 });
    expect(await webhooks.put(unknown)).toEqual({ written: false, webhook: undefined });
    expect(await webhooks.list()).toContainEqual(second);
  });

  it("has one winner among several who change a webhook at once", async () => {
    const { webhooks } = stores();
    const first = webhook();
    await webhooks.put(first);
    const results = await atOnce(5, (racer) => webhooks.put({ ...first, version: 2, events: [`racer-${racer}`] }));
    expect(results.filter(({ written }) => written)).toHaveLength(1);
  });

  it("removes a webhook with all that waits for it", async () => {
    const { webhooks } = stores();
    const { id } = webhook();
    await webhooks.put(webhook({ id }));
    const waiting = [delivery({ webhookId: id }), delivery({ webhookId: id })];
    for (const each of waiting) await webhooks.append(each);
    await webhooks.remove(id);
    await webhooks.remove(id);
    expect(await webhooks.get(id)).toBeUndefined();
    expect((await webhooks.list()).map((each) => each.id)).not.toContain(id);
    for (const { conversationId } of waiting) expect(await webhooks.waiting(id, conversationId, 10)).toEqual([]);
    expect((await webhooks.backlog(id, { limit: 10 })).items).toEqual([]);
  });
}

export function deliveryContract(stores: () => Stores): void {
  const several = async (count: number) => {
    const [webhookId, conversationId] = [newId("whk"), newId("cnv")];
    const all = Array.from({ length: count }, (_, position) =>
      delivery({ webhookId, conversationId, order: `${time(position)}#${newId("evt")}` }),
    );
    for (const each of all.toReversed()) await stores().webhooks.append(each);
    return { webhookId, conversationId, all };
  };

  it("holds what waits for a webhook of one conversation, oldest first", async () => {
    const { webhookId, conversationId, all } = await several(4);
    const { webhooks } = stores();
    await webhooks.append(delivery({ webhookId }));
    await webhooks.append(delivery({ conversationId }));
    expect(await webhooks.waiting(webhookId, conversationId, 10)).toEqual(all);
    expect(await webhooks.waiting(webhookId, conversationId, 2)).toEqual(all.slice(0, 2));
  });

  it("appends an event once, and none that was settled", async () => {
    const { webhooks } = stores();
    const one = delivery();
    expect(await webhooks.append(one)).toBe(true);
    expect(await webhooks.append({ ...one, body: "another" })).toBe(true);
    expect(await webhooks.waiting(one.webhookId, one.conversationId, 10)).toEqual([one]);
    await webhooks.settle(one, time(600));
    await webhooks.settle(one, time(600));
    expect(await webhooks.append(one)).toBe(false);
    expect(await webhooks.waiting(one.webhookId, one.conversationId, 10)).toEqual([]);
    expect((await webhooks.backlog(one.webhookId, { limit: 10 })).items).toEqual([]);
  });

  it("remembers what was settled before it could be appended", async () => {
    const { webhooks } = stores();
    const one = delivery();
    await webhooks.settle(one, time(600));
    expect(await webhooks.append(one)).toBe(false);
  });

  it("counts attempts of what waits, with when the next is due, and of nothing else", async () => {
    const { webhooks } = stores();
    const one = delivery();
    await webhooks.append(one);
    await webhooks.countAttempt(one, time(30));
    await webhooks.countAttempt(one, time(90));
    const waiting = () => webhooks.waiting(one.webhookId, one.conversationId, 10);
    expect(await waiting()).toEqual([{ ...one, attempts: 2, nextAttemptAt: time(90) }]);
    await webhooks.settle(one, time(600));
    await webhooks.countAttempt(one, time(120));
    await webhooks.countAttempt(delivery(), time(120));
    expect(await waiting()).toEqual([]);
  });

  it("finds behind what was settled what still waits", async () => {
    const { webhookId, conversationId, all } = await several(5);
    const { webhooks } = stores();
    for (const each of all.slice(0, 3)) await webhooks.settle(each, time(600));
    expect(await webhooks.waiting(webhookId, conversationId, 1)).toEqual([all[3]]);
  });

  it("names the conversations that wait, oldest event first, page by page", async () => {
    const { webhooks } = stores();
    const webhookId = newId("whk");
    const all = Array.from({ length: 5 }, (_, position) => delivery({ webhookId, order: `${time(position)}#e` }));
    for (const each of all.toReversed()) await webhooks.append(each);
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await webhooks.backlog(webhookId, { limit: 2, cursor });
      pages.push(page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const ids = all.map(({ conversationId }) => conversationId);
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    await expect(webhooks.backlog(webhookId, { limit: 2, cursor: "nonsense" })).rejects.toThrow(InvalidCursor);
  });
}
