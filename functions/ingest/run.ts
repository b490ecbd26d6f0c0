import { InvalidWebhook, type Channel, type Parsed, type WebhookRequest } from "../../shared/channels/channel.ts";
import { channelForWebhook } from "../../shared/channels/registry.ts";
import { identityIdOf, messageIdOf, messageIdOfSend } from "../../shared/core/ids.ts";
import type { InboundMessage, StatusUpdate } from "../../shared/core/message.ts";
import { problem, type HttpReply } from "../../shared/flow/http-reply.ts";
import { notify } from "../../shared/flow/notify.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";

/**
 * Takes a provider's webhook in: verify, parse, then one durable write before the 2xx (invariant I1).
 *
 * Answers 403 to a signature that is missing or wrong and 400 to a body that can't be read; neither leaves a trace.
 */
export async function run(request: WebhookRequest, app: App): Promise<HttpReply> {
  const channel = channelForWebhook(request.path);
  if (!channel) return problem(404, `No channel takes webhooks at ${request.path}.`);
  const secret = channel.secretName === null ? null : await app.secrets.get(channel.secretName);
  const publicUrls = app.publicUrls.length > 0 ? app.publicUrls : [`https://${request.domainName}`];
  const verified = channel.verify(request, { secret, publicUrls });
  if (!verified.ok) {
    app.log.warn("webhook.forbidden", { channel: channel.name, reason: verified.reason });
    return problem(403, `The request's signature was not accepted: ${verified.reason}`);
  }
  const parsed = readBody(channel, request, app);
  if ("status" in parsed) return parsed;
  await takeIn(parsed.items, app);
  return {
    status: 200,
    headers: { "content-type": channel.acknowledgement.contentType },
    body: channel.acknowledgement.body,
  };
}

function readBody(channel: Channel, request: WebhookRequest, app: App): { items: Parsed[] } | HttpReply {
  try {
    return { items: channel.parse(request, app.config) };
  } catch (error) {
    if (!(error instanceof InvalidWebhook)) throw error;
    app.log.warn("webhook.invalid", { channel: channel.name, reason: error.message });
    return problem(400, `The request could not be read: ${error.message}`);
  }
}

async function takeIn(items: Parsed[], app: App): Promise<void> {
  const messages = items.filter((item) => item.kind === "message");
  if (messages.length > 0) await enqueue(messages, app);
  for (const item of items) {
    if (item.kind === "status") await recordStatus(item, app);
    if (item.kind === "ignored") app.log.info("webhook.ignored", { reason: item.reason });
  }
}

async function enqueue(messages: InboundMessage[], app: App): Promise<void> {
  const receivedAt = isoTime(app.clock.now());
  await app.queues.inbound.send(
    messages.map((message) => ({
      body: { schemaVersion: 1, message, receivedAt },
      groupId: identityIdOf(message.channel, message.from),
      deduplicationId: messageIdOf(message.channel, message.accountId, message.providerId),
    })),
  );
}

async function recordStatus(update: StatusUpdate, app: App): Promise<void> {
  const message = await app.stores.messages.raiseStatus(messageIdOfSend(update.sendId), {
    status: update.status,
    providerId: update.providerId,
    error: update.error,
    at: isoTime(app.clock.now()),
  });
  if (!message) {
    app.log.warn("status.unknown-send", { sendId: update.sendId, status: update.status });
    return;
  }
  const notice = { type: "status", conversationId: message.conversationId, messageId: message.id } as const;
  await notify([message.author], notice, app);
}
