import type { Conversation } from "../../shared/core/conversation.ts";
import type { Customer } from "../../shared/core/customer.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import type { AnsweredConversation } from "../../shared/core/thread.ts";
import { ownerOf } from "../../shared/flow/customers.ts";
import type { App } from "../../shared/ports/app.ts";

/**
 * The conversation that a message says it goes on with: by our signed token first, then by the ids under which our
 * provider sent what it answers, the latest first. Anybody can write such ids, and a token can be passed on; so what it
 * says about a conversation of another customer's is never more than a hint for agents.
 */
export async function answeredConversation(
  { channel, answers, isQuiet }: InboundMessage,
  customer: Customer,
  app: App,
): Promise<AnsweredConversation | undefined> {
  // What wakes nobody opens nothing again, whatever it refers to.
  if (!answers || isQuiet) return undefined;
  const conversation = await find(channel, answers, app);
  if (!conversation) return undefined;
  const { id, messageVersion, closedAt, continuedIn } = conversation;
  const owner = await ownerOf(conversation, app);
  return { id, isOwn: owner.id === customer.id, messageVersion, closedAt, continuedIn };
}

async function find(
  channel: string,
  { conversationId, providerIds }: NonNullable<InboundMessage["answers"]>,
  app: App,
): Promise<Conversation | undefined> {
  const named = conversationId && (await app.stores.conversations.get(conversationId));
  if (named) return named;
  for (const providerId of providerIds.toReversed()) {
    const message = await app.stores.messages.byProviderId(channel, providerId);
    const conversation = message && (await app.stores.conversations.get(message.conversationId));
    if (conversation) return conversation;
  }
  return undefined;
}
