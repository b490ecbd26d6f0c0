import { withSuccessors } from "./holders.ts";
import { identityIdAt, ownAddress, placeOf } from "../core/address.ts";
import { channelOfKey } from "../core/capabilities.ts";
import type { Conversation } from "../core/conversation.ts";
import { unwrittenHead, type Customer, type Identity } from "../core/customer.ts";
import { identityIdOf } from "../core/ids.ts";
import type { App } from "../ports/app.ts";

/** The customer as whom this one counts today: itself, or the one that it was merged into. */
export async function currentCustomer(id: string, app: App): Promise<Customer> {
  const customer = (await app.stores.customers.get(id)) ?? unwrittenHead(id);
  return customer.mergedInto === undefined ? customer : currentCustomer(customer.mergedInto, app);
}

/** A customer, whom they were merged into, and so on: everybody as whom they count or have counted. */
export async function lineOf(id: string | undefined, app: App): Promise<Customer[]> {
  const customer = id === undefined ? undefined : await app.stores.customers.get(id);
  return customer ? [customer, ...(await lineOf(customer.mergedInto, app))] : [];
}

/** Of the conversations in which an address's customer may have written last: the open one, and those that were open before. */
export async function latestConversationIds(identity: Pick<Identity, "customerId">, app: App): Promise<string[]> {
  return eachOnce(slotsOf(await lineOf(identity.customerId, app)));
}

/** The same of several customers, and of each so many more that are over. */
export async function recentConversationIds(customers: Customer[], most: number, app: App): Promise<string[]> {
  const over = await Promise.all(customers.map(({ id }) => app.stores.customers.history(id, { limit: most })));
  return eachOnce([...slotsOf(customers), ...over.flatMap(({ items }) => items)]);
}

const slotsOf = (customers: Customer[]): (string | undefined)[] =>
  customers.flatMap(({ openConversationId, lastConversationId }) => [openConversationId, lastConversationId]);

const eachOnce = (ids: (string | undefined)[]): string[] => Array.from(new Set(ids.filter((id) => id !== undefined)));

/** Whose a conversation is: theirs who opened it, whatever merges were carried out and undone since it was closed. */
export async function ownerOf(
  { openerIdentityId, customerId }: Pick<Conversation, "openerIdentityId" | "customerId">,
  app: App,
): Promise<Customer> {
  const opener = await app.stores.identities.get(openerIdentityId);
  return currentCustomer(opener?.customerId ?? customerId, app);
}

/**
 * A customer with all that were merged into it, and into these: each keeps its own identities and history.
 *
 * @param most customers at most, the nearest first; absent: all
 */
export async function familyOf(customer: Customer, app: App, most = Infinity): Promise<Customer[]> {
  const family = [customer];
  let generation = [customer];
  while (generation.length > 0 && family.length < most) {
    const known = new Set(family.map(({ id }) => id));
    const fresh = generation.flatMap(({ mergedFrom }) => mergedFrom).filter((id) => !known.has(id));
    const ids = fresh.slice(0, most - family.length);
    generation = ids.length > 0 ? await app.stores.customers.many(ids) : [];
    family.push(...generation);
  }
  return family;
}

/** All of their identities, the longest known first. */
export async function identitiesOf(family: Customer[], app: App): Promise<Identity[]> {
  const identities = await app.stores.identities.many(await identityIdsOf(family, app));
  // Since a merge was undone, who opened a conversation that one of them holds may be nobody of theirs.
  const own = identities.filter(({ customerId }) => family.some(({ id }) => id === customerId));
  return own.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}

/** A head of release 0.1.0 names none: there, whoever opened its conversations is looked at. */
async function identityIdsOf(family: Customer[], app: App): Promise<string[]> {
  const named = family.flatMap(({ identityIds }) => identityIds);
  const nameless = family.filter(({ identityIds }) => identityIds.length === 0);
  const held = nameless.flatMap(({ openConversationId, lastConversationId }) => [
    openConversationId,
    lastConversationId,
  ]);
  const conversations = await app.stores.conversations.many(held.filter((id) => id !== undefined));
  const openers = await app.stores.identities.many(conversations.map(({ openerIdentityId }) => openerIdentityId));
  return Array.from(new Set([...named, ...openers.map(({ id }) => id)]));
}

/** Every address of the customer as whom this one counts today, the longest known first. */
export const addressesOf = async (customerId: string, app: App): Promise<Identity[]> =>
  identitiesOf(await familyOf(await currentCustomer(customerId, app), app), app);

/** Of an address on a channel whose inboxes have addresses of their own, one for each of them. */
function idsAt(address: string, channel: string, { config }: App): string[] {
  const inboxes = config.inboxes.filter((inbox) => inbox.channel === channel);
  const places = inboxes.map(({ id: inboxId }) => placeOf({ channel, address, inboxId }, config));
  return [identityIdOf(channel, address), ...places.map((place) => identityIdAt(place))];
}

/** Those who count as customers today among the holders of an address, former ones among them, each once. */
export async function customersAt(address: string, app: App): Promise<Customer[]> {
  // As it is given too: in release 0.1.0 each form of an address named an identity of its own.
  const forms = Object.entries(app.config.channels).flatMap(([key, capabilities]) =>
    [ownAddress(address, capabilities), address].flatMap((form) => idsAt(form, channelOfKey(key), app)),
  );
  const first = await app.stores.identities.many(Array.from(new Set(forms)));
  const identities = (await Promise.all(first.map((each) => withSuccessors(each, app)))).flat();
  const customers = await Promise.all(identities.map((identity) => currentCustomer(identity.customerId, app)));
  return [...new Map(customers.map((customer) => [customer.id, customer])).values()];
}
