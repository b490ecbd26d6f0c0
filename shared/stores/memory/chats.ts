import type { ChatConnection, ChatStore, Viewer, ViewerStore } from "../../ports/connections.ts";
import { copyOf } from "./copy.ts";

export function memoryChats(): ChatStore {
  const chats = new Map<string, ChatConnection>();

  return {
    async put(connection) {
      chats.set(connection.connectionId, { ...connection });
    },

    async get(connectionId) {
      return copyOf(chats.get(connectionId));
    },

    async remove(connectionId) {
      chats.delete(connectionId);
    },

    async claimGreeting({ connectionId }) {
      const chat = chats.get(connectionId);
      if (!chat || chat.greeted) return false;
      chat.greeted = true;
      return true;
    },

    async audience(identityId) {
      return copyOf(Array.from(chats.values()).filter((chat) => chat.identityId === identityId));
    },
  };
}

export function memoryViewers(): ViewerStore {
  const viewers = new Map<string, Viewer>();

  return {
    async put(viewer) {
      viewers.set(keyOf(viewer.conversationId, viewer.connectionId), { ...viewer });
    },

    async remove(conversationId, connectionId) {
      viewers.delete(keyOf(conversationId, connectionId));
    },

    async list(conversationId, now) {
      const found = Array.from(viewers.values()).filter((viewer) => viewer.conversationId === conversationId);
      return copyOf(found.filter(({ expiresAt }) => expiresAt > now));
    },
  };
}

const keyOf = (conversationId: string, connectionId: string): string => `${conversationId}#${connectionId}`;
