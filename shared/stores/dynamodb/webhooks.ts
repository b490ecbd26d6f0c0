import type { Page } from "../../ports/paging.ts";
import type { Webhook, WebhookDelivery, WebhookStore } from "../../ports/work.ts";
import { decodeCursor, encodeCursor, pageSize } from "../cursor.ts";
import { replacements } from "./expressions.ts";
import { attributesOf, inSeconds, readable, schemaVersion } from "./item.ts";
import { deliveryPartition, idOf, tableNames, webhookKey, webhookPartition, type Key } from "./keys.ts";
import type { Item, Table } from "./table.ts";

export function dynamoWebhooks(table: Table): WebhookStore {
  return {
    async list() {
      return (await table.query("#pk = :webhooks", { ":webhooks": webhookPartition })).map(readWebhook);
    },

    async get(id) {
      const item = await table.get(webhookKey(id));
      return item && readWebhook(item);
    },

    async put(webhook) {
      const { id, ...attributes } = webhook;
      const condition = webhook.version === 1 ? "attribute_not_exists(#pk)" : "#version = :before";
      const values = { ":before": webhook.version === 1 ? undefined : webhook.version - 1 };
      const { written, item } = await table.put({ ...webhookKey(id), ...attributes }, { condition, values });
      return { written, webhook: written ? webhook : item && readWebhook(item) };
    },

    remove: (id) => remove(table, id),

    async append(delivery) {
      const { webhookId, conversationId: _, order, expiresAt, ...attributes } = delivery;
      const place = { listKey: waitingOf(webhookId), listOrder: order };
      const life = { validUntil: expiresAt, expiresAt: inSeconds(expiresAt) };
      const result = await table.putNew({ ...deliveryKey(delivery), ...place, schemaVersion, ...attributes, ...life });
      return isWaiting(result.item!);
    },

    async waiting(webhookId, conversationId, limit) {
      const values = { ":backlog": deliveryPartition(webhookId, conversationId) };
      const items = await table.query("#pk = :backlog", values);
      return items
        .filter(isWaiting)
        .slice(0, limit)
        .map((item) => readDelivery(item, webhookId, conversationId));
    },

    backlog: (webhookId, page) => backlogOf(table, webhookId, page),

    async countAttempt(delivery, nextAttemptAt) {
      await table.update(deliveryKey(delivery), "SET #nextAttemptAt = :next ADD #attempts :one", {
        condition: "attribute_exists(#listKey)",
        values: { ":next": nextAttemptAt, ":one": 1 },
      });
    },

    async settle(delivery, forgetAt) {
      const { update, values } = replacements({
        ...settled,
        eventId: delivery.eventId,
        expiresAt: inSeconds(forgetAt),
      });
      await table.update(deliveryKey(delivery), update, { values });
    },
  };
}

async function remove(table: Table, id: string): Promise<void> {
  await table.remove(webhookKey(id));
  const waiting = await table.query("#listKey = :list", { ":list": waitingOf(id) }, { index: tableNames.listIndex });
  for (const { pk, sk } of waiting) await table.remove({ pk, sk });
}

/** Only that it was is kept. */
const settled = {
  schemaVersion,
  listKey: undefined,
  listOrder: undefined,
  body: undefined,
  nextAttemptAt: undefined,
  validUntil: undefined,
};

const waitingOf = (webhookId: string): string => `WAITING#${webhookId}`;

/** An event's order follows from what happened, as its id does: one item an event, which says whether it was settled. */
const deliveryKey = ({ webhookId, conversationId, order }: WebhookDelivery): Key => ({
  pk: deliveryPartition(webhookId, conversationId),
  sk: order,
});

const isWaiting = (item: Item): boolean => item.listKey !== undefined;

async function backlogOf(
  table: Table,
  webhookId: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<string>> {
  const list = waitingOf(webhookId);
  const size = pageSize(limit);
  const position = cursor === undefined ? undefined : decodeCursor(list, cursor);
  const after = position && {
    pk: deliveryPartition(webhookId, position.id),
    sk: position.order,
    listKey: list,
    listOrder: position.order,
  };
  const entries = await table.query(
    "#listKey = :list",
    { ":list": list },
    { index: tableNames.listIndex, limit: size + 1, after },
  );
  const conversationIds = entries.slice(0, size).map(({ pk }) => idOf(idOf(pk)));
  const last = entries[size - 1];
  return {
    items: conversationIds,
    cursor: last && entries.length > size ? encodeCursor(list, { order: last.sk, id: idOf(idOf(last.pk)) }) : undefined,
  };
}

const readWebhook = (item: Item): Webhook => ({ ...(attributesOf(readable(item)) as Webhook), id: item.sk });

function readDelivery(item: Item, webhookId: string, conversationId: string): WebhookDelivery {
  const { schemaVersion: _, validUntil, ...attributes } = attributesOf(readable(item));
  return {
    ...(attributes as Omit<WebhookDelivery, "webhookId" | "conversationId" | "order" | "expiresAt">),
    webhookId,
    conversationId,
    order: item.sk,
    expiresAt: validUntil,
  };
}
