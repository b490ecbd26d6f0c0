import * as z from "zod/mini";
import { id, listOf, timestamp } from "../fields.ts";
import { limits } from "../../core/limits.ts";

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

export const webhookAnswers = {
  listWebhooks: listOf(webhook),
  createWebhook: withSecret,
  getWebhook: webhook,
  changeWebhook: webhook,
  rotateWebhookSecret: withSecret,
  removeWebhook: z.object({ id, removed: z.literal(true) }),
} as const;
