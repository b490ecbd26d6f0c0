import type { Conversation, PooledAttributes } from "../core/conversation.ts";
import type { Customer, Merge } from "../core/customer.ts";
import type { AnswerRoute, CustomerStore, SeenMerge, SeenUndo } from "../ports/stores.ts";

/* What a change makes of an item, where every store has to work it out before it writes. */

/** @returns the head with the change merged in and its version raised; undefined where it says nothing new */
export function changedHead(head: Customer, change: Parameters<CustomerStore["update"]>[1]): Customer | undefined {
  const { name = head.name, language = head.language } = change;
  const attributes = { ...head.attributes };
  for (const [attribute, value] of Object.entries(change.attributes ?? {})) {
    if (value === null) delete attributes[attribute];
    else attributes[attribute] = value;
  }
  const isNew = name !== head.name || language !== head.language || !haveSame(attributes, head.attributes);
  return isNew ? { ...head, name, language, attributes, version: head.version + 1 } : undefined;
}

function haveSame(left: Customer["attributes"], right: Customer["attributes"]): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

/** Sorts behind this position in the inbound queue and before any later one, where no message of theirs stands. */
export const justAfter = (sequence = ""): string => `${sequence}+`;

/**
 * The entry above which a pool may show what it knows of a conversation. Sequences of two pools can't be compared: whose queue
 * it is today shows it over any other, also over one that release 0.1.0 did not name, and no other over it.
 */
export function shownUpTo(
  { poolId: shownBy, poolSequence = 0 }: Partial<PooledAttributes>,
  poolId: string | undefined,
  isOwn: boolean,
): number {
  const isSame = poolId === undefined || shownBy === poolId;
  if (isSame || (!isOwn && shownBy === undefined)) return poolSequence;
  return isOwn ? 0 : Infinity;
}

/** The pool may close a conversation in the very entry that first shows it: then what was requested stands in. */
export function closedAttributes(conversation: Conversation, at: string, poolSequence: number | undefined) {
  return {
    status: "resolved" as const,
    closedAt: at,
    poolSequence,
    queueId: conversation.queueId ?? conversation.requested.queueId,
    agentId: conversation.agentId ?? null,
    enqueuedAt: conversation.enqueuedAt ?? conversation.openedAt,
    offerId: undefined,
    snoozedUntil: undefined,
  };
}

/** Who holds a customer's slot, and who held it before. */
export type Slot = Pick<Customer, "openConversationId" | "reopenedVersion" | "lastConversationId">;

/** The survivor goes on with the kept conversation; the one that is merged into it has none any more. */
export function slotsOfMerge({ keptConversationId: kept }: Merge, { survivor, from }: SeenMerge) {
  const keepsItsOwn = kept === undefined || kept === survivor.openConversationId;
  return { survivor: keepsItsOwn ? slotOf(survivor) : taken(survivor, from, kept), from: left(from) };
}

/** Of undoing a merge: the heads that change, each with its slot. The holder is the survivor, or comes as a third. */
export function slotsOfUndo({ survivor, from, open }: SeenUndo) {
  const third = open && open.holder.id !== survivor.id ? open.holder : undefined;
  if (open?.keeperId !== from.id)
    return { survivor: slotOf(survivor), from: slotOf(from), holder: third && slotOf(third) };
  const freed = left(open.holder);
  return {
    survivor: third ? slotOf(survivor) : freed,
    from: taken(from, open.holder, open.conversation.id),
    holder: third && freed,
  };
}

/** Who has the open conversation once a merge is undone. */
export const keeperOf = ({ keeperId, holder }: NonNullable<SeenUndo["open"]>, from: Customer): Customer =>
  keeperId === from.id ? from : holder;

/** Whether a message was routed before a merge or its undoing made the conversation another customer's, or theirs anew. */
export const isMoved = (
  { ownedSince, customerId }: Conversation,
  routed: Pick<Conversation, "customerId" | "customerVersion">,
): boolean => ownedSince !== undefined && (customerId !== routed.customerId || ownedSince > routed.customerVersion);

/** Whose an open conversation is from now on: the version is the one that this write raises their head to. */
export const ownedBy = ({ id, version }: Customer) => ({ customerId: id, ownedSince: version + 1 });

/** What the kept conversation takes over from one in which the customer wrote later. */
export function continued(kept: Conversation, withdrawn: Conversation | undefined) {
  if (!withdrawn) return {};
  const messageVersion = kept.messageVersion + 1;
  if (withdrawn.lastInboundAt <= kept.lastInboundAt) return { messageVersion };
  const { identityId, address, channel, inboxId, lastInboundAt, lastMessageAt } = withdrawn;
  const { references = kept.references, customerName = kept.customerName } = withdrawn;
  const later = lastMessageAt > kept.lastMessageAt ? lastMessageAt : kept.lastMessageAt;
  const answers = { identityId, address, channel, inboxId, references, customerName };
  return { messageVersion, ...answers, lastInboundAt, lastMessageAt: later };
}

/** Another reply route belongs to another thread of mail, and to somebody who may be called otherwise. */
export const answeredAt = (route: AnswerRoute | undefined) =>
  route && { ...route, references: undefined, customerName: undefined };

const slotOf = ({ openConversationId, reopenedVersion, lastConversationId }: Customer): Slot => ({
  openConversationId,
  reopenedVersion,
  lastConversationId,
});

const left = ({ openConversationId, lastConversationId }: Customer): Slot => ({
  openConversationId: undefined,
  reopenedVersion: undefined,
  lastConversationId: openConversationId ?? lastConversationId,
});

const taken = (taker: Customer, giver: Customer, id: string): Slot => ({
  ...left(taker),
  openConversationId: id,
  reopenedVersion: giver.reopenedVersion,
});
