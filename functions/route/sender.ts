import type { Evidence, Identity } from "../../shared/core/customer.ts";
import { identify } from "../../shared/core/identify.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { joinAddresses } from "../../shared/flow/join.ts";
import { shareWishes } from "../../shared/flow/same-chat.ts";
import type { App } from "../../shared/ports/app.ts";
import type { InboundJob } from "../../shared/ports/queues.ts";

/** The identity from which a message comes; the first one from there makes it. */
export async function senderOf({ message, receivedAt }: InboundJob, app: App): Promise<Identity> {
  const contact = identify(message, receivedAt);
  const { identities } = app.stores;
  const identity = (await identities.get(contact.id)) ?? (await identities.create(contact));
  if (identity.unreachable) await identities.setUnreachable(identity.id, null);
  if (identity.shutOut?.[message.inboxId]) await identities.setShutOut(identity.id, message.inboxId, null);
  // Known by a record alone until now: that they have written is what lets us answer them.
  const isMet = message.isQuiet || identity.evidence.some(({ kind }) => kind !== "imported");
  if (!isMet) await identities.addEvidence(identity.id, contact.evidence);
  const known = identity.createdAt === receivedAt ? await formerAddress(message, app) : [];
  const fresh = [...known, ...(message.aliases ?? [])].filter((alias) => !identity.aliases?.includes(alias));
  if (fresh.length === 0) return identity;
  await joinAliases(identity, fresh, receivedAt, app);
  return (await identities.get(identity.id)) ?? identity;
}

/** In release 0.1.0 each form of an address named an identity of its own, and STOP may have been said by that one. */
async function formerAddress({ channel, from, replyTo = from }: InboundMessage, { stores }: App): Promise<string[]> {
  const former = replyTo === from ? undefined : await stores.identities.get(identityIdOf(channel, replyTo));
  return former ? [former.address] : [];
}

/**
 * By the provider's word, its other addresses are the same person's. Each is remembered on all of them once they are joined,
 * so that a person who parts them again is not overruled by the next message; whoever stopped messages at one of them, or
 * was blocked there, is so at all of them.
 */
async function joinAliases({ channel, address }: Identity, aliases: string[], at: string, app: App): Promise<void> {
  const all = [address, ...aliases];
  const evidence: Evidence = { kind: "provider", at, by: channel };
  await joinAddresses({ addresses: all.map((each) => ({ channel, address: each })), evidence }, app);
  await shareWishes(
    all.map((each) => identityIdOf(channel, each)),
    app,
  );
  await Promise.all(
    all.map((each) =>
      app.stores.identities.addAliases(
        identityIdOf(channel, each),
        all.filter((other) => other !== each),
      ),
    ),
  );
}
