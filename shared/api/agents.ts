import * as z from "zod/mini";
import { id, language, listOf, page, pageQuery, text, timestamp } from "./fields.ts";
import type { Contract } from "./route.ts";
import { limits } from "../core/limits.ts";

export const presences = ["available", "away", "offline"] as const;

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

export const agentContract = {
  listAgents: {
    method: "GET",
    path: "/v1/agents",
    role: "agent",
    scope: "agents:read",
    query: pageQuery,
    status: 200,
    answer: listOf(agent),
  },
  getAgent: {
    method: "GET",
    path: "/v1/agents/{id}",
    role: "agent",
    scope: "agents:read",
    status: 200,
    answer: agent,
  },
  setPresence: {
    method: "PUT",
    path: "/v1/agents/{id}/presence",
    role: "agent",
    scope: "agents:write",
    body: z.strictObject({
      status: z.enum(presences),
      reason: z.optional(text(limits.maxPresenceReasonCharacters)),
    }),
    status: 200,
    answer: agent,
  },
  listOffers: {
    method: "GET",
    path: "/v1/offers",
    role: "agent",
    scope: "agents:read",
    query: pageQuery,
    status: 200,
    answer: listOf(offer),
  },
  acceptOffer: {
    method: "POST",
    path: "/v1/offers/{id}/accept",
    role: "agent",
    scope: "agents:write",
    body: z.strictObject({}),
    status: 200,
    answer: z.object({ id, status: z.literal("accepted") }),
    reasons: ["offer-ended"],
  },
  rejectOffer: {
    method: "POST",
    path: "/v1/offers/{id}/reject",
    role: "agent",
    scope: "agents:write",
    body: z.strictObject({}),
    status: 200,
    answer: z.object({ id, status: z.literal("rejected") }),
    reasons: ["offer-ended"],
  },
  createSocketTicket: {
    method: "POST",
    path: "/v1/socket-tickets",
    role: "agent",
    scope: "conversations:read",
    body: z.strictObject({}),
    status: 201,
    answer: z.object({ ticket: z.string(), url: z.string(), expiresAt: timestamp }),
  },
  listCannedReplies: {
    method: "GET",
    path: "/v1/canned-replies",
    role: "agent",
    scope: "conversations:read",
    query: z.strictObject({
      ...page,
      queue: z.optional(z.string()),
      language: z.optional(
        language.check(z.describe("only this one's text, or the default language's where it lacks it")),
      ),
    }),
    status: 200,
    answer: listOf(cannedReply),
  },
} as const satisfies Contract;
