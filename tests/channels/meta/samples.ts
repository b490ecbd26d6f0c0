import { createHmac } from "node:crypto";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { jsonWebhook } from "../samples.ts";

export const keys = { current: "app-secret-of-today", previous: "app-secret-of-yesterday" };

export const webhook = (body: unknown): WebhookRequest => jsonWebhook("/webhooks/meta", body);

export const sign = (request: WebhookRequest, key = keys.current): WebhookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(request.body).digest("hex")}`,
  },
});

/** What the Graph API answers to what it does not take. */
export const graphError = (code: number, subcode?: number) => ({
  error: {
    message: `(#${code}) something`,
    type: "OAuthException",
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    fbtrace_id: "A",
  },
});
