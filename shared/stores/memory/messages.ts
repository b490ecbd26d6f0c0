import { sendRank, type OutboundStored, type StoredMessage } from "../../core/message.ts";
import type { MessageStore } from "../../ports/stores.ts";
import { messagePlace, messagesOf } from "../lists.ts";
import { copyOf } from "./copy.ts";
import { pageOf } from "./pages.ts";

export function memoryMessages(): MessageStore {
  const messages = new Map<string, StoredMessage>();
  /** message id by what the provider calls it */
  const sent = new Map<string, string>();

  const outbound = (id: string): OutboundStored | undefined => {
    const message = messages.get(id);
    return message?.direction === "out" ? message : undefined;
  };

  return {
    async get(id) {
      return copyOf(messages.get(id));
    },

    async addProviderId(channel, providerId, messageId) {
      sent.set(sentAs(channel, providerId), messageId);
    },

    async byProviderId(channel, providerId) {
      return copyOf(messages.get(sent.get(sentAs(channel, providerId)) ?? ""));
    },

    async remove(id) {
      messages.delete(id);
      for (const [key, messageId] of sent) if (messageId === id) sent.delete(key);
    },

    async create<Message extends StoredMessage>(message: Message) {
      const stored = messages.get(message.id);
      if (stored) return { created: false, message: copyOf(stored) as Message };
      messages.set(message.id, copyOf(message));
      return { created: true, message: copyOf(message) };
    },

    async replacePlan(id, planVersion, conversationId, decision) {
      const message = messages.get(id);
      if (message?.direction !== "in") throw new Error(`There is no inbound message ${id}.`);
      if (message.planVersion === planVersion) {
        Object.assign(message, { conversationId, decision: copyOf(decision), planVersion: planVersion + 1 });
      }
      return copyOf(message);
    },

    async setMedia(id, index, file) {
      const message = messages.get(id);
      const stored = message?.media[index];
      if (message && stored && (stored.key === undefined || stored.key === file.key))
        message.media[index] = copyOf(file);
      return copyOf(message);
    },

    async list(conversationId, page) {
      return pageOf(messages.values(), messagePlace, { ...page, list: messagesOf(conversationId) });
    },

    async claimSend(id, attemptId, at, afterReassignment) {
      const message = outbound(id);
      if (message?.status === "queued") {
        const attempt = { attemptId, attemptedAt: at, statusAt: at };
        Object.assign(message, { status: "sending", ...attempt, ...(afterReassignment && { afterReassignment }) });
      }
      return copyOf(message);
    },

    async requeueSend(id, attemptId, { doubtfulSince, notTakenSince, notBefore } = {}) {
      const message = outbound(id);
      if (!message || message.attemptId !== attemptId) return false;
      if (message.status === "sending" || message.status === "unknown" || message.status === "parked") {
        Object.assign(message, { status: "queued", doubtfulSince, notTakenSince, notBefore });
        delete message.error;
      }
      return message.status === "queued";
    },

    async raiseStatus(id, change) {
      const message = outbound(id);
      if (!message) return undefined;
      const { status, at, providerId, error, attemptId } = change;
      if (attemptId !== undefined && attemptId !== message.attemptId) return copyOf(message);
      message.providerId ??= providerId;
      if (sendRank(status) > sendRank(message.status)) {
        Object.assign(message, { status, statusAt: at, error: copyOf(error) });
      }
      return copyOf(message);
    },
  };
}

const sentAs = (channel: string, providerId: string): string => JSON.stringify([channel, providerId]);
