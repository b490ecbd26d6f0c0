import {
  InvalidWebhook,
  type ChannelWebhook,
  type Parsed,
  type WebhookRequest,
} from "../../shared/channels/channel.ts";
import { channelForWebhook } from "../../shared/channels/registry.ts";
import { problem, type HttpReply } from "../../shared/flow/http-reply.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import type { App } from "../../shared/ports/app.ts";

/**
 * Takes a provider's webhook in: verify, parse, then one durable write before the 2xx (invariant I1).
 *
 * Answers 403 to a signature that is missing or wrong and 400 to a body that can't be read; neither leaves a trace.
 */
export async function run(request: WebhookRequest, app: App): Promise<HttpReply> {
  const channel = channelForWebhook(request.path);
  if (!channel?.webhook) return problem(404, `No channel takes webhooks at ${request.path}.`);
  const secret = channel.secretName === null ? null : await app.secrets.get(channel.secretName);
  const publicUrls = app.publicUrls.length > 0 ? app.publicUrls : [`https://${request.domainName}`];
  const verified = channel.webhook.verify(request, { secret, publicUrls });
  if (!verified.ok) {
    app.log.warn("webhook.forbidden", { channel: channel.name, reason: verified.reason });
    return problem(403, `The request's signature was not accepted: ${verified.reason}`);
  }
  const parsed = readBody(channel.webhook, request, app);
  if ("status" in parsed) return parsed;
  await takeIn(parsed.items, app);
  return {
    status: 200,
    headers: { "content-type": channel.webhook.acknowledgement.contentType },
    body: channel.webhook.acknowledgement.body,
  };
}

function readBody(webhook: ChannelWebhook, request: WebhookRequest, app: App): { items: Parsed[] } | HttpReply {
  try {
    return { items: webhook.parse(request, app.config) };
  } catch (error) {
    if (!(error instanceof InvalidWebhook)) throw error;
    app.log.warn("webhook.invalid", { path: request.path, reason: error.message });
    return problem(400, `The request could not be read: ${error.message}`);
  }
}
