import * as z from "zod/mini";
import { id, listOf, timestamp } from "../fields.ts";
import { presences } from "../fields.ts";

export const agent = z.object({
  id,
  name: z.string(),
  status: z.enum(presences),
  reason: z.nullable(z.string()).check(z.describe("why they are away, in their own words")),
  units: z.number(),
  unitsUsed: z.number(),
  unitsFree: z.number(),
});

export const offer = z.object({
  id,
  conversationId: id,
  queueId: z.string(),
  channel: z.string(),
  expiresAt: timestamp,
});

export const cannedReply = z.object({
  id: z.string(),
  title: z.string(),
  text: z
    .record(z.string(), z.string())
    .check(z.describe("by language; `{{customer.name}}` and the like are to be filled in")),
  queueIds: z.nullable(z.array(z.string())).check(z.describe("null: in every queue")),
});

export const agentAnswers = {
  listAgents: listOf(agent),
  getAgent: agent,
  setPresence: agent,
  listOffers: listOf(offer),
  acceptOffer: z.object({ id, status: z.literal("accepted") }),
  rejectOffer: z.object({ id, status: z.literal("rejected") }),
  createSocketTicket: z.object({ ticket: z.string(), url: z.string(), expiresAt: timestamp }),
  listQueues: listOf(z.object({ id: z.string(), depth: z.int(), oldestAgeMs: z.number(), agentsAvailable: z.int() })),
  listCannedReplies: listOf(cannedReply),
} as const;
