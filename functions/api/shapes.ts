import type * as z from "zod/mini";
import type { conversation as conversationSchema } from "../../shared/api/answers/conversations.ts";
import type { message as messageSchema } from "../../shared/api/answers/messages.ts";
import type { Conversation, ConversationStatus } from "../../shared/core/conversation.ts";
import type { MediaReference, MessageContext, StoredMessage, TemplateUse } from "../../shared/core/message.ts";
import { isInPool } from "../../shared/flow/pool-events.ts";

/** A conversation as the API shows it. */
export function conversationShape(conversation: Conversation): z.output<typeof conversationSchema> {
  const status = shownStatus(conversation);
  const isSomebodys = status === "assigned" || status === "snoozed" || status === "resolved";
  return {
    id: conversation.id,
    status,
    queueId: conversation.queueId ?? conversation.requested.queueId,
    agentId: isSomebodys ? (conversation.agentId ?? null) : null,
    offerId: conversation.offerId ?? null,
    snoozedUntil: (status === "snoozed" && conversation.snoozedUntil) || null,
    customerId: conversation.customerId,
    identityId: conversation.identityId,
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
    continuedIn: conversation.continuedIn ?? null,
    relatesTo: conversation.relatesTo ?? null,
    readUpTo: conversation.readUpTo ?? null,
  };
}

/** One that the pool has not taken up, for the first time or again, waits. */
const shownStatus = (conversation: Conversation): ConversationStatus =>
  conversation.closedAt !== undefined ? "resolved" : isInPool(conversation) ? conversation.status! : "waiting";

/**
 * A message as the API shows it. `status` is `received` inwards, `noted` for notes, else that of its send.
 *
 * @param aboutId of the message that its context names
 */
export function messageShape(message: StoredMessage, aboutId?: string): z.output<typeof messageSchema> {
  const shared = {
    id: message.id,
    conversationId: message.conversationId,
    identityId: message.identityId,
    channel: message.channel,
    inboxId: message.inboxId,
    text: message.text,
    wholeText: sizeOf(message.wholeText),
    media: message.media.map(fileShape),
    order: message.order,
    createdAt: message.createdAt,
  };
  const plain = { subject: null, fullText: null, html: null, context: null };
  const alone = { part: null, template: null, quickReplies: [] };
  switch (message.direction) {
    case "in":
      return {
        ...shared,
        ...alone,
        direction: "in",
        status: "received",
        author: null,
        subject: message.subject ?? null,
        fullText: sizeOf(message.fullText),
        html: sizeOf(message.html),
        optOut: message.optOut ?? null,
        senderName: message.senderName ?? null,
        automatic: message.automatic ?? null,
        marks: message.marks ?? [],
        context: contextShape(message.context, aboutId),
      };
    case "note":
      return { ...shared, ...plain, ...alone, direction: "note", status: "noted", author: message.author };
    case "out":
      return {
        ...shared,
        ...plain,
        subject: message.subject ?? null,
        direction: "out",
        status: message.status,
        author: message.author,
        to: message.to,
        sendId: message.sendId,
        statusAt: message.statusAt ?? message.createdAt,
        error: message.error ?? null,
        afterReassignment: message.afterReassignment ?? false,
        part: message.part ?? null,
        template: templateShape(message.template),
        quickReplies: message.quickReplies ?? [],
      };
  }
}

/** Where an object lies in the bucket is nobody's business. */
const sizeOf = (stored: { bytes: number } | undefined) => (stored ? { bytes: stored.bytes } : null);

const fileShape = ({ contentType, name, bytes, contentId, key, problem }: MediaReference) => ({
  contentType,
  name: name ?? null,
  bytes: bytes ?? null,
  contentId: contentId ?? null,
  state: fileState(key, problem),
  problem: problem ?? null,
});

function fileState(key: string | undefined, problem: string | undefined): "stored" | "pending" | "unavailable" {
  if (key !== undefined) return "stored";
  return problem === undefined ? "pending" : "unavailable";
}

const contextShape = (context: MessageContext | undefined, messageId: string | undefined) =>
  context
    ? {
        kind: context.kind,
        messageId: messageId ?? null,
        note: context.note ?? null,
        url: context.url ?? null,
        choiceId: context.choiceId ?? null,
      }
    : null;

/** What the provider calls it is between it and us. */
const templateShape = (template: TemplateUse | undefined) =>
  template ? { id: template.id, language: template.language, parameters: template.parameters } : null;
