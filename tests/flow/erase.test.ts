import { beforeEach, describe, expect, test } from "vitest";
import { agent, type Flow } from "./harness.ts";
import {
  conversationOf,
  customerAt,
  erika,
  idOf,
  poolCounts,
  twoConversations,
  vouched,
  write,
} from "./join-support.ts";
import { limits } from "../../shared/core/limits.ts";
import { eraseCustomer } from "../../shared/flow/erase.ts";
import { exportCustomer } from "../../shared/flow/export.ts";
import { joinAddresses } from "../../shared/flow/join.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

const joining = { addresses: [erika.sms, erika.web], evidence: vouched };
const long = `Please read all of this. ${"words and ".repeat(30_000)}`;

/** A customer on two channels with a reply, a note, a long text, a file, a parked job and an event on its way out. */
async function fullCustomer() {
  const { flow, textId, chatId } = await twoConversations();
  await joinAddresses(joining, flow.app);
  await flow.settle();
  const { id: conversationId } = await conversationOf(flow, textId);
  const holder = agent("agent-en");
  const reply = { text: "We look into it." };
  await flow.call(holder, "POST", `/v1/conversations/${conversationId}/messages`, reply, { "idempotency-key": "k1" });
  const note = { text: "Has called twice.", note: true };
  await flow.call(holder, "POST", `/v1/conversations/${conversationId}/messages`, note, { "idempotency-key": "k2" });
  await flow.settle();
  const longId = await write(flow, erika.sms, long);
  const customer = await customerAt(flow, erika.sms);
  await flow.stores.webhooks.put(webhook);
  await flow.stores.webhooks.append({ ...delivery, conversationId });
  await flow.stores.parked.put({
    id: "prk_1",
    schemaVersion: 1,
    kind: "inbound",
    body: "",
    bodyKey: "parked/prk_1",
    named: { key: "batches/1", copy: "parked/prk_1-named" },
    groupId: idOf(erika.web),
    reason: "It can't be read.",
    at: vouched.at,
  });
  await flow.blobs.put("parked/prk_1", "what they wrote");
  await flow.blobs.put("parked/prk_1-named", "what it names");
  return { flow, customer, conversationId, textId, chatId, longId };
}

const webhook = {
  id: "whk_1",
  schemaVersion: 1 as const,
  url: "https://receiver.example",
  events: ["*"],
  secrets: ["whsec_x"],
  state: "disabled" as const,
  createdAt: vouched.at,
  createdBy: "olga",
  version: 1,
};

const delivery = {
  webhookId: "whk_1",
  eventId: "evt_1",
  order: "1",
  body: "{}",
  attempts: 0,
  createdAt: vouched.at,
  expiresAt: "2027-01-01T00:00:00.000Z",
};

describe("exporting a customer", () => {
  test("gives everything, with the texts in full and links to what they refer to", async () => {
    const { flow, customer, textId, chatId, longId } = await fullCustomer();
    const exported = (await exportCustomer(customer.mergedFrom[0]!, flow.app))!;
    expect(exported).toMatchObject({ customer: { id: customer.id }, mergedCustomers: [{ mergedInto: customer.id }] });
    expect(exported.identities.map(({ id }) => id).toSorted()).toEqual([erika.sms, erika.web].map(idOf).toSorted());
    expect(exported.merges).toHaveLength(1);
    const messages = exported.conversations.flatMap((each) => each.messages);
    const directions = messages.map(({ direction }) => direction).toSorted();
    expect(directions).toEqual(["in", "in", "in", "note", "out"]);
    expect(messages.map(({ id }) => id)).toEqual(expect.arrayContaining([textId, chatId, longId]));
    const whole = messages.find(({ id }) => id === longId)!;
    expect(whole.text).toBe(long);
    expect(whole.objects).toMatchObject([{ key: `texts/${longId}`, url: expect.stringContaining("https://") }]);
    expect(JSON.parse(JSON.stringify(exported))).toEqual(exported);
  });

  test("finds what was kept and opened no conversation", async () => {
    const { flow } = await twoConversations();
    const other = { channel: "sms", address: "+4915112340000" };
    const body = "STOP";
    await flow.twilio.inbound({ from: other.address, to: "+15005550101", body });
    await flow.settle();
    const { id } = await customerAt(flow, other);
    const { conversations, identities } = (await exportCustomer(id, flow.app))!;
    expect(identities).toHaveLength(1);
    expect(conversations).toMatchObject([{ messages: [{ text: body }] }]);
  });

  test("gives each their own where two were joined by mistake", async () => {
    const { flow, customer, textId } = await fullCustomer();
    const { fromId, id } = (await flow.stores.customers.merges(customer.id))[0]!;
    const webId = await write(flow, erika.web, "By chat, into what the text began.");
    await undoMerge(id, "adam", flow.app);
    const survivor = (await exportCustomer(customer.id, flow.app))!;
    const shared = survivor.conversations.find(({ messages }) => messages.some((message) => message.id === textId))!;
    expect(shared.messages.map((message) => message.id)).not.toContain(webId);
    const parted = (await exportCustomer(fromId, flow.app))!;
    expect(parted.messagesElsewhere.map((message) => message.id)).toContain(webId);
    expect(parted.messagesElsewhere.map((message) => message.direction)).not.toContain("note");
  });

  test("is nothing where there is no such customer", async () => {
    const { flow } = await twoConversations();
    expect(await exportCustomer("cus_nobody", flow.app)).toBeUndefined();
  });
});

describe("erasing a customer", () => {
  let world: Awaited<ReturnType<typeof fullCustomer>>;
  beforeEach(async () => {
    world = await fullCustomer();
  });

  const everythingIsGone = async (flow: Flow) => {
    const { customer, conversationId, textId, chatId, longId } = world;
    const ids = [customer.id, ...customer.mergedFrom];
    expect(await flow.stores.customers.many(ids)).toEqual([]);
    for (const id of ids) {
      expect((await flow.stores.customers.history(id, { limit: 10 })).items).toEqual([]);
      expect(await flow.stores.customers.merges(id)).toEqual([]);
    }
    expect(await flow.stores.identities.many([erika.sms, erika.web].map(idOf))).toEqual([]);
    expect(await flow.stores.conversations.get(conversationId)).toBeUndefined();
    expect((await flow.stores.messages.list(conversationId, { limit: 10 })).items).toEqual([]);
    for (const id of [textId, chatId, longId]) expect(await flow.stores.messages.get(id)).toBeUndefined();
    expect(await flow.stores.parked.get("prk_1")).toBeUndefined();
    expect(await flow.stores.webhooks.waiting("whk_1", conversationId, 10)).toEqual([]);
    expect(Array.from(flow.blobs.objects.keys())).toEqual([]);
  };

  test("is remembered of each message for as long as a provider's list may bring it back, however late that is asked for", async () => {
    const { flow, customer, textId } = world;
    const remembered = new Map<string, string>();
    const { count } = flow.stores.rates;
    flow.stores.rates.count = async (key, windowStart, expiresAt, amount) => {
      remembered.set(key, expiresAt);
      return count(key, windowStart, expiresAt, amount);
    };
    await eraseCustomer(customer.id, "adam", flow.app);
    const [, expiresAt] = [...remembered].find(([key]) => key.endsWith(textId)) ?? [];
    expect(expiresAt).toBe(new Date(flow.clock.now() + 48 * 3_600_000).toISOString());
  });

  test("leaves nothing of them, nor of whom was merged into them", async () => {
    const { flow, customer } = world;
    const erased = await eraseCustomer(customer.mergedFrom[0]!, "adam", flow.app);
    expect(erased).toEqual({ customerId: customer.id, conversations: 2, messages: 5 });
    await flow.settle();
    await everythingIsGone(flow);
    expect(await poolCounts(flow)).toEqual({ waiting: 0, assigned: 0, snoozed: 0 });
    expect((await flow.call(agent("agent-en"), "GET", "/v1/agents/agent-en")).body.unitsFree).toBe(2);
    expect(flow.logged).toContain("customer.erased");
    expect(await eraseCustomer(customer.id, "adam", flow.app)).toBeUndefined();
  });

  test("is ended by asking again where it died in between, wherever that was", async () => {
    for (const failing of ["messages", "conversations", "identities", "customers"] as const) {
      world = await fullCustomer();
      const { flow, customer } = world;
      const store = flow.stores[failing];
      const remove = store.remove;
      store.remove = async () => {
        throw new Error("ThrottlingException");
      };
      await expect(eraseCustomer(customer.id, "adam", flow.app)).rejects.toThrow("ThrottlingException");
      store.remove = remove;
      expect(await eraseCustomer(customer.id, "adam", flow.app)).toBeDefined();
      await everythingIsGone(flow);
    }
  });

  test("takes along what they wrote into what is another customer's conversation now, and leaves the rest", async () => {
    const { flow, customer, textId } = world;
    const { fromId, id } = (await flow.stores.customers.merges(customer.id))[0]!;
    const webId = await write(flow, erika.web, "By chat, into what the text began.");
    await undoMerge(id, "adam", flow.app);
    await eraseCustomer(fromId, "adam", flow.app);
    expect(await flow.stores.messages.get(webId)).toBeUndefined();
    expect(await flow.stores.messages.get(textId)).toBeDefined();
    expect(await customerAt(flow, erika.sms)).toMatchObject({ id: customer.id });
  });

  test("makes somebody new of whoever writes afterwards", async () => {
    const { flow, customer } = world;
    await flow.stores.customers.update(customer.id, { name: "Erika" });
    await eraseCustomer(customer.id, "adam", flow.app);
    await flow.advance(limits.mergeCheckAfterSeconds * 1000);
    const messageId = await write(flow, erika.sms, "Hello, could you please help me with my order?");
    expect((await customerAt(flow, erika.sms)).name).toBeUndefined();
    expect(await conversationOf(flow, messageId)).toMatchObject({ status: "assigned", messageVersion: 1 });
  });
});
