import type { Conversation } from "../core/conversation.ts";
import { limits } from "../core/limits.ts";
import type { InboundStored, OutboundStored } from "../core/message.ts";

/*
 * What events tell of conversations and messages: fields of the API's answers under the same names and with the same
 * values, without those that would swell an event or that the API alone can serve.
 */

export const conversationData = (conversation: Conversation) => ({
  id: conversation.id,
  queueId: conversation.queueId ?? conversation.requested.queueId,
  customerId: conversation.customerId,
  identityId: conversation.identityId,
  channel: conversation.channel,
  inboxId: conversation.inboxId,
  address: conversation.address,
  customerName: conversation.customerName ?? null,
  subject: conversation.subject,
  language: conversation.language,
  priority: conversation.requested.priority,
  tags: conversation.tags,
  openedAt: conversation.openedAt,
  lastMessageAt: conversation.lastMessageAt,
});

export const messageData = (message: InboundStored | OutboundStored) => ({
  id: message.id,
  conversationId: message.conversationId,
  identityId: message.identityId,
  direction: message.direction,
  channel: message.channel,
  inboxId: message.inboxId,
  subject: message.subject ?? null,
  ...beginning(message),
  attachments: message.media.length,
  context: contextOf(message),
  createdAt: message.createdAt,
  ...(message.direction === "in" ? { status: "received", author: null } : sendData(message)),
});

export const sendData = (message: OutboundStored) => ({
  status: message.status,
  author: message.author,
  to: message.to,
  sendId: message.sendId,
  statusAt: message.statusAt ?? message.createdAt,
  error: message.error ?? null,
});

/** Without the message that it is about, which takes a look-up. */
function contextOf(message: InboundStored | OutboundStored) {
  if (message.direction === "out" || !message.context) return null;
  const { kind, note = null, url = null, choiceId = null } = message.context;
  return { kind, note, url, choiceId };
}

function beginning({ text, wholeText }: InboundStored | OutboundStored): { text: string; textIsCut: boolean } {
  const isLong = text.length > limits.maxEventTextCharacters;
  return {
    text: isLong ? text.slice(0, limits.maxEventTextCharacters).toWellFormed() : text,
    textIsCut: isLong || wholeText !== undefined,
  };
}
