import type { Conversation, ConversationStatus } from "../../shared/core/conversation.ts";
import type { StoredMessage } from "../../shared/core/message.ts";
import { isInPool } from "../../shared/flow/pool-events.ts";

/** A conversation as the API shows it (INTERFACE: `id`, `status`, `queueId`, `agentId`, `customerId`, `channel` …). */
export function conversationShape(conversation: Conversation) {
  const status = shownStatus(conversation);
  return {
    id: conversation.id,
    status,
    queueId: conversation.queueId ?? conversation.requested.queueId,
    agentId: status === "assigned" || status === "resolved" ? (conversation.agentId ?? null) : null,
    offerId: conversation.offerId ?? null,
    customerId: conversation.customerId,
    channel: conversation.channel,
    inboxId: conversation.inboxId,
    address: conversation.address,
    subject: conversation.subject,
    language: conversation.language,
    priority: conversation.requested.priority,
    tags: conversation.tags,
    openedAt: conversation.openedAt,
    lastMessageAt: conversation.lastMessageAt,
    lastInboundAt: conversation.lastInboundAt,
    closedAt: conversation.closedAt ?? null,
    messageVersion: conversation.messageVersion,
    gap: conversation.gap ?? false,
  };
}

/** One that the pool has not taken up, for the first time or again, waits. */
const shownStatus = (conversation: Conversation): ConversationStatus =>
  conversation.closedAt !== undefined ? "resolved" : isInPool(conversation) ? conversation.status! : "waiting";

/** A message as the API shows it. `status` is `received` inwards, `noted` for notes, else that of its send. */
export function messageShape(message: StoredMessage) {
  return {
    id: message.id,
    conversationId: message.conversationId,
    direction: message.direction,
    channel: message.channel,
    inboxId: message.inboxId,
    text: message.text,
    wholeText: message.wholeText ?? null,
    media: message.media,
    createdAt: message.createdAt,
    ...ofDirection(message),
  };
}

function ofDirection(message: StoredMessage) {
  switch (message.direction) {
    case "in":
      return { status: "received", author: null, optOut: message.optOut ?? null };
    case "note":
      return { status: "noted", author: message.author };
    case "out":
      return {
        status: message.status,
        author: message.author,
        sendId: message.sendId,
        statusAt: message.statusAt ?? message.createdAt,
        error: message.error ?? null,
        afterReassignment: message.afterReassignment ?? false,
      };
  }
}
