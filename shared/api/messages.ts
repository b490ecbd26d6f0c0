import * as z from "zod/mini";
import type { messageAnswers } from "./answers/messages.ts";
import { id, language, name, page, pageQuery, text } from "./fields.ts";
import { gateReasons } from "./problems.ts";
import { answeredBy } from "./route.ts";
import { limits } from "../core/limits.ts";

/** One of `listTemplates`, in place of a text. */
const template = z.strictObject({
  id,
  language: z.optional(language.check(z.describe("else the conversation's, or the default one"))),
  parameters: z
    .array(text(limits.maxTemplateParameterCharacters))
    .check(z.maxLength(limits.maxTemplateParameters), z.describe("what stands in its gaps, in their order")),
});

/** Which of these must be there is looked at by its handler, which can name the field. */
const written = z
  .strictObject({
    text: z.optional(text(limits.maxReplyCharacters).check(z.describe("needed unless there are files or a template"))),
    note: z.optional(z.boolean().check(z.describe("of a text alone: it stays inside"))),
    identityId: z.optional(id.check(z.describe("another address of the same customer to reply to; see …/routes"))),
    media: z.optional(
      z
        .array(id)
        .check(
          z.minLength(1),
          z.maxLength(limits.maxReplyFiles),
          z.describe("ids of files, as POST /v1/files answers them"),
        ),
    ),
    template: z.optional(template),
    quickReplies: z.optional(
      z.array(name).check(z.minLength(1), z.maxLength(limits.maxQuickReplies), z.describe("answers to choose from")),
    ),
  })
  .check(z.meta({ anyOf: ["text", "media", "template"].map((field) => ({ required: [field] })) }));

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
    body: written,
    takesIdempotencyKey: true,
    status: 202,
    reasons: ["resolved", ...gateReasons, "file-gone", "key-reused"],
  },
  listTemplates: {
    method: "GET",
    path: "/v1/templates",
    role: "agent",
    scope: "conversations:read",
    query: z.strictObject({ ...page, inbox: z.optional(z.string()) }),
    status: 200,
  },
});
