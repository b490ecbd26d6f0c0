import * as z from "zod/mini";
import { id, listOf, timestamp } from "../fields.ts";
import { conversationStatuses } from "../fields.ts";

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
  customerName: z
    .nullable(z.string())
    .check(z.describe("the customer's name when they wrote last, else what they call themselves there")),
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
  unsent: z
    .boolean()
    .check(z.describe("a person's reply to its customer failed, and nobody has answered again or resolved it since")),
  continuedIn: z.nullable(id).check(z.describe("closed by a merge: it goes on in this one")),
  relatesTo: z.nullable(id).check(z.describe("its first message answered this conversation of somebody else's")),
  readUpTo: z
    .nullable(z.string())
    .check(z.describe("how far its holder has seen what came in: there is more where `lastInboundAt` sorts after it")),
});

export const conversationAnswers = {
  listConversations: listOf(conversation),
  getConversation: conversation,
  setTags: conversation,
  resolveConversation: conversation,
  reopenConversation: conversation,
  transferConversation: conversation,
  snoozeConversation: conversation,
  search: z.object({
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
} as const;
