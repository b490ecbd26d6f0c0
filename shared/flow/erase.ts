import { rememberErased } from "./accounted.ts";
import { currentCustomer, familyOf, identitiesOf } from "./customers.ts";
import { withSuccessors } from "./holders.ts";
import { conversationIdsOf, messagesOf, objectsOf, onceMergedWith, parkedOf, rawObjectOf } from "./kept-data.ts";
import { keysOf } from "./parked-objects.ts";
import { poolOfQueue, sendPoolEvent } from "./pool-events.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Customer, Identity } from "../core/customer.ts";
import { identify } from "../core/identify.ts";
import { limits } from "../core/limits.ts";
import type { StoredMessage } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

export interface Erased {
  customerId: string;
  conversations: number;
  messages: number;
}

/**
 * Removes all that is kept of the customer as whom this id counts today, with those that were merged into it, for ever. The
 * heads go last, so that an erasure that died in between is found and ended by asking again. Whoever writes from one of the
 * addresses afterwards is somebody new.
 *
 * @returns undefined where there is no such customer
 */
export async function eraseCustomer(customerId: string, by: string, app: App): Promise<Erased | undefined> {
  if (!(await app.stores.customers.get(customerId))) return undefined;
  const customer = await currentCustomer(customerId, app);
  const family = await familyOf(customer, app);
  const identities = await identitiesOf(family, app);
  const identityIds = new Set(identities.map(({ id }) => id));
  const conversationIds = new Set((await Promise.all(family.map((each) => conversationIdsOf(each, app)))).flat());
  let messages = await eraseElsewhere(family, identityIds, app);
  for (const id of conversationIds) messages += await eraseConversation(id, app);
  await eraseParked(conversationIds, identityIds, app);
  for (const identity of identities.toReversed()) await eraseIdentity(identity, app);
  for (const { id } of family.toReversed()) await app.stores.customers.remove(id);
  const erased = { customerId: customer.id, conversations: conversationIds.size, messages };
  app.log.info("customer.erased", { by, ...erased });
  return erased;
}

/** Of one that has left an address to somebody else a bare mark stays, in that one's name: it is how they are found. */
async function eraseIdentity(identity: Identity, app: App): Promise<void> {
  const { identities, customers } = app.stores;
  const { id, channel, leftAt } = identity;
  const [, successor] = await withSuccessors(identity, app);
  await identities.remove(id);
  if (!successor || leftAt === undefined) return;
  const evidence = { kind: "provider", at: leftAt, by: channel } as const;
  const { customerId } = successor;
  await identities.create({ ...identify(identity, leftAt, id), customerId, evidence });
  await identities.setLeft(id, leftAt);
  await customers.addIdentities(customerId, [id]);
}

/** What they wrote into conversations that are another customer's since a merge was undone. */
async function eraseElsewhere(family: Customer[], identityIds: Set<string>, app: App): Promise<number> {
  const own = new Set(family.map(({ id }) => id));
  const others = (await Promise.all(family.map((each) => onceMergedWith(each, app)))).flat();
  let erased = 0;
  for (const other of await app.stores.customers.many(others.filter((id) => !own.has(id)))) {
    for (const conversationId of await conversationIdsOf(other, app)) {
      const messages = await messagesOf(conversationId, app);
      const theirs = messages.filter(
        ({ direction, identityId }) => direction !== "note" && identityIds.has(identityId),
      );
      await eraseMessages(theirs, app);
      erased += theirs.length;
    }
  }
  return erased;
}

/** It leaves its pool first, so that nobody is given what is about to be gone. */
async function eraseConversation(id: string, app: App): Promise<number> {
  const conversation = await app.stores.conversations.get(id);
  if (conversation && conversation.closedAt === undefined) await withdraw(conversation, app);
  const messages = await messagesOf(id, app);
  await eraseMessages(messages, app);
  await settleDeliveries(id, app);
  await app.stores.conversations.remove(id);
  return messages.length;
}

async function withdraw({ id, messageVersion, queueId, requested }: Conversation, app: App): Promise<void> {
  const { pool } = poolOfQueue(queueId ?? requested.queueId, app.config);
  const event = { kind: "withdraw", conversationId: id, version: messageVersion, reason: "It is erased." } as const;
  await sendPoolEvent(pool.id, event, `${id}:${messageVersion}`, app);
}

/** Objects go before the message that names them. */
async function eraseMessages(messages: StoredMessage[], app: App): Promise<void> {
  for (let start = 0; start < messages.length; start += limits.maxParallelWrites) {
    const some = messages.slice(start, start + limits.maxParallelWrites);
    const keys = some.flatMap((message) => [...objectsOf(message), ...rawObjectOf(message, app)]);
    await Promise.all(keys.map((key) => app.blobs.remove(key)));
    await rememberErased(some, app);
    await Promise.all(some.map(({ id }) => app.stores.messages.remove(id)));
  }
}

/** Events that wait for webhooks carry texts: they go nowhere any more. */
async function settleDeliveries(conversationId: string, app: App): Promise<void> {
  const { webhooks } = app.stores;
  const forgetAt = isoTime(app.clock.now() + limits.webhookSettledMemoryMs);
  for (const { id } of await webhooks.list()) {
    for (;;) {
      const waiting = await webhooks.waiting(id, conversationId, limits.maxPageItems);
      if (waiting.length === 0) break;
      for (const delivery of waiting) await webhooks.settle(delivery, forgetAt);
    }
  }
}

async function eraseParked(conversationIds: Set<string>, identityIds: Set<string>, app: App): Promise<void> {
  for (const item of await parkedOf(conversationIds, identityIds, app)) {
    await Promise.all(keysOf(item).map((key) => app.blobs.remove(key)));
    await app.stores.parked.remove(item.id);
  }
}
