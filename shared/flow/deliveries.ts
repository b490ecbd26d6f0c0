import type { App } from "../ports/app.ts";

/** What waits for a webhook of one conversation. */
export interface DeliveryLine {
  webhookId: string;
  conversationId: string;
  atOnce?: true;
}

/**
 * Wakes what waits for webhooks, each conversation of each in a line of its own: one that fails holds up no other.
 *
 * @param cause becomes part of the deduplication id: an event, a due time, what a person did
 */
export async function wakeDeliveries(lines: DeliveryLine[], cause: string, app: App): Promise<void> {
  const entries = lines.map(({ webhookId, conversationId, atOnce }) => ({
    body: { schemaVersion: 1 as const, webhookId, conversationId, atOnce },
    groupId: `${webhookId}:${conversationId}`,
    deduplicationId: `${webhookId}:${conversationId}:${cause}`,
  }));
  if (entries.length > 0) await app.queues.deliveries.send(entries);
}

/**
 * Wakes all that waits for a webhook, of whichever conversation, to be tried at once.
 *
 * @param cursor where in the backlog to begin
 */
export async function wakeWebhook(webhookId: string, cause: string, app: App, cursor?: string): Promise<void> {
  const body = { schemaVersion: 1 as const, webhookId, cursor };
  await app.queues.deliveries.send([{ body, groupId: webhookId, deduplicationId: `${webhookId}:${cause}` }]);
}
