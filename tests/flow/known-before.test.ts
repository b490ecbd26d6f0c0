import { describe, expect, test } from "vitest";
import { chirpId, createChirpFlow, inboxId, number, taken } from "./chirp.ts";
import { createFlow, supervisor, type Flow } from "./harness.ts";
import { conversationOf, erika, write } from "./join-support.ts";
import { identify } from "../../shared/core/identify.ts";
import { importRecord } from "../../shared/flow/import.ts";
import { mayGoOut } from "../../shared/flow/gate.ts";

/* Customers who were known before their first message by this release: by a record, or under another form of their address. */

const record = { externalId: "crm-17", addresses: [erika.sms, erika.email] };

describe("a customer who was imported, and never agreed to be written to", () => {
  async function routeBySms(flow: Flow, conversationId: string) {
    const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${conversationId}/routes`);
    return body.items.find(({ channel }: { channel: string }) => channel === "sms").canSend;
  }

  test("is not written to by text", async () => {
    const flow = createFlow();
    await importRecord(record, flow.app);
    const { id } = await conversationOf(flow, await write(flow, erika.email, "Hello, where is my order?"));
    expect(await routeBySms(flow, id)).toMatchObject({ ok: false, reason: "no-consent" });
  });

  test("is, once they have texted themselves, whatever they wrote by last", async () => {
    const flow = createFlow();
    await importRecord(record, flow.app);
    await write(flow, erika.sms, "Hello, where is my order?");
    const { id } = await conversationOf(flow, await write(flow, erika.email, "I also sent you a text about it."));
    expect(await routeBySms(flow, id)).toEqual({ ok: true });
  });
});

describe("a customer of an earlier release, under a form of their number that names no identity any more", () => {
  const former = "+5215512345678";

  /** As that release left them: it took each form for an address of its own. */
  async function knownByFormer(flow: Flow) {
    const contact = identify({ channel: "chirp", address: former }, "2026-10-01T09:00:00.000Z");
    await flow.stores.identities.create(contact);
    await flow.stores.customers.addIdentities(contact.customerId, [contact.id]);
    return contact;
  }

  test("is the same customer when they write again", async () => {
    const flow = createChirpFlow();
    const { customerId } = await knownByFormer(flow);
    const { conversationId } = await taken(flow, { from: former });
    expect(await flow.stores.conversations.get(conversationId)).toMatchObject({ customerId, address: former });
  });

  test("has stopped messages by both forms", async () => {
    const flow = createChirpFlow();
    const { id } = await knownByFormer(flow);
    await flow.stores.identities.setOptOut(id, inboxId, true, "2026-10-02T09:00:00.000Z", "0".repeat(20));
    const message = await taken(flow, { from: former });
    const identity = await flow.stores.identities.get(chirpId(number));
    const conversation = await flow.stores.conversations.get(message.conversationId);
    const hello = { text: "Hello", files: [], quickReplies: [], isAutomatic: false };
    const verdict = await mayGoOut(hello, conversation!, { identity, conversation }, flow.app);
    expect(verdict).toMatchObject({ ok: false, reason: "opted-out" });
  });

  test("is found by the form that they are known by", async () => {
    const flow = createChirpFlow();
    const { customerId } = await knownByFormer(flow);
    const { body } = await flow.call(supervisor, "GET", `/v1/customers?address=${encodeURIComponent(former)}`);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([customerId]);
  });
});
