import { agent, createFlow, type Flow } from "./harness.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { Evidence } from "../../shared/core/customer.ts";
import { identityIdOf, messageIdOf } from "../../shared/core/ids.ts";
import { currentCustomer } from "../../shared/flow/customers.ts";
import type { InboundJob } from "../../shared/ports/queues.ts";

export const vouched: Evidence = { kind: "vouched", at: "2026-11-02T09:00:00.000Z", by: "user:4711" };
export const erika = {
  sms: { channel: "sms", address: "+4915112345678" },
  web: { channel: "web", address: "user:4711" },
  email: { channel: "email", address: "erika@example.org" },
};

export const idOf = ({ channel, address }: { channel: string; address: string }): string =>
  identityIdOf(channel, address);

let written = 0;

/** A message as a channel makes it of what came in. */
export function inboundJob(from: { channel: string; address: string }, text: string, flow: Flow): InboundJob {
  written += 1;
  const inboxId = flow.app.config.inboxes.find(({ channel }) => channel === from.channel)!.id;
  return {
    schemaVersion: 1,
    receivedAt: new Date(flow.clock.now()).toISOString(),
    message: {
      kind: "message",
      channel: from.channel,
      accountId: inboxId,
      providerId: `${from.address}:${written}`,
      from: from.address,
      inboxId,
      text,
      media: [],
    },
  };
}

/** Writes a message and works off what follows. @returns the message's id */
export async function write(flow: Flow, from: { channel: string; address: string }, text: string): Promise<string> {
  const body = inboundJob(from, text, flow);
  await flow.app.queues.inbound.send([{ body, groupId: idOf(from) }]);
  await flow.advance(1000);
  const { channel, accountId, providerId } = body.message;
  return messageIdOf(channel, accountId, providerId);
}

export const customerAt = async (flow: Flow, address: { channel: string; address: string }) => {
  const identity = await flow.stores.identities.get(idOf(address));
  return currentCustomer(identity!.customerId, flow.app);
};

export async function conversationOf(flow: Flow, messageId: string): Promise<Conversation> {
  const message = await flow.stores.messages.get(messageId);
  return (await flow.stores.conversations.get(message!.conversationId))!;
}

/** What the pool has on its hands, by status. */
export async function poolCounts(flow: Flow) {
  const count = async (status: string) =>
    (await flow.call({ id: "sam", role: "supervisor" }, "GET", `/v1/conversations?status=${status}`)).body.items.length;
  return { waiting: await count("waiting"), assigned: await count("assigned"), snoozed: await count("snoozed") };
}

/** Two customers who are one person: each with a conversation that agent-en holds; the text came first. */
export async function twoConversations() {
  const flow = createFlow();
  await flow.call(agent("agent-en"), "PUT", "/v1/agents/agent-en/presence", { status: "available" });
  await flow.settle();
  const textId = await write(flow, erika.sms, "Hello, could you please help me with my order?");
  const chatId = await write(flow, erika.web, "Hello, could you please help me with my order, in the chat?");
  return { flow, textId, chatId };
}
