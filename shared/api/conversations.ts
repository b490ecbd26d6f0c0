import * as z from "zod/mini";
import type { conversationAnswers } from "./answers/conversations.ts";
import { conversationStatuses, name, page, text, timestamp } from "./fields.ts";
import { answeredBy } from "./route.ts";
import { limits } from "../core/limits.ts";

const level = z.int().check(z.minimum(1), z.maximum(5));

const skills = z.array(z.strictObject({ skill: name, level })).check(z.maxLength(limits.maxTransferSkills));

export const conversationContract = answeredBy<typeof conversationAnswers>()({
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
  },
  getConversation: {
    method: "GET",
    path: "/v1/conversations/{id}",
    role: "agent",
    scope: "conversations:read",
    status: 200,
  },
  setTags: {
    method: "PATCH",
    path: "/v1/conversations/{id}",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({ tags: z.array(name).check(z.maxLength(limits.maxTags)) }),
    status: 200,
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
    reasons: ["newer-message", "refused-by-pool"],
  },
  reopenConversation: {
    method: "POST",
    path: "/v1/conversations/{id}/reopen",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({}),
    status: 200,
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
    reasons: ["resolved", "refused-by-pool"],
  },
  snoozeConversation: {
    method: "POST",
    path: "/v1/conversations/{id}/snooze",
    role: "agent",
    scope: "conversations:write",
    body: z.strictObject({ until: z.nullable(timestamp) }),
    status: 200,
    reasons: ["resolved", "refused-by-pool"],
  },
  search: {
    method: "GET",
    path: "/v1/search",
    role: "agent",
    scope: "conversations:read",
    query: z.strictObject({ ...page, q: text(limits.maxSearchCharacters) }),
    status: 200,
  },
});
