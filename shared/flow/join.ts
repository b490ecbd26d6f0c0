import { currentCustomer } from "./customers.ts";
import { isAnybodyListening } from "./events.ts";
import { holdersAt, type Holding } from "./holders.ts";
import { byOpening, finishMerge, openConversationOf } from "./merge-effects.ts";
import type { Place } from "../core/address.ts";
import type { Customer, Evidence, Identity, Merge } from "../core/customer.ts";
import { identify } from "../core/identify.ts";
import { derivedId, firstCustomerIdOf } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { SeenMerge } from "../ports/stores.ts";

export interface Joining {
  /** all of one person, each once */
  addresses: Place[];
  /** whose they are, in their order; absent: whoever has them by now */
  held?: Holding[];
  evidence: Evidence;
  /** who they are to be, where that is known; a customer of that id need not be there yet */
  customerId?: string;
}

/** Others kept changing what a merge or its undoing rests on: it may succeed when tried again. */
export class KeptChanging extends Error {
  override name = "KeptChanging";
}

/**
 * Makes addresses one customer's, by evidence (invariant I8): those that nobody has written from are created as theirs, and
 * the customers of the others are merged, the one whose address was seen first surviving. Repeating it changes nothing.
 *
 * Where no address is known the customer is the one that a first message from the leading address would make, so that both
 * may come at the same instant.
 *
 * @throws KeptChanging
 */
export async function joinAddresses(joining: Joining, app: App): Promise<Customer> {
  const { addresses, evidence, customerId, held = await holdersAt(addresses, evidence.at, app) } = joining;
  const known = held.flatMap(({ identity }) => identity ?? []);
  const newId = customerId ?? firstCustomerIdOf(held[leadingPosition(addresses, app)]!.id);
  const target = await survivorOf(known, newId, joining, app);
  const identities = await Promise.all(
    addresses.map((address, position) => identityWith(address, held[position]!, target.id, evidence, app)),
  );
  const own = identities.filter(({ customerId: ownerId }) => ownerId === target.id).map(({ id }) => id);
  const customer = await withIdentities(target, own, app);
  const others = Map.groupBy(identities, (identity) => identity.customerId);
  others.delete(target.id);
  for (const [ownerId, theirs] of others) {
    // One that has written nothing yet, or only what wakes nobody, is in no list of its customer's.
    await app.stores.customers.addIdentities(
      ownerId,
      theirs.map(({ id }) => id),
    );
    await mergeInto(target.id, ownerId, evidence, app);
  }
  return others.size > 0 ? currentCustomer(target.id, app) : customer;
}

async function withIdentities(customer: Customer, identityIds: string[], app: App): Promise<Customer> {
  const isKnown = identityIds.every((id) => customer.identityIds.includes(id));
  const head = isKnown ? customer : await app.stores.customers.addIdentities(customer.id, identityIds);
  return head.mergedInto === undefined ? head : currentCustomer(head.mergedInto, app);
}

/** Of the address that says most about who somebody is: a number before a mailbox before a browser. */
function leadingPosition(addresses: Place[], { config }: App): number {
  const precedence = ({ channel }: Place): number =>
    config.channels[channel]?.broughtAddress?.precedence ?? Number.POSITIVE_INFINITY;
  const [first] = addresses.toSorted((one, other) => precedence(one) - precedence(other) || 0);
  if (!first) throw new RangeError("There is no address to join.");
  return addresses.indexOf(first);
}

/** Whoever was named; else the customer of the address that was seen first; else one that is to be. */
async function survivorOf(known: Identity[], newId: string, { customerId }: Joining, app: App): Promise<Customer> {
  const oldest = known.toSorted((one, other) => (isOlder(one, other) ? -1 : 1))[0];
  return currentCustomer(customerId ?? oldest?.customerId ?? newId, app);
}

const isOlder = (one: Identity, other: Identity): boolean =>
  one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.id < other.id);

/** Whoever writes for the first time meanwhile has created it before us: then its customer is one more to be merged. */
async function identityWith(
  place: Place,
  { id, identity: known }: Holding,
  customerId: string,
  evidence: Evidence,
  app: App,
): Promise<Identity> {
  const contact = { ...identify(place, evidence.at, id), customerId, evidence };
  const identity = known ?? (await app.stores.identities.create(contact));
  const isRecorded = identity.evidence.some(({ kind, by }) => kind === evidence.kind && by === evidence.by);
  return isRecorded ? identity : app.stores.identities.addEvidence(id, evidence);
}

export interface MergeRequest {
  survivorId: string;
  /** who is merged into them */
  fromId: string;
  evidence: Evidence;
}

export type MergeResult =
  | { outcome: "merged"; merge: Merge; customer: Customer }
  /** they count as one already */
  | { outcome: "same"; customer: Customer }
  | { outcome: "missing"; customerId: string };

/**
 * Joins two customers until that is undone. Who was merged into another stands for that other one. Of two open conversations
 * the one that was opened first goes on; the other one is closed as continued in it.
 *
 * @throws KeptChanging
 */
export async function mergeCustomers({ survivorId, fromId, evidence }: MergeRequest, app: App): Promise<MergeResult> {
  for (const id of [survivorId, fromId])
    if (!(await app.stores.customers.get(id))) return { outcome: "missing", customerId: id };
  const merge = await mergeInto(survivorId, fromId, evidence, app);
  const customer = await currentCustomer(survivorId, app);
  if (!merge) return { outcome: "same", customer };
  return { outcome: "merged", merge, customer };
}

/** @returns undefined where the two count as one already */
async function mergeInto(survivorId: string, fromId: string, evidence: Evidence, app: App): Promise<Merge | undefined> {
  if (survivorId === fromId) return undefined;
  for (let attempt = 0; attempt < limits.maxMergeAttempts; attempt += 1) {
    const [survivor, from] = [await currentCustomer(survivorId, app), await currentCustomer(fromId, app)];
    if (survivor.id === from.id) return undefined;
    const { merge, seen } = await planMerge(survivor, from, evidence, app);
    const leavesWork = merge.withdrawnConversationId !== undefined || (await isAnybodyListening(app));
    if (leavesWork) await setMergeCheck(merge.id, app);
    if (!(await app.stores.customers.merge(merge, seen))) continue;
    app.log.info("customer.merged", { mergeId: merge.id, survivorId: survivor.id, fromId: from.id, by: evidence.by });
    await finishMerge(merge.id, app);
    return merge;
  }
  throw new KeptChanging(`Customers ${survivorId} and ${fromId} kept changing while they were merged: try again.`);
}

async function planMerge(
  survivor: Customer,
  from: Customer,
  evidence: Evidence,
  app: App,
): Promise<{ merge: Merge; seen: SeenMerge }> {
  const open = await Promise.all([openConversationOf(survivor, app), openConversationOf(from, app)]);
  const [kept, withdrawn] = open.filter((each) => each !== undefined).toSorted(byOpening);
  const merge: Merge = {
    // Each merge and undoing raises both versions, so that no later merge of the two has this id again.
    id: derivedId("mrg", survivor.id, String(survivor.version), from.id, String(from.version)),
    schemaVersion: 1,
    survivorId: survivor.id,
    fromId: from.id,
    evidence,
    at: isoTime(app.clock.now()),
    keptConversationId: kept?.id,
    withdrawnConversationId: withdrawn?.id,
  };
  return { merge, seen: { survivor, from, kept: kept?.conversation, withdrawn: withdrawn?.conversation } };
}

/** Set before the merge, or its undoing, so that it finds whatever a crash behind it leaves undone. */
export async function setMergeCheck(mergeId: string, app: App): Promise<void> {
  const job = { schemaVersion: 1, timer: { kind: "merge-check", mergeId } } as const;
  await app.queues.timers.send([{ body: job, delaySeconds: limits.mergeCheckAfterSeconds }]);
}
