import type * as z from "zod/mini";
import type { conversation as conversationSchema } from "../shared/api/answers/conversations.ts";
import type { Conversation, ConversationStatus } from "../shared/core/conversation.ts";
import { conversationData } from "../shared/flow/event-data.ts";
import { isTakenUp } from "../shared/flow/pool-events.ts";

/** A conversation as the API shows it. */
export function conversationShape(conversation: Conversation): z.output<typeof conversationSchema> {
  const status = shownStatus(conversation);
  const isSomebodys = status === "assigned" || status === "snoozed" || status === "resolved";
  return {
    ...conversationData(conversation),
    status,
    agentId: isSomebodys ? (conversation.agentId ?? null) : null,
    offerId: conversation.offerId ?? null,
    snoozedUntil: (status === "snoozed" && conversation.snoozedUntil) || null,
    lastInboundAt: conversation.lastInboundAt,
    closedAt: conversation.closedAt ?? null,
    messageVersion: conversation.messageVersion,
    gap: conversation.gap ?? false,
    unsent: conversation.unsent !== undefined,
    continuedIn: conversation.continuedIn ?? null,
    relatesTo: conversation.relatesTo ?? null,
    readUpTo: conversation.readUpTo ?? null,
  };
}

/** One that the pool has not taken up, for the first time or again, waits. */
const shownStatus = (conversation: Conversation): ConversationStatus =>
  conversation.closedAt !== undefined ? "resolved" : isTakenUp(conversation) ? conversation.status! : "waiting";
