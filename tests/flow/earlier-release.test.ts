import { describe, expect, test } from "vitest";
import { createFlow, type Flow } from "./harness.ts";
import { erika } from "./join-support.ts";
import { identify } from "../../shared/core/identify.ts";
import { eraseCustomer } from "../../shared/flow/erase.ts";
import { exportCustomer } from "../../shared/flow/export.ts";
import { applied, inbound, time } from "../stores/samples.ts";

/** As release 0.1.0 left them: the head names the open conversation and none of the addresses. */
async function customerOfThatRelease(flow: Flow) {
  const contact = identify({ channel: "sms", address: erika.sms.address }, time(0));
  const { id: identityId, customerId } = contact;
  await flow.stores.identities.create(contact);
  const message = inbound({ identityId });
  await flow.stores.messages.create(message);
  const { conversationId } = message;
  await flow.stores.conversations.applyMessage(conversationId, applied({ customerId, ...erika.sms, identityId }));
  const head = await flow.stores.customers.claimForReopening(customerId, { id: conversationId, messageVersion: 1 }, 0);
  expect(head.identityIds).toEqual([]);
  return { customerId, identityId, conversationId, messageId: message.id };
}

describe("a customer of release 0.1.0", () => {
  test("has the address that they wrote from", async () => {
    const flow = createFlow();
    const { conversationId, identityId } = await customerOfThatRelease(flow);
    const sam = { id: "sam", role: "supervisor" } as const;
    const { body } = await flow.call(sam, "GET", `/v1/conversations/${conversationId}/routes`);
    expect(body.items.map((route: { identityId: string }) => route.identityId)).toEqual([identityId]);
  });

  test("is exported with the address and what was written", async () => {
    const flow = createFlow();
    const { customerId, identityId, messageId } = await customerOfThatRelease(flow);
    const exported = await exportCustomer(customerId, flow.app);
    expect(exported?.identities.map(({ id }) => id)).toEqual([identityId]);
    expect(exported?.conversations.flatMap(({ messages }) => messages.map(({ id }) => id))).toEqual([messageId]);
  });

  test("is erased with the address", async () => {
    const flow = createFlow();
    const { customerId, identityId, messageId } = await customerOfThatRelease(flow);
    expect(await eraseCustomer(customerId, "olga", flow.app)).toMatchObject({ conversations: 1, messages: 1 });
    expect(await flow.stores.identities.get(identityId)).toBeUndefined();
    expect(await flow.stores.messages.get(messageId)).toBeUndefined();
    expect(await flow.stores.customers.get(customerId)).toBeUndefined();
  });
});
