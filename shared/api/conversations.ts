import * as z from "zod/mini";
import { id, listOf, name, page, text, timestamp } from "./fields.ts";
import type { Contract } from "./route.ts";
import { limits } from "../core/limits.ts";

export const conversationStatuses = ["waiting", "offered", "assigned", "snoozed", "resolved"] as const;

export const conversation = z.object({
  id,
  status: z.enum(conversationStatuses),
  queueId: z.string(),
  /** who holds it, set it aside or resolved it */
  agentId: z.nullable(z.string()),
  offerId: z.nullable(z.string()),
  snoozedUntil: z.nullable(timestamp),
  customerId: id,
  identityId: id,
  channel: z.string(),
  inboxId: z.string(),
  address: z.string(),
  subject: z.string(),
  language: z.string(),
  priority: z.enum(["urgent", "high", "normal", "low"]),
  tags: z.array(z.string()),
  openedAt: timestamp,
  lastMessageAt: timestamp,
  lastInboundAt: timestamp,
  closedAt: z.nullable(timestamp),
  messageVersion: z.int(),
  gap: z.boolean().check(z.describe("a message of it is parked")),
  continuedIn: z.nullable(id).check(z.describe("closed by a merge: it goes on in this one")),
  relatesTo: z.nullable(id).check(z.describe("its first message answered this conversation of somebody else's")),
  readUpTo: z.nullable(z.string()).check(z.describe("order of the last message in that its holder has seen")),
});

const level = z.int().check(z.minimum(1), z.maximum(5));

const skills = z.array(z.strictObject({ skill: name, level })).check(z.maxLength(limits.maxTransferSkills));

export const conversationContract = {
  listConversations: {
    method: "GET",
    path: "/v1/conversations",
    role: "agent",
    scope: "conversations:read",
    query: z.strictObject({
      ...page,
      status: z.optional(z.enum(conversationStatuses)),
      queue: z.optional(z.string()),
      agent: z.optional(z.string()),
      customer: z.optional(z.string()),
    }),
    status: 200,
    answer: listOf(conversation),
  },
  getConversation: {
    method: "GET",
    path: "/v1/conversations/{id}",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    answer: conversation,
  },
  setTags: {
    method: "PATCH",
    path: "/v1/conversations/{id}",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({ tags: z.array(name).check(z.maxLength(limits.maxTags)) }),
    status: 200,
    answer: conversation,
  },
  resolveConversation: {
    method: "POST",
    path: "/v1/conversations/{id}/resolve",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({
      messageVersion: z.optional(
        z.int().check(z.positive(), z.describe("the version that you have seen; a newer message keeps it open")),
      ),
    }),
    status: 200,
    answer: conversation,
    reasons: ["newer-message", "refused-by-pool"],
  },
  reopenConversation: {
    method: "POST",
    path: "/v1/conversations/{id}/reopen",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({}),
    status: 200,
    answer: conversation,
    reasons: ["open-conversation"],
  },
  transferConversation: {
    method: "POST",
    path: "/v1/conversations/{id}/transfer",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({
      queueId: z.optional(name),
      agentId: z.optional(name),
      skills: z.optional(skills),
      note: z.optional(text(limits.maxNoteCharacters)),
    }),
    status: 200,
    answer: conversation,
    reasons: ["resolved", "refused-by-pool"],
  },
  snoozeConversation: {
    method: "POST",
    path: "/v1/conversations/{id}/snooze",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({ until: z.nullable(timestamp) }),
    status: 200,
    answer: conversation,
    reasons: ["resolved", "refused-by-pool"],
  },
  search: {
    method: "GET",
    path: "/v1/search",
    role: "agent",
    scope: "conversations:read",
    query: z.strictObject({ ...page, q: text(limits.maxSearchCharacters) }),
    status: 200,
    answer: z.object({
      items: z.array(
        z.object({
          conversation,
          excerpt: z.string().check(z.describe("the words around what was found")),
          matched: z.array(z.enum(["name", "address", "tag", "subject", "text"])),
        }),
      ),
      searched: z.int().check(z.describe("conversations looked through")),
      limitedTo: z.int().check(z.describe("so many, updated last, are looked through at most")),
      cursor: z.optional(z.string()),
    }),
  },
} as const satisfies Contract;
