import { windowKey, type Conversation } from "../../core/conversation.ts";
import type { ConversationStore } from "../../ports/stores.ts";
import { answeredAt, closedAttributes, isMoved, shownUpTo } from "../changes.ts";
import { conversationPlace, conversationsOf, orderPrefixOf, type Place } from "../lists.ts";
import { copyOf } from "./copy.ts";
import { pageOf } from "./pages.ts";

type AppliedMessage = Parameters<ConversationStore["applyMessage"]>[1];

export interface StoredConversations {
  written: Map<string, Conversation>;
  /** what merges said of conversations before their first message was written */
  settled: Map<string, Pick<Conversation, "customerId" | "closedAt" | "continuedIn">>;
}

export function memoryConversations({ written: conversations, settled }: StoredConversations): ConversationStore {
  /** what is parked, by conversation */
  const gaps = new Map<string, Set<string>>();

  return {
    async get(id) {
      return copyOf(conversations.get(id));
    },

    async applyMessage(id, message) {
      const before = conversations.get(id);
      const applied = before?.inboundSequence[message.identityId];
      if (before && applied !== undefined && message.sequence <= applied) {
        return { outcome: "repeated", conversation: copyOf(before) };
      }
      if (before?.closedAt !== undefined) return { outcome: "closed", conversation: copyOf(before) };
      if (before && isMoved(before, message)) return { outcome: "moved", conversation: copyOf(before) };
      const after = withMessage(id, before, {
        ...message,
        customerId: settled.get(id)?.customerId ?? message.customerId,
      });
      if (settled.get(id)?.closedAt !== undefined) {
        return { outcome: "closed", conversation: { ...after, ...settled.get(id), messageVersion: 0 } };
      }
      conversations.set(id, after);
      return { outcome: "applied", conversation: copyOf(after) };
    },

    async project(id, attributes, isOwn = false) {
      const conversation = conversations.get(id);
      if (!conversation) return undefined;
      const isNew = shownUpTo(conversation, attributes.poolId, isOwn) < attributes.poolSequence;
      if (isNew && conversation.closedAt === undefined)
        Object.assign(conversation, { offerId: undefined, snoozedUntil: undefined }, attributes);
      return copyOf(conversation);
    },

    async close(id, messageVersion, at, poolSequence, pool) {
      const conversation = conversations.get(id);
      if (!conversation) return { outcome: "missing" };
      if (conversation.closedAt === undefined) {
        const shown = shownUpTo(conversation, pool?.id, pool?.isOwn(conversation) ?? false);
        const isNewer = conversation.messageVersion > messageVersion || shown > poolSequence;
        if (isNewer) return { outcome: "newer", conversation: copyOf(conversation) };
        Object.assign(conversation, closedAttributes(conversation, at, poolSequence), {
          ...(pool && { poolId: pool.id }),
          offerId: undefined,
          snoozedUntil: undefined,
          unsent: undefined,
        });
      }
      return { outcome: "closed", conversation: copyOf(conversation) };
    },

    async reopen({ id, messageVersion }, { customerId, ownedSince, answers }, reopenedAt) {
      const conversation = conversations.get(id);
      if (conversation?.closedAt !== undefined && conversation.messageVersion === messageVersion - 1) {
        delete conversation.closedAt;
        delete conversation.continuedIn;
        const opened = { messageVersion, customerId, ownedSince, reopenedAt, ...answeredAt(answers) };
        Object.assign(conversation, opened);
      }
      return copyOf(conversation);
    },

    async continueIn(id, { from, to }) {
      const conversation = conversations.get(id);
      if (conversation?.closedAt !== undefined && conversation.continuedIn === from) conversation.continuedIn = to;
    },

    async touch(id, lastMessageAt) {
      const conversation = conversations.get(id);
      if (conversation && conversation.lastMessageAt < lastMessageAt) conversation.lastMessageAt = lastMessageAt;
    },

    async setTags(id, tags) {
      const conversation = conversations.get(id);
      if (conversation) conversation.tags = [...tags];
      return copyOf(conversation);
    },

    async markGap(id, parkedId) {
      const conversation = conversations.get(id);
      if (conversation) {
        gaps.set(id, (gaps.get(id) ?? new Set()).add(parkedId));
        conversation.gap = true;
      }
      return copyOf(conversation);
    },

    async clearGap(id, parkedId) {
      const conversation = conversations.get(id);
      gaps.get(id)?.delete(parkedId);
      if (conversation && !gaps.get(id)?.size) delete conversation.gap;
      return copyOf(conversation);
    },

    async markUnsent(id, messageId) {
      const conversation = conversations.get(id);
      if (conversation && conversation.closedAt === undefined && conversation.unsent !== messageId) {
        conversation.unsent = messageId;
        conversation.messageVersion += 1;
      }
      return copyOf(conversation);
    },

    async clearUnsent(id, messageId) {
      const conversation = conversations.get(id);
      if (conversation?.unsent === messageId) delete conversation.unsent;
    },

    async markRead(id, order) {
      const conversation = conversations.get(id);
      if (conversation && (conversation.readUpTo ?? "") < order) conversation.readUpTo = order;
    },

    async many(ids) {
      const found = Array.from(new Set(ids), (id) => conversations.get(id));
      return copyOf(found.filter((conversation) => conversation !== undefined));
    },

    async remove(id) {
      conversations.delete(id);
      gaps.delete(id);
      settled.delete(id);
    },

    async list(filter, page) {
      const options = { ...page, list: conversationsOf(filter), orderPrefix: orderPrefixOf(filter) };
      return pageOf(conversations.values(), placeOf, options);
    },
  };
}

function withMessage(id: string, before: Conversation | undefined, message: AppliedMessage): Conversation {
  const { sequence, at, customerId, subject, language, tags, requested, relatesTo, ...rest } = copyOf(message);
  const { isKept, isQuiet, windowSince, references, customerName, ...last } = rest;
  const whereToReply = {
    ...last,
    ...(references && { references }),
    ...(customerName !== undefined && { customerName }),
  };
  return {
    openedAt: at,
    customerId,
    openerIdentityId: message.identityId,
    subject,
    language,
    tags,
    requested,
    ...(relatesTo !== undefined && { relatesTo }),
    ...whereToReply,
    ...before,
    ...(isKept ? {} : whereToReply),
    id,
    schemaVersion: 1,
    lastMessageAt: later(before?.lastMessageAt, at),
    lastInboundAt: later(before?.lastInboundAt, at),
    messageVersion: before && isQuiet ? before.messageVersion : (before?.messageVersion ?? 0) + 1,
    inboundSequence: { ...before?.inboundSequence, [message.identityId]: sequence },
    ...(windowSince !== undefined && { windows: withWindow(before?.windows, message, windowSince) }),
  };
}

function withWindow(windows: Conversation["windows"], { identityId, inboxId }: AppliedMessage, since: string) {
  const key = windowKey(identityId, inboxId);
  return { ...windows, [key]: later(windows?.[key], since) };
}

const later = (known: string | undefined, at: string): string => (known !== undefined && known > at ? known : at);

function placeOf(conversation: Conversation): Place | undefined {
  const { id, status, queueId, agentId = null, enqueuedAt, closedAt } = conversation;
  if (status === undefined || queueId === undefined || enqueuedAt === undefined) return undefined;
  const isReopened = status === "resolved" && closedAt === undefined;
  return isReopened ? undefined : conversationPlace({ id, status, queueId, agentId, enqueuedAt, closedAt });
}
