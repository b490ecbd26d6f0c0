import type { ViewerStore } from "../../ports/connections.ts";
import { inSeconds, readable, schemaVersion } from "./item.ts";
import { conversationKey, idOf, viewerKey, viewerPrefix } from "./keys.ts";
import type { Table } from "./table.ts";

export function dynamoViewers(table: Table): ViewerStore {
  return {
    async put({ conversationId, connectionId, agentId, isTyping, expiresAt }) {
      await table.put({
        ...viewerKey(conversationId, connectionId),
        schemaVersion,
        agentId,
        isTyping,
        validUntil: expiresAt,
        expiresAt: inSeconds(expiresAt),
      });
    },

    async remove(conversationId, connectionId) {
      await table.remove(viewerKey(conversationId, connectionId));
    },

    async list(conversationId, now) {
      const values = { ":conversation": conversationKey(conversationId).pk, ":viewer": viewerPrefix };
      const items = await table.query("#pk = :conversation AND begins_with(#sk, :viewer)", values);
      return items
        .map(readable)
        .filter(({ validUntil }) => validUntil > now)
        .map(({ sk, agentId, isTyping, validUntil }) => ({
          conversationId,
          connectionId: idOf(sk),
          agentId,
          isTyping,
          expiresAt: validUntil,
        }));
    },
  };
}
