import type { Conversation } from "../core/conversation.ts";
import type { Customer } from "../core/customer.ts";
import type { CustomerStore } from "../ports/stores.ts";

/* What a change makes of an item, where every store has to work it out before it writes. */

/** @returns the head with the change merged in and its version raised; undefined where it says nothing new */
export function changedHead(head: Customer, change: Parameters<CustomerStore["update"]>[1]): Customer | undefined {
  const { name = head.name, language = head.language, attributes = {} } = change;
  const isNew =
    name !== head.name ||
    language !== head.language ||
    Object.entries(attributes).some(([attribute, value]) => head.attributes[attribute] !== value);
  if (!isNew) return undefined;
  return { ...head, name, language, attributes: { ...head.attributes, ...attributes }, version: head.version + 1 };
}

/** The pool may close a conversation in the very entry that first shows it: then what was requested stands in. */
export function closedAttributes(conversation: Conversation, at: string, poolSequence: number) {
  return {
    status: "resolved" as const,
    closedAt: at,
    poolSequence,
    queueId: conversation.queueId ?? conversation.requested.queueId,
    agentId: conversation.agentId ?? null,
    enqueuedAt: conversation.enqueuedAt ?? conversation.openedAt,
  };
}
