import * as z from "zod/mini";
import { id, listOf, timestamp } from "../fields.ts";

const size = z.nullable(z.object({ bytes: z.int() }));

const file = z.object({
  contentType: z.string(),
  name: z.nullable(z.string()),
  bytes: z.nullable(z.int()),
  contentId: z.nullable(z.string()),
  isStored: z.boolean().check(z.describe("whether a link to it can be had; else it is still at the provider")),
});

const shared = {
  id,
  conversationId: id,
  identityId: id,
  channel: z.string(),
  inboxId: z.string(),
  subject: z.nullable(z.string()),
  text: z.string(),
  wholeText: size.check(z.describe("`text` is cut: the whole is at …/text")),
  fullText: size.check(z.describe("`text` is the part that is new: with all that was quoted it is at …/text")),
  html: size.check(z.describe("as its sender laid it out: at …/html")),
  media: z.array(file),
  order: z.string().check(z.describe("sorts the messages of a conversation")),
  createdAt: timestamp,
};

const received = z.object({
  ...shared,
  direction: z.literal("in"),
  status: z.literal("received"),
  author: z.null(),
  optOut: z.nullable(z.enum(["stop", "start", "help"])),
  senderName: z.nullable(z.string()),
  automatic: z.nullable(z.enum(["bounce", "auto-reply", "auto-generated", "list"])),
  marks: z.array(z.string()),
});

const note = z.object({
  ...shared,
  direction: z.literal("note"),
  status: z.literal("noted"),
  author: z.string(),
});

export const sendStatuses = ["queued", "sending", "unknown", "parked", "sent", "delivered", "read", "failed"] as const;

const sent = z.object({
  ...shared,
  direction: z.literal("out"),
  status: z.enum(sendStatuses),
  author: z.string(),
  to: z.string(),
  sendId: id,
  statusAt: timestamp,
  error: z.nullable(z.object({ code: z.string(), message: z.string(), providerCode: z.optional(z.string()) })),
  afterReassignment: z.boolean(),
});

export const message = z.discriminatedUnion("direction", [received, note, sent]);

const decision = z.looseObject({
  messageId: id,
  planVersion: z.int(),
  kind: z.enum(["route", "keep"]),
  reason: z.optional(z.string()),
  conversationId: id,
  language: z.string(),
  rules: z.array(z.string()),
});

const alternative = z.looseObject({ kind: z.string() });

/** What the gate says of a message by one route: whether it may go out, and if not, why and what could be done. */
const verdict = z.object({
  ok: z.boolean(),
  reason: z.optional(z.string()),
  explanation: z.optional(z.string()),
  alternatives: z.optional(z.array(alternative)),
});

const route = z.object({
  identityId: id,
  channel: z.string(),
  address: z.string(),
  inboxId: z.string(),
  isLastUsed: z.boolean().check(z.describe("where a reply goes that names no route")),
  canSend: verdict,
});

export const messageAnswers = {
  listMessages: listOf(message),
  getText: z.string(),
  getHtml: z.object({ html: z.string() }),
  getMedia: z.object({ url: z.string(), expiresAt: timestamp }),
  listDecisions: listOf(decision),
  listRoutes: listOf(route),
  writeMessage: message,
} as const;
