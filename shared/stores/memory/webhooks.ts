import type { Webhook, WebhookDelivery, WebhookStore } from "../../ports/work.ts";
import { copyOf } from "./copy.ts";
import { pageOf } from "./pages.ts";

export function memoryWebhooks(): WebhookStore {
  const webhooks = new Map<string, Webhook>();
  const deliveries = new Map<string, WebhookDelivery & { settled?: true }>();

  const waitingOf = (webhookId: string) =>
    Array.from(deliveries.values()).filter((delivery) => !delivery.settled && delivery.webhookId === webhookId);

  return {
    async list() {
      return copyOf(Array.from(webhooks.values()).toSorted((left, right) => (left.id < right.id ? -1 : 1)));
    },

    async get(id) {
      return copyOf(webhooks.get(id));
    },

    async put(webhook) {
      const written = (webhooks.get(webhook.id)?.version ?? 0) === webhook.version - 1;
      if (written) webhooks.set(webhook.id, copyOf(webhook));
      return { written, webhook: copyOf(webhooks.get(webhook.id)) };
    },

    async remove(id) {
      webhooks.delete(id);
      for (const delivery of waitingOf(id)) deliveries.delete(keyOf(delivery));
    },

    async append(delivery) {
      const key = keyOf(delivery);
      if (!deliveries.has(key)) deliveries.set(key, copyOf(delivery));
      return !deliveries.get(key)!.settled;
    },

    async waiting(webhookId, conversationId, limit) {
      const waiting = waitingOf(webhookId).filter((delivery) => delivery.conversationId === conversationId);
      const inOrder = waiting.toSorted((left, right) => (left.order < right.order ? -1 : 1));
      return copyOf(inOrder.slice(0, limit));
    },

    async backlog(webhookId, page) {
      const entries = waitingOf(webhookId).map(({ conversationId, order }) => ({ id: conversationId, order }));
      const { items, cursor } = pageOf(entries, ({ order }) => ({ list: webhookId, order }), {
        ...page,
        list: webhookId,
      });
      return { items: items.map(({ id }) => id), cursor };
    },

    async countAttempt(delivery, nextAttemptAt) {
      const stored = deliveries.get(keyOf(delivery));
      if (!stored || stored.settled) return;
      stored.attempts += 1;
      stored.nextAttemptAt = nextAttemptAt;
    },

    async settle(delivery) {
      deliveries.set(keyOf(delivery), { ...delivery, body: "", settled: true });
    },
  };
}

const keyOf = ({ webhookId, conversationId, order }: WebhookDelivery): string =>
  JSON.stringify([webhookId, conversationId, order]);
