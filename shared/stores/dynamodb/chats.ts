import type { ChatConnection, ChatStore } from "../../ports/connections.ts";
import { attributesOf, inSeconds, readable, schemaVersion } from "./item.ts";
import { chatKey, chatsPartition, openChatKey } from "./keys.ts";
import type { Item, Table } from "./table.ts";

/**
 * A chat is an item by its connection and one among its identity's, which a strong read finds: an index would tell of a chat
 * only a moment after it has opened, and a reply that was handed over in that moment would wait for the next hello.
 */
export function dynamoChats(table: Table): ChatStore {
  return {
    async put({ expiresAt, ...connection }) {
      const attributes = { schemaVersion, ...connection, validUntil: expiresAt, expiresAt: inSeconds(expiresAt) };
      await table.put({ ...openChatKey(connection), ...attributes });
      await table.put({ ...chatKey(connection.connectionId), ...attributes });
    },

    async get(connectionId) {
      const item = await table.get(chatKey(connectionId));
      return item && readChat(item);
    },

    async remove(connectionId) {
      const item = await table.get(chatKey(connectionId));
      if (!item) return;
      await table.remove(openChatKey(readChat(item)));
      await table.remove(chatKey(connectionId));
    },

    async claimGreeting(connection) {
      const set = "SET #greeted = :greeted";
      const values = { ":greeted": true };
      const condition = "attribute_exists(#pk) AND attribute_not_exists(#greeted)";
      const { written } = await table.update(chatKey(connection.connectionId), set, { condition, values });
      if (written) await table.update(openChatKey(connection), set, { condition: "attribute_exists(#pk)", values });
      return written;
    },

    async audience(identityId) {
      const items = await table.query("#pk = :chats", { ":chats": chatsPartition(identityId) });
      return items.map(readChat);
    },
  };
}

function readChat(item: Item): ChatConnection {
  const { schemaVersion: _, validUntil, ...attributes } = attributesOf(readable(item));
  return { ...(attributes as ChatConnection), expiresAt: validUntil };
}
