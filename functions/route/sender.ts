import { identityIdAt, placeOf } from "../../shared/core/address.ts";
import type { Evidence, Identity } from "../../shared/core/customer.ts";
import { identify, isHeldAt, saidAt, saidAtOf } from "../../shared/core/identify.ts";
import type { InboundMessage, InboundStored } from "../../shared/core/message.ts";
import { secondOf } from "../../shared/core/time.ts";
import { holderAt, leaverOf } from "../../shared/flow/holders.ts";
import { joinAddresses } from "../../shared/flow/join.ts";
import { idsOfChat, shareWishes } from "../../shared/flow/same-chat.ts";
import type { App } from "../../shared/ports/app.ts";
import type { InboundJob } from "../../shared/ports/queues.ts";

/** The identity from which a message comes: of whoever had the address when it was written. The first one from there makes it. */
export async function senderOf(job: InboundJob, app: App): Promise<Identity> {
  const { message, receivedAt } = job;
  const { identities } = app.stores;
  const place = placeOf({ ...message, address: message.from }, app.config);
  const held = await holderAt(place, saidAt(message, receivedAt), app);
  const contact = identify(place, receivedAt, held.id);
  const identity = held.identity ?? (await identities.create(contact));
  // Known by a record alone until now: that they have written is what lets us answer them.
  const isMet = message.isQuiet || identity.evidence.some(({ kind }) => kind !== "imported");
  if (!isMet) await identities.addEvidence(identity.id, contact.evidence);
  const known = identity.createdAt === receivedAt ? await formerAddress(message, app) : [];
  const fresh = [...known, ...(message.aliases ?? [])].filter((alias) => !identity.aliases?.includes(alias));
  // One that was joined before may be left only now: WhatsApp tells of the user id and of the number in two messages.
  const left = (message.leaves ?? []).filter((address) => !fresh.includes(address));
  for (const address of left) await leave(address, job, app);
  if (fresh.length === 0) return identity;
  await joinAliases(identity, fresh, job, app);
  return (await identities.get(identity.id)) ?? identity;
}

/** Whoever has written since nothing got through is reached again; what was said before, and comes late, tells nothing of it. */
export async function openAgain(
  { id, unreachable, shutOut }: Identity,
  stored: InboundStored,
  app: App,
): Promise<void> {
  const { identities } = app.stores;
  const second = secondOf(saidAtOf(stored));
  const shut = shutOut?.[stored.inboxId];
  if (unreachable && second >= secondOf(unreachable.at)) await identities.setUnreachable(id, null);
  if (shut && second >= secondOf(shut.at)) await identities.setShutOut(id, stored.inboxId, null);
}

/** In release 0.1.0 each form of an address named an identity of its own, and STOP may have been said by that one. */
async function formerAddress(message: InboundMessage, { stores, config }: App): Promise<string[]> {
  const { from, replyTo = from } = message;
  const id = identityIdAt(placeOf({ ...message, address: replyTo }, config));
  const former = replyTo === from ? undefined : await stores.identities.get(id);
  return former ? [former.address] : [];
}

/**
 * By the provider's word, its other addresses are the same person's. Each is remembered on all of them once they are joined,
 * so that a person who parts them again is not overruled by the next message; whoever stopped messages at one of them, or
 * was blocked there, is so at all of them.
 */
async function joinAliases(identity: Identity, aliases: string[], job: InboundJob, app: App): Promise<void> {
  const { message, receivedAt } = job;
  const { leaves = [] } = message;
  const at = saidAt(message, receivedAt);
  const evidence: Evidence = { kind: "provider", at: receivedAt, by: message.channel };
  const addresses = aliases.map((address) => placeOf({ ...message, address }, app.config));
  const held = await Promise.all(
    addresses.map((each) => (leaves.includes(each.address) ? leaverOf(each, at, app) : holderAt(each, at, app))),
  );
  const own = { id: identity.id, identity };
  await joinAddresses({ addresses: [identity, ...addresses], held: [own, ...held], evidence }, app);
  for (const address of aliases.filter((each) => leaves.includes(each))) await leave(address, job, app);
  await rememberAsOne([identity.id, ...held.map(({ id }) => id)], app);
}

/** The one that it came from is told last: until then all of it is done again. */
async function rememberAsOne(ids: string[], app: App): Promise<void> {
  const { identities } = app.stores;
  const chats = await Promise.all((await identities.many(ids)).map((each) => idsOfChat(each, app)));
  const all = await identities.many([...ids, ...chats.flat()]);
  await shareWishes(all, app);
  const addresses = Array.from(new Set(all.map(({ address }) => address)));
  const remember = ({ id, address }: Identity) =>
    identities.addAliases(
      id,
      addresses.filter((other) => other !== address),
    );
  await Promise.all(all.filter(({ id }) => id !== ids[0]).map(remember));
  await Promise.all(all.filter(({ id }) => id === ids[0]).map(remember));
}

/** Who stopped messages there since, before anybody knew, is whoever has the address by now, and has stopped them still. */
async function leave(address: string, { message, receivedAt }: InboundJob, app: App): Promise<void> {
  const { identities, customers } = app.stores;
  const at = saidAt(message, receivedAt);
  const { id, identity: leaver } = await leaverOf(placeOf({ ...message, address }, app.config), at, app);
  if (!leaver) return;
  await identities.setLeft(id, at);
  const identity = await identities.get(id);
  for (const [inboxId, stopped] of Object.entries(identity?.optOuts ?? {})) {
    if (!identity || isHeldAt(identity, stopped.at)) continue;
    const holding = await holderAt(identity, stopped.at, app);
    const contact = identify(identity, stopped.at, holding.id);
    const { customerId } = await identities.create(contact);
    await customers.addIdentities(customerId, [contact.id]);
    await identities.setOptOut(contact.id, inboxId, true, stopped.at, stopped.sequence);
  }
}
