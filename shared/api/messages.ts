import * as z from "zod/mini";
import type { messageAnswers } from "./answers/messages.ts";
import { id, pageQuery, text } from "./fields.ts";
import { answeredBy } from "./route.ts";
import { limits } from "../core/limits.ts";

export const messageContract = answeredBy<typeof messageAnswers>()({
  listMessages: {
    method: "GET",
    path: "/v1/conversations/{id}/messages",
    role: "agent",
    scope: "conversations:read",
    query: pageQuery,
    status: 200,
  },
  getText: {
    method: "GET",
    path: "/v1/conversations/{id}/messages/{messageId}/text",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    answersText: true,
  },
  getHtml: {
    method: "GET",
    path: "/v1/conversations/{id}/messages/{messageId}/html",
    role: "agent",
    scope: "conversations:read",
    status: 200,
  },
  getMedia: {
    method: "GET",
    path: "/v1/conversations/{id}/messages/{messageId}/media/{index}",
    role: "agent",
    scope: "conversations:read",
    status: 200,
    reasons: ["at-provider"],
  },
  listDecisions: {
    method: "GET",
    path: "/v1/conversations/{id}/decisions",
    role: "agent",
    scope: "conversations:read",
    query: pageQuery,
    status: 200,
  },
  listRoutes: {
    method: "GET",
    path: "/v1/conversations/{id}/routes",
    role: "agent",
    scope: "conversations:read",
    status: 200,
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
    reasons: ["resolved", "no-route-back", "blocked-address", "opted-out", "text-empty", "text-too-long", "key-reused"],
  },
});
