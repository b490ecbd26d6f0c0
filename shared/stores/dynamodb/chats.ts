import type { ChatConnection, ChatStore } from "../../ports/connections.ts";
import { attributesOf, inSeconds, readable, schemaVersion } from "./item.ts";
import { chatKey, idOf, tableNames } from "./keys.ts";
import type { Item, Table } from "./table.ts";

export function dynamoChats(table: Table): ChatStore {
  return {
    async put({ connectionId, expiresAt, ...connection }) {
      await table.put({
        ...chatKey(connectionId),
        listKey: chatsOf(connection.identityId),
        listOrder: expiresAt,
        schemaVersion,
        ...connection,
        validUntil: expiresAt,
        expiresAt: inSeconds(expiresAt),
      });
    },

    async get(connectionId) {
      const item = await table.get(chatKey(connectionId));
      return item && readChat(item);
    },

    async remove(connectionId) {
      await table.remove(chatKey(connectionId));
    },

    async audience(identityId) {
      const values = { ":list": chatsOf(identityId) };
      const entries = await table.query("#listKey = :list", values, { index: tableNames.listIndex });
      const items = await table.getAll(entries.map(({ pk }) => chatKey(idOf(pk))));
      return Array.from(items.values(), readChat);
    },
  };
}

const chatsOf = (identityId: string): string => `CHATS#${identityId}`;

function readChat(item: Item): ChatConnection {
  const { schemaVersion: _, validUntil, ...attributes } = attributesOf(readable(item));
  return { ...(attributes as ChatConnection), connectionId: idOf(item.pk), expiresAt: validUntil };
}
