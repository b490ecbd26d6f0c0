import { tellStatus } from "./events.ts";
import { notify } from "./notify.ts";
import type { Parsed } from "../channels/channel.ts";
import { identityIdOf, messageIdOf, messageIdOfSend } from "../core/ids.ts";
import type { InboundMessage, StatusUpdate } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** Takes in what a channel made of a provider's call, a mail or a frame: messages are durable when this returns. */
export async function takeIn(items: Parsed[], app: App): Promise<void> {
  const messages = items.filter((item) => item.kind === "message");
  if (messages.length > 0) await enqueue(messages, app);
  for (const item of items) {
    if (item.kind === "status") await recordStatus(item, app);
    if (item.kind === "ignored") app.log.info("inbound.ignored", { reason: item.reason });
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
  if (!("sendId" in update.of)) return;
  const { sendId, providerId } = update.of;
  const message = await app.stores.messages.raiseStatus(messageIdOfSend(sendId), {
    status: update.status,
    providerId,
    error: update.error,
    at: isoTime(app.clock.now()),
  });
  if (!message) {
    app.log.warn("status.unknown-send", { sendId, status: update.status });
    return;
  }
  await tellStatus(message, app);
  const notice = { type: "status", conversationId: message.conversationId, messageId: message.id } as const;
  await notify([message.author], notice, app);
}
