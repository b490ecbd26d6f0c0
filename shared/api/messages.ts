import * as z from "zod/mini";
import { id, listOf, pageQuery, text, timestamp } from "./fields.ts";
import type { Contract } from "./route.ts";
import { limits } from "../core/limits.ts";

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

export const messageContract = {
  listMessages: {
    method: "GET",
    path: "/v1/conversations/{id}/messages",
    role: "agent",
    scope: "conversations:read",
    query: pageQuery,
    status: 200,
    answer: listOf(message),
  },
  getText: {
    method: "GET",
    path: "/v1/conversations/{id}/messages/{messageId}/text",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    answer: z.string(),
    answersText: true,
  },
  getHtml: {
    method: "GET",
    path: "/v1/conversations/{id}/messages/{messageId}/html",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    answer: z.object({ html: z.string() }),
  },
  getMedia: {
    method: "GET",
    path: "/v1/conversations/{id}/messages/{messageId}/media/{index}",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    answer: z.object({ url: z.string(), expiresAt: timestamp }),
    reasons: ["at-provider"],
  },
  listDecisions: {
    method: "GET",
    path: "/v1/conversations/{id}/decisions",
    role: "agent",
    scope: "conversations:read",
    query: pageQuery,
    status: 200,
    answer: listOf(decision),
  },
  listRoutes: {
    method: "GET",
    path: "/v1/conversations/{id}/routes",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    answer: listOf(route),
  },
  writeMessage: {
    method: "POST",
    path: "/v1/conversations/{id}/messages",
    role: "agent",
    scope: "messages:write",
    body: z.strictObject({
      text: text(limits.maxReplyCharacters),
      note: z.optional(z.boolean()),
      identityId: z.optional(id.check(z.describe("another address of the same customer to reply to; see …/routes"))),
    }),
    takesIdempotencyKey: true,
    status: 202,
    answer: message,
    reasons: ["resolved", "no-route-back", "blocked-address", "opted-out", "text-empty", "text-too-long", "key-reused"],
  },
} as const satisfies Contract;
