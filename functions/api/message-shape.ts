import type * as z from "zod/mini";
import type { message as messageSchema } from "../../shared/api/answers/messages.ts";
import type { MediaReference, MessageContext, StoredMessage, TemplateUse } from "../../shared/core/message.ts";
import { sendData } from "../../shared/flow/event-data.ts";

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
        // A word that was taken for an ordinary message stopped and started nothing.
        optOut: (message.decision.reason === "opt-out-word" && message.optOut) || null,
        senderName: message.senderName ?? null,
        automatic: message.automatic ?? null,
        marks: message.marks ?? [],
        context: contextShape(message.context, aboutId),
        unknownFields: message.unknownFields ?? null,
      };
    case "note":
      return { ...shared, ...plain, ...alone, direction: "note", status: "noted", author: message.author };
    case "out":
      return {
        ...shared,
        ...plain,
        subject: message.subject ?? null,
        direction: "out",
        ...sendData(message),
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
