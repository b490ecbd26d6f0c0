import {
  InvalidWebhook,
  type Channel,
  type ChannelWebhook,
  type Parsed,
  type VerifyContext,
  type WebhookRequest,
} from "../../shared/channels/channel.ts";
import { channelOf, channelsForWebhook } from "../../shared/channels/registry.ts";
import { secretFor } from "../../shared/channels/secret.ts";
import { problem, type HttpReply } from "../../shared/flow/http-reply.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import type { App } from "../../shared/ports/app.ts";

/**
 * Takes a provider's webhook in: verify, parse, then one durable write before the 2xx (invariant I1).
 *
 * Answers 403 to a signature that is missing or wrong and 400 to a body that can't be read; neither leaves a trace.
 */
export async function run(request: WebhookRequest, app: App): Promise<HttpReply> {
  const channels = channelsForWebhook(request.path);
  const [channel] = channels;
  if (!channel?.webhook) return problem(404, `No channel takes webhooks at ${request.path}.`);
  if (!isUsed(channel, app)) return problem(404, "router.yaml has no inbox of the provider that calls here.");
  const secret = await secretFor(channel, app);
  const publicUrls = app.publicUrls.length > 0 ? app.publicUrls : [`https://${request.domainName}`];
  const context = { secret, publicUrls, now: app.clock.now() };
  if (request.method === "GET") return handshake(channel.webhook, request, context);
  const verified = channel.webhook.verify(request, context);
  if (!verified.ok) {
    app.log.warn("webhook.forbidden", { channel: channel.name, reason: verified.reason });
    return problem(403, `The request's signature was not accepted: ${verified.reason}`);
  }
  const parsed = readBody(
    channels.flatMap(({ webhook }) => webhook ?? []),
    request,
    app,
  );
  if ("status" in parsed) return parsed;
  await takeIn(parsed.items, app);
  return {
    status: 200,
    headers: { "content-type": channel.webhook.acknowledgement.contentType },
    body: channel.webhook.acknowledgement.body,
  };
}

/** Without an inbox of any of its channels, a provider has no secret here by which its calls could be told from others. */
const isUsed = ({ secretName }: Channel, { config }: App): boolean =>
  config.inboxes.some((inbox) => channelOf(inbox)?.secretName === secretName);

function handshake(webhook: ChannelWebhook, request: WebhookRequest, context: VerifyContext): HttpReply {
  if (!webhook.handshake) return problem(405, `Webhooks are posted to ${request.path}.`);
  const shaken = webhook.handshake(request, context);
  if (!shaken.ok) return problem(403, `The webhook was not verified: ${shaken.reason}`);
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: shaken.body };
}

/** Read by the channel whose it is; what is for none of them is ignored with a reason. */
function readBody(webhooks: ChannelWebhook[], request: WebhookRequest, app: App): { items: Parsed[] } | HttpReply {
  try {
    for (const webhook of webhooks) {
      const items = webhook.parse(request, app.config);
      if (items) return { items };
    }
    return { items: [{ kind: "ignored", reason: "it is for a channel that is not built" }] };
  } catch (error) {
    if (!(error instanceof InvalidWebhook)) throw error;
    app.log.warn("webhook.invalid", { path: request.path, reason: error.message });
    return problem(400, `The request could not be read: ${error.message}`);
  }
}
