import * as z from "zod/mini";
import { id, listOf, pageQuery, text, timestamp } from "./fields.ts";
import type { Contract } from "./route.ts";
import { eventTypes } from "../core/events.ts";
import { limits } from "../core/limits.ts";

const url = text(limits.maxUrlCharacters);
const event = z.enum([...eventTypes, "*"]).check(z.describe("`*`: every event, those that are added later too"));
const events = z.array(event).check(z.minLength(1), z.maxLength(limits.maxWebhookEvents));

const shown = {
  id,
  url: z.string(),
  events: z.array(z.string()),
  state: z.enum(["active", "failing", "disabled"]),
  lastError: z.nullable(z.object({ at: timestamp, message: z.string(), status: z.optional(z.int()) })),
  lastSuccessAt: z.nullable(timestamp),
  waiting: z.int().check(z.describe(`events that wait to be taken; counted up to ${limits.maxWaitingCounted}`)),
  rotatesAt: z.nullable(timestamp).check(z.describe("until then the older secret signs too")),
  createdAt: timestamp,
  createdBy: z.string(),
};

export const webhook = z.object(shown);
const withSecret = z.object({ ...shown, secret: z.string().check(z.describe("shown this once")) });

export const webhookContract = {
  listWebhooks: {
    method: "GET",
    path: "/v1/webhooks",
    role: "operator",
    scope: "webhooks:write",
    query: pageQuery,
    status: 200,
    answer: listOf(webhook),
  },
  createWebhook: {
    method: "POST",
    path: "/v1/webhooks",
    role: "operator",
    scope: "webhooks:write",
    body: z.strictObject({ url, events }),
    status: 201,
    answer: withSecret,
    reasons: ["too-many-webhooks"],
  },
  getWebhook: {
    method: "GET",
    path: "/v1/webhooks/{id}",
    role: "operator",
    scope: "webhooks:write",
    status: 200,
    answer: webhook,
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
    answer: webhook,
  },
  rotateWebhookSecret: {
    method: "POST",
    path: "/v1/webhooks/{id}/rotate",
    role: "operator",
    scope: "webhooks:write",
    body: z.strictObject({}),
    status: 200,
    answer: withSecret,
  },
  removeWebhook: {
    method: "DELETE",
    path: "/v1/webhooks/{id}",
    role: "operator",
    scope: "webhooks:write",
    status: 200,
    answer: z.object({ id, removed: z.literal(true) }),
  },
} as const satisfies Contract;
