import { placeOf } from "../../../shared/core/address.ts";
import { firstCustomerIdOf, identityIdOf } from "../../../shared/core/ids.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import type { Checker, History } from "../history.ts";
import { Groups } from "../groups.ts";

/** I8: who is whose follows from what somebody said, an undoing takes back what its merge did, and nothing else. */
export const evidence: Checker = {
  invariant: "I8",

  onCall({ operation, result }, history) {
    if (operation === "customers.merge")
      history.reached("I8", result === true ? "two customers became one" : "a merge came too late");
    if (operation === "customers.undoMerge" && result === true) history.reached("I8", "a merge was undone");
  },

  async atEnd(history) {
    await checkIdentities(history);
    await checkHeads(history);
    await checkWithdrawn(history);
    for (const id of history.conversationIds) {
      const conversation = await history.stores.conversations.get(id);
      if (conversation && conversation.closedAt === undefined) checkOpen(conversation, history);
    }
    await checkMessages(history);
    await checkAliases(history);
  },
};

/** A provider's word that two addresses are one person's is heeded, unless somebody parted them. */
async function checkAliases(history: History): Promise<void> {
  const { joins, ledger, stores } = history;
  if (joins.undone.size > 0) return;
  for (const { messageId, channel, from, aliases = [] } of ledger.messages.values()) {
    if (aliases.length === 0 || !(await stores.messages.get(messageId))) continue;
    history.reached("I8", "a provider named two addresses of a person");
    for (const alias of aliases)
      if (joins.ownerOf(identityIdOf(channel, alias)) !== joins.ownerOf(identityIdOf(channel, from)))
        history.violate("I8", `${messageId} named ${alias} as ${from}'s, and they are two customers'`);
  }
}

/** Everybody who counts as one was said to be one; and whom an identity started with never changes. */
async function checkIdentities(history: History): Promise<void> {
  const { joins, ledger, stores } = history;
  const said = new Groups(ledger.offeredJoins);
  for (const [identityId, firstCustomer] of joins.firstCustomers) {
    const identity = await stores.identities.get(identityId);
    if (!identity) {
      history.violate("I8", `${identityId} is gone`);
      continue;
    }
    if (identity.customerId !== firstCustomer)
      history.violate("I8", `${identityId} was ${firstCustomer}'s and is ${identity.customerId}'s`);
    said.join([identityId, firstCustomerIdOf(identityId)]);
    for (const { kind } of identity.evidence) {
      const isSaid = ledger.offeredJoins.some((members) => members.includes(identityId));
      if (kind !== "first-contact" && !isSaid) history.violate("I8", `${identityId} is ${kind}, and nobody said so`);
    }
    const isFirstContact = identity.evidence[0]?.kind === "first-contact";
    if (isFirstContact && firstCustomer !== firstCustomerIdOf(identityId))
      history.violate("I8", `${identityId} wrote first and is ${firstCustomer}'s`);
    if (identity.evidence.length === 0) history.violate("I8", `${identityId} is ${firstCustomer}'s without evidence`);
  }
  for (const [identityId, firstCustomer] of joins.firstCustomers) {
    const owner = joins.currentOf(firstCustomer);
    if (owner === undefined) history.violate("I8", `the merges above ${identityId} form a circle`);
    else if (!said.areJoined(identityId, owner))
      history.violate("I8", `${identityId} counts as ${owner}, which nobody said`);
  }
}

/** The heads say what the merges that stand say; whoever counts as another holds no slot. */
async function checkHeads(history: History): Promise<void> {
  const { joins, stores } = history;
  const sides = Array.from(joins.merges.values()).flatMap(({ survivorId, fromId }) => [survivorId, fromId]);
  for (const id of new Set([...joins.firstCustomers.values(), ...sides])) {
    const head = await stores.customers.get(id);
    if (head?.mergedInto !== joins.mergedInto.get(id))
      history.violate("I8", `${id} says it is merged into ${head?.mergedInto}; it is ${joins.mergedInto.get(id)}`);
    const from = Array.from(joins.mergedInto).flatMap(([merged, into]) => (into === id ? [merged] : []));
    if (String(head?.mergedFrom ?? []) !== String(from.toSorted()))
      history.violate("I8", `${id} names ${head?.mergedFrom} as merged into it; it is ${from}`);
    if (head?.mergedInto !== undefined && head.openConversationId !== undefined)
      history.violate("I8", `${id} counts as ${head.mergedInto} and holds ${head.openConversationId}`);
  }
  await checkSlots(history);
}

/** Whoever counts as one has one open conversation, and their slot names it. */
async function checkSlots(history: History): Promise<void> {
  const { joins, stores, conversationIds } = history;
  const open = (await stores.conversations.many(Array.from(conversationIds))).filter(
    ({ closedAt }) => closedAt === undefined,
  );
  for (const [owner = "nobody", own] of Map.groupBy(open, ({ customerId }) => joins.currentOf(customerId))) {
    const ids = own.map(({ id }) => id).join(" and ");
    const slot = (await stores.customers.get(owner))?.openConversationId;
    if (own.length > 1) history.violate("I8", `${owner} has ${own.length} open conversations: ${ids}`);
    if (slot !== own[0]!.id) history.violate("I8", `${owner}'s slot names ${slot}, while ${ids} is open`);
  }
}

/**
 * What a merge closed goes on in a conversation of the same customer's, whatever was undone since: a stranger's neither shows
 * it nor answers it. All else goes on nowhere else.
 */
async function checkWithdrawn(history: History): Promise<void> {
  const { joins, stores, conversationIds } = history;
  const all = await stores.conversations.many(Array.from(conversationIds));
  const known = new Map(all.map((conversation) => [conversation.id, conversation]));
  const ownerOf = (conversation: Conversation | undefined) =>
    conversation && joins.ownerOf(conversation.openerIdentityId);
  for (const conversation of all) {
    const { id, continuedIn } = conversation;
    const isWithdrawn = joins.withdrawn.has(id);
    if (isWithdrawn) history.reached("I8", "one of two open conversations was withdrawn");
    if (joins.givenBack.has(id)) history.reached("I8", "what a merge had withdrawn was opened again");
    if (!isWithdrawn && continuedIn !== undefined)
      history.violate("I8", `${id} continues in ${continuedIn}, and no merge has withdrawn it`);
    if (isWithdrawn && (continuedIn === undefined || ownerOf(known.get(continuedIn)) !== ownerOf(conversation)))
      history.violate("I8", `${id} was withdrawn and is ${ownerOf(conversation)}'s, and continues in ${continuedIn}`);
  }
}

/** It is its customer's who opened it, and answers go to one of that customer's own. */
function checkOpen({ id, customerId, openerIdentityId, identityId }: Conversation, history: History): void {
  const { joins } = history;
  if (joins.mergedInto.has(customerId))
    history.violate("I8", `${id} is open and ${customerId}'s, who counts as another`);
  const owner = joins.currentOf(customerId);
  if (joins.ownerOf(openerIdentityId) !== owner)
    history.violate("I8", `${id} is ${owner}'s, and ${joins.ownerOf(openerIdentityId)} opened it`);
  if (joins.ownerOf(identityId) !== owner)
    history.violate("I8", `${id} is ${owner}'s, and its answers go to ${joins.ownerOf(identityId)}`);
}

/** A message is its identity's for ever, stands where that identity's customer was, and names only what it may name. */
async function checkMessages(history: History): Promise<void> {
  const { joins, ledger, stores } = history;
  const everJoined = new Groups(Array.from(joins.merges.values(), ({ survivorId, fromId }) => [survivorId, fromId]));
  for (const { messageId, channel, from, answers } of ledger.messages.values()) {
    const message = await stores.messages.get(messageId);
    if (message?.direction !== "in") continue;
    const { identityId, conversationId, inboxId, decision } = message;
    // An address has one identity after the other where it passes on to somebody else.
    const identity = await stores.identities.get(identityId);
    const { address, inboxId: ownInboxId } = placeOf({ channel, address: from, inboxId }, history.config);
    if (identity?.channel !== channel || identity.address !== address || identity.inboxId !== ownInboxId)
      history.violate("I8", `${messageId} came from ${identityIdOf(channel, from)} and is ${identityId}'s`);
    for (const named of [decision.relatesTo, decision.reopens]) {
      if (named === undefined) continue;
      history.reached("I8", named === decision.relatesTo ? "a stranger answered" : "an answer reopened");
      if (!answers.includes(named)) history.violate("I8", `${messageId} goes on with ${named}, which it may not name`);
    }
    const conversation = await stores.conversations.get(conversationId);
    const owner = joins.firstCustomers.get(identityId) ?? "nobody";
    if (conversation && !everJoined.areJoined(owner, conversation.customerId))
      history.violate("I8", `${messageId} of ${owner} stands in ${conversationId} of ${conversation.customerId}`);
  }
}
