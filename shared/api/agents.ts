import * as z from "zod/mini";
import type { agentAnswers } from "./answers/agents.ts";
import { language, page, pageQuery, presences, text } from "./fields.ts";
import { answeredBy } from "./route.ts";
import { limits } from "../core/limits.ts";

export const agentContract = answeredBy<typeof agentAnswers>()({
  listAgents: {
    method: "GET",
    path: "/v1/agents",
    role: "agent",
    scope: "agents:read",
    query: pageQuery,
    status: 200,
  },
  getAgent: {
    method: "GET",
    path: "/v1/agents/{id}",
    role: "agent",
    scope: "agents:read",
    status: 200,
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
  },
  listOffers: {
    method: "GET",
    path: "/v1/offers",
    role: "agent",
    scope: "agents:read",
    query: pageQuery,
    status: 200,
  },
  acceptOffer: {
    method: "POST",
    path: "/v1/offers/{id}/accept",
    role: "agent",
    scope: "agents:write",
    body: z.strictObject({}),
    status: 200,
    reasons: ["offer-ended"],
  },
  rejectOffer: {
    method: "POST",
    path: "/v1/offers/{id}/reject",
    role: "agent",
    scope: "agents:write",
    body: z.strictObject({}),
    status: 200,
    reasons: ["offer-ended"],
  },
  createSocketTicket: {
    method: "POST",
    path: "/v1/socket-tickets",
    role: "agent",
    scope: "conversations:read",
    body: z.strictObject({}),
    status: 201,
  },
  listQueues: {
    method: "GET",
    path: "/v1/queues",
    role: "agent",
    scope: "conversations:read",
    query: pageQuery,
    status: 200,
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
  },
});
