import * as z from "zod/mini";
import type { webhookAnswers } from "./answers/webhooks.ts";
import { pageQuery, text } from "./fields.ts";
import { answeredBy } from "./route.ts";
import { eventTypes } from "../core/events.ts";
import { limits } from "../core/limits.ts";

const url = text(limits.maxUrlCharacters);
const event = z.enum([...eventTypes, "*"]).check(z.describe("`*`: every event, those that are added later too"));
const events = z.array(event).check(z.minLength(1), z.maxLength(limits.maxWebhookEvents));

export const webhookContract = answeredBy<typeof webhookAnswers>()({
  listWebhooks: {
    method: "GET",
    path: "/v1/webhooks",
    role: "operator",
    scope: "webhooks:write",
    query: pageQuery,
    status: 200,
  },
  createWebhook: {
    method: "POST",
    path: "/v1/webhooks",
    role: "operator",
    scope: "webhooks:write",
    body: z.strictObject({ url, events }),
    status: 201,
    reasons: ["too-many-webhooks"],
  },
  getWebhook: {
    method: "GET",
    path: "/v1/webhooks/{id}",
    role: "operator",
    scope: "webhooks:write",
    status: 200,
  },
  changeWebhook: {
    method: "PATCH",
    path: "/v1/webhooks/{id}",
    role: "operator",
    scope: "webhooks:write",
    body: z.strictObject({
      url: z.optional(url),
      events: z.optional(events),
      state: z.optional(z.enum(["active", "disabled"])),
    }),
    status: 200,
  },
  rotateWebhookSecret: {
    method: "POST",
    path: "/v1/webhooks/{id}/rotate",
    role: "operator",
    scope: "webhooks:write",
    body: z.strictObject({}),
    status: 200,
  },
  removeWebhook: {
    method: "DELETE",
    path: "/v1/webhooks/{id}",
    role: "operator",
    scope: "webhooks:write",
    status: 200,
  },
});
