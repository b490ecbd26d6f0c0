import { describe, expect, test } from "vitest";
import {
  admin,
  bert,
  clara,
  createWorld,
  customerIdOf,
  holder,
  ok,
  openConversationOf,
  resolve,
  service,
} from "./world.ts";
import { anna, operator, supervisor, type Flow } from "../../flow/harness.ts";
import { identityIdOf } from "../../../shared/core/ids.ts";
import { limits } from "../../../shared/core/limits.ts";
import { joinAddresses } from "../../../shared/flow/join.ts";

/** Conversations of a customer, resolved one after the other. @returns their ids, newest first */
async function lead(flow: Flow, address: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let led = 0; led < count; led += 1) {
    await flow.advance(60_000);
    await flow.text("Hello, here is another thing.", address);
    ids.unshift(await openConversationOf(flow, address));
    await resolve(flow, address);
  }
  return ids;
}

type Place = { address: string };
type Pair = { from: Place };

async function historyOf(flow: Flow, customerId: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const query = `?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
    const page = await ok(flow, supervisor, "GET", `/v1/customers/${customerId}/history${query}`);
    pages.push(page.items.map(({ id }: { id: string }) => id));
    cursor = page.cursor;
  } while (cursor);
  return pages;
}

describe("a customer's history", () => {
  test("goes on from page to page through what was theirs before they were merged, newest first, without loss or repeat", async () => {
    const { flow, resolvedId, otherCustomerId } = await createWorld();
    const claras = (await flow.stores.customers.get(customerIdOf(clara)))!.lastConversationId!;
    const led = await lead(flow, bert, 5);
    await flow.advance(60_000);
    await flow.text("Hello, and one more.", bert);
    const open = await openConversationOf(flow, bert);
    for (const limit of [1, 2, 3, 100]) {
      const pages = await historyOf(flow, otherCustomerId, limit);
      const ids = pages.flat();
      expect(ids.slice(0, 6), `pages of ${limit}`).toEqual([open, ...led]);
      expect(ids.slice(6).toSorted(), `pages of ${limit}`).toEqual([resolvedId, claras].toSorted());
      expect(Math.max(...pages.slice(1).map((page) => page.length), 1)).toBeLessThanOrEqual(limit);
    }
    const list = await ok(flow, supervisor, "GET", `/v1/conversations?customer=${otherCustomerId}&status=resolved`);
    expect(list.items).toHaveLength(7);
    const now = await ok(flow, supervisor, "GET", `/v1/conversations?customer=${otherCustomerId}`);
    expect(now.items).toMatchObject([{ id: open }]);
  });

  test.each(["x", "1.abc", "9999.", "-~-~-", "0.zzz"])("refuses the cursor %j", async (cursor) => {
    const { flow, otherCustomerId } = await createWorld();
    const path = `/v1/customers/${otherCustomerId}/history?cursor=${encodeURIComponent(cursor)}`;
    expect(await flow.call(supervisor, "GET", path)).toMatchObject({
      status: 400,
      body: { errors: [{ field: "cursor" }] },
    });
  });

  test("stands beside the customer as the last request", async () => {
    const { flow, customerId, otherCustomerId } = await createWorld();
    expect((await ok(flow, supervisor, "GET", `/v1/customers/${customerId}`)).lastRequest).toBeNull();
    const [newest] = await lead(flow, bert, 2);
    const { lastRequest } = await ok(flow, supervisor, "GET", `/v1/customers/${otherCustomerId}`);
    expect(lastRequest).toMatchObject({ id: newest, status: "resolved", channel: "sms" });
  });
});

describe("a merge", () => {
  test("shows whose addresses count as one, by whose evidence, and its undoing parts them", async () => {
    const { flow, otherCustomerId, mergeId } = await createWorld();
    const merged = await ok(flow, supervisor, "GET", `/v1/customers/${customerIdOf(clara)}`);
    expect(merged).toMatchObject({ id: otherCustomerId, merges: [{ id: mergeId, undoneAt: null }] });
    expect(merged.identities.map(({ address }: { address: string }) => address).toSorted()).toEqual([bert, clara]);
    expect(merged.merges[0].evidence).toMatchObject({ kind: "agent", by: supervisor.id });
    const parted = await ok(flow, admin, "POST", `/v1/merges/${mergeId}/undo`, {});
    expect(parted.identities.map(({ address }: { address: string }) => address)).toEqual([bert]);
    expect(parted.merges[0]).toMatchObject({ undoneBy: admin.id });
    const { id } = await ok(flow, supervisor, "GET", `/v1/customers/${customerIdOf(clara)}`);
    expect(id).toBe(customerIdOf(clara));
  });

  test("of two customers with many addresses is previewed by what speaks for it, then by each address once", async () => {
    const { flow } = await createWorld();
    const known = async (name: string, count: number) => {
      const addresses = Array.from({ length: count }, (_, index) => ({ channel: "web", address: `${name}_${index}` }));
      const evidence = { kind: "vouched", at: "2026-11-02T09:00:00.000Z", by: `user:${name}` } as const;
      return joinAddresses({ addresses, evidence }, flow.app);
    };
    const [many, others] = [await known("a", 60), await known("b", 70)];
    const imported = { kind: "imported", at: "2026-11-02T09:00:00.000Z", by: "crm" } as const;
    for (const address of ["a_59", "b_69"])
      await flow.stores.identities.addEvidence(identityIdOf("web", address), imported);
    const path = `/v1/customers/${many.id}/merge-preview?from=${others.id}`;
    const { status, body, ...rest } = await flow.request(supervisor, "GET", path);
    expect(body.length, JSON.stringify(rest)).toBeLessThan(50_000);
    const { pairs, truncated } = JSON.parse(body);
    expect([status, truncated, pairs.length]).toEqual([200, true, 100]);
    expect(pairs[0]).toMatchObject({ survivor: { address: "a_59" }, from: { address: "b_69" }, evidence: [imported] });
    const shown = new Set(
      pairs.flatMap((pair: { survivor: Place; from: Place }) => [pair.survivor.address, pair.from.address]),
    );
    expect(shown.size).toBe(130);
  });

  test("is previewed: each address with each of the other's, what speaks for it, and which conversation goes on", async () => {
    const { flow, customerId, otherCustomerId } = await createWorld();
    await flow.advance(60_000);
    await flow.text("Hello, and one more.", bert);
    const path = `/v1/customers/${customerId}/merge-preview?from=${otherCustomerId}`;
    const before = await flow.stores.customers.many([customerId, otherCustomerId]);
    const preview = await ok(flow, supervisor, "GET", path);
    const [own, berts, claras] = [anna, bert, clara].map((address) => ({
      identityId: identityIdOf("sms", address),
      channel: "sms",
      address,
    }));
    const sorted = preview.pairs.toSorted((one: Pair, other: Pair) => (one.from.address < other.from.address ? -1 : 1));
    expect(sorted).toEqual([
      { survivor: own, from: berts, evidence: [] },
      { survivor: own, from: claras, evidence: [] },
    ]);
    expect(preview).toMatchObject({
      truncated: false,
      keptConversationId: await openConversationOf(flow, anna),
      withdrawnConversationId: await openConversationOf(flow, bert),
    });
    expect(await flow.stores.customers.many([customerId, otherCustomerId])).toEqual(before);
    const { merges, openConversationId } = await ok(flow, supervisor, "POST", `/v1/customers/${customerId}/merge`, {
      from: otherCustomerId,
    });
    const merge = merges.find(({ fromId }: { fromId: string }) => fromId === otherCustomerId);
    expect(openConversationId).toBe(preview.keptConversationId);
    expect((await flow.stores.customers.getMerge(merge.id))!.withdrawnConversationId).toBe(
      preview.withdrawnConversationId,
    );
  });

  test("is previewed with what spoke for it before, once it was undone", async () => {
    const { flow, otherCustomerId, mergeId } = await createWorld();
    const said = { kind: "imported" as const, at: "2026-11-01T09:00:00.000Z", by: "crm-17" };
    for (const address of [bert, clara]) await flow.stores.identities.addEvidence(identityIdOf("sms", address), said);
    await ok(flow, admin, "POST", `/v1/merges/${mergeId}/undo`, {});
    const query = `?from=${customerIdOf(clara)}`;
    const preview = await ok(flow, supervisor, "GET", `/v1/customers/${otherCustomerId}/merge-preview${query}`);
    expect(preview.pairs).toMatchObject([{ survivor: { address: bert }, from: { address: clara }, evidence: [said] }]);
    expect(preview.keptConversationId).toBeNull();
  });

  test("takes sight of both", async () => {
    const { flow, customerId } = await createWorld();
    await flow.stores.conversations.remove(await openConversationOf(flow, anna));
    const refused = await flow.call(holder, "POST", `/v1/customers/${customerIdOf(bert)}/merge`, { from: customerId });
    expect(refused.status).toBe(404);
  });

  test("finds the one customer at each of their addresses", async () => {
    const { flow, otherCustomerId } = await createWorld();
    for (const address of [bert, clara]) {
      const { items } = await ok(flow, supervisor, "GET", `/v1/customers?address=${encodeURIComponent(address)}`);
      expect(items).toMatchObject([{ id: otherCustomerId }]);
    }
  });

  test('is found by a number whose "+" is not percent-encoded', async () => {
    const { flow, otherCustomerId } = await createWorld();
    const { items } = await ok(flow, supervisor, "GET", `/v1/customers?address=${bert}`);
    expect(bert).toMatch(/^\+/);
    expect(items).toMatchObject([{ id: otherCustomerId }]);
  });
});

describe("attributes", () => {
  test("are set, kept and removed one by one", async () => {
    const { flow, customerId } = await createWorld();
    const path = `/v1/customers/${customerId}`;
    await ok(flow, holder, "PATCH", path, { attributes: { tier: "gold", lastPurchases: "bicycle, bell" } });
    const after = await ok(flow, holder, "PATCH", path, { name: "Anna", attributes: { tier: null, visits: 3 } });
    expect(after).toMatchObject({ name: "Anna", attributes: { lastPurchases: "bicycle, bell", visits: 3 } });
    expect(after.attributes).not.toHaveProperty("tier");
  });

  test.each([1e300, -1e16, 1e-200])("are no number that can't be kept: %s", async (number) => {
    const { flow, customerId } = await createWorld();
    const refused = await flow.call(holder, "PATCH", `/v1/customers/${customerId}`, { attributes: { number } });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: "attributes.number" }] } });
  });
});

describe("an import", () => {
  const take = (flow: Flow, records: unknown[]) => ok(flow, operator, "POST", "/v1/customers/import", { records });
  const dora = { channel: "email", address: "Dora@Example.com" };

  test("names each bad record and takes the others in; repeating it changes nothing", async () => {
    const { flow } = await createWorld();
    const records = [
      { externalId: "1", name: "Dora", attributes: { tier: "gold" }, addresses: [dora] },
      { externalId: "2" },
      { externalId: "3", addresses: [{ channel: "sms", address: "0151 123" }] },
      { externalId: "4", addresses: [{ channel: "pigeon", address: "x" }], colour: "red" },
      "record",
      { externalId: "5", addresses: [{ channel: "sms", address: "+4915112345699" }] },
    ];
    const { results } = await take(flow, records);
    expect(results).toMatchObject([
      { index: 0, customerId: expect.stringMatching(/^cus_/) },
      { index: 1, error: { field: "addresses", message: "is missing" } },
      { index: 2, error: { field: "addresses.0.address" } },
      { index: 3, error: { field: "colour", message: "is not known here" } },
      { index: 4, error: { field: "" } },
      { index: 5, customerId: expect.any(String) },
    ]);
    const before = await ok(flow, admin, "GET", `/v1/customers/${results[0].customerId}`);
    expect(await take(flow, records)).toEqual({ results });
    const after = await ok(flow, admin, "GET", `/v1/customers/${results[0].customerId}`);
    expect(after).toEqual(before);
    expect(after).toMatchObject({
      name: "Dora",
      attributes: { tier: "gold" },
      identities: [{ address: "dora@example.com" }],
    });
  });

  test("of two records of one customer lets the later one have the last word", async () => {
    const { flow } = await createWorld();
    const { results } = await take(flow, [
      { name: "Dora", addresses: [dora] },
      ...Array.from({ length: 20 }, (_, number) => ({
        addresses: [{ channel: "email", address: `${number}@example.com` }],
      })),
      { name: "Theodora", addresses: [dora] },
    ]);
    expect(results.at(-1).customerId).toBe(results[0].customerId);
    expect(await ok(flow, admin, "GET", `/v1/customers/${results[0].customerId}`)).toMatchObject({ name: "Theodora" });
  });
});

describe("an export", () => {
  test("has everything of the customer, and erasing leaves nothing of it", async () => {
    const { flow, customerId, conversationId } = await createWorld();
    const path = `/v1/customers/${customerId}`;
    const exported = await ok(flow, admin, "GET", `${path}/export`);
    expect(JSON.stringify(exported)).toContain("could you please help me with my order");
    expect(await ok(flow, admin, "DELETE", path)).toMatchObject({ id: customerId, conversations: 1 });
    await flow.settle();
    expect((await flow.call(admin, "GET", path)).status).toBe(404);
    expect((await flow.call(admin, "GET", `/v1/conversations/${conversationId}`)).status).toBe(404);
    expect(await flow.stores.identities.get(identityIdOf("sms", anna))).toBeUndefined();
    expect((await flow.call(admin, "DELETE", path)).status).toBe(404);
  });

  test("that is larger than an answer can be lies behind a link", async () => {
    const { flow, customerId, conversationId } = await createWorld();
    await writeLongMessages(flow, conversationId);
    const exported = await ok(flow, admin, "GET", `/v1/customers/${customerId}/export`);
    expect(Object.keys(exported).toSorted()).toEqual(["expiresAt", "url"]);
    const [key] = [...flow.blobs.objects.keys()].filter((each) => each.startsWith("bodies/exports/"));
    expect(exported.url).toContain(key);
    expect(JSON.parse((await flow.blobs.get(key!))!)).toMatchObject({ customer: { id: customerId } });
  });
});

/** More text than one answer holds. */
async function writeLongMessages(flow: Flow, conversationId: string): Promise<void> {
  const { items } = await flow.stores.messages.list(conversationId, { limit: 1 });
  for (let number = 10; number < 40; number += 1) {
    const id = `msg_${"0".repeat(24)}${number}`;
    await flow.stores.messages.create({
      ...items[0]!,
      id,
      text: "x".repeat(250_000),
      order: `2026-11-02T10:${number}`,
    });
  }
}

test("a page of messages is as long as an answer can be, and goes on", async () => {
  const { flow, conversationId } = await createWorld();
  await writeLongMessages(flow, conversationId);
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
    const reply = await flow.request(holder, "GET", `/v1/conversations/${conversationId}/messages${query}`);
    expect(reply.body.length).toBeLessThanOrEqual(limits.maxAnswerBytes);
    const page = JSON.parse(reply.body);
    for (const { id } of page.items) ids.add(id);
    cursor = page.cursor;
  } while (cursor);
  expect(ids.size).toBeGreaterThan(30);
});

test("who sees every customer leaves a line about each read, an agent and a service of one queue leave none", async () => {
  const { flow, customerId } = await createWorld();
  const reads = async (caller: Parameters<Flow["call"]>[0]): Promise<number> => {
    flow.logged.length = 0;
    await ok(flow, caller, "GET", `/v1/customers/${customerId}`);
    return flow.logged.filter((line) => line === "customer.read").length;
  };
  expect(await reads(supervisor)).toBe(1);
  expect(await reads(admin)).toBe(1);
  expect(await reads({ ...service("customers:read"), queueIds: ["*"] } as Parameters<Flow["call"]>[0])).toBe(1);
  expect(await reads(holder)).toBe(0);
  expect(await reads(service("customers:read"))).toBe(0);
});
