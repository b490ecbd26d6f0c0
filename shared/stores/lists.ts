import type { Conversation } from "../core/conversation.ts";
import type { ConversationStore } from "../ports/stores.ts";
import type { Parked } from "../ports/work.ts";
import type { StoredMessage } from "../core/message.ts";

/*
 * Every list is one key and an order within it: what the index `list` is keyed by, and what the memory store sorts by.
 *
 * list                      order                          who moves an item
 * CNV#<id>                  message's order                put; a replaced plan
 * QUEUE#<queue>#<status>    [agent#]enqueuedAt#<id's end>  project and close only, never a message
 * QUEUE#<queue>#resolved    closedAt#<id's end>            close; reopening takes it off
 * PARKED                    at#<id's end>                  put
 */

export interface Place {
  list: string;
  order: string;
}

export const messagesOf = (conversationId: string): string => `CNV#${conversationId}`;

export const messagePlace = (message: StoredMessage): Place => ({
  list: messagesOf(message.conversationId),
  order: message.order,
});

type ConversationFilter = Parameters<ConversationStore["list"]>[0];

export const conversationsOf = ({ queueId, status }: Pick<ConversationFilter, "queueId" | "status">): string =>
  `QUEUE#${queueId}#${status}`;

/** What the order of a filter's conversations begins with: an agent's name where they are held by one. */
export const orderPrefixOf = ({ status, agentId }: Pick<ConversationFilter, "status" | "agentId">): string =>
  agentId !== undefined && isHeld(status) ? `${encodeURIComponent(agentId)}#` : "";

export const conversationPlace = (
  conversation: Pick<Required<Conversation>, "id" | "status" | "queueId" | "agentId" | "enqueuedAt"> &
    Pick<Conversation, "closedAt">,
): Place => {
  const { id, status, agentId, enqueuedAt, closedAt } = conversation;
  const prefix = orderPrefixOf({ status, agentId: agentId ?? "" });
  return { list: conversationsOf(conversation), order: `${prefix}${closedAt ?? enqueuedAt}#${endOf(id)}` };
};

export const parkedList = "PARKED";

export const parkedPlace = (item: Parked): Place => ({ list: parkedList, order: `${item.at}#${endOf(item.id)}` });

const isHeld = (status: ConversationFilter["status"]): boolean =>
  status === "assigned" || status === "offered" || status === "snoozed";

/** Makes the order of two at the same millisecond the same everywhere. */
const endOf = (id: string): string => id.slice(-8);
