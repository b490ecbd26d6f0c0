import type { Identity } from "../core/customer.ts";
import { identityIdOf } from "../core/ids.ts";
import type { App } from "../ports/app.ts";

/**
 * What a customer or an agent says about one address holds for every other one that the provider calls the same person's:
 * all of them lead to one chat, however the customers are joined.
 *
 * @returns ids of that identity and of the others that are there; costs a read only where there may be others
 */
export async function idsOfChat(
  { id, channel, aliases = [] }: Pick<Identity, "id" | "channel" | "aliases">,
  { stores }: Pick<App, "stores">,
): Promise<string[]> {
  const others =
    aliases.length > 0 ? await stores.identities.many(aliases.map((each) => identityIdOf(channel, each))) : [];
  return [id, ...others.map((other) => other.id)];
}

/** Has what was said about one of these identities hold for all of them. Doing it again changes nothing. */
export async function shareWishes(ids: string[], { stores }: Pick<App, "stores">): Promise<void> {
  const { identities } = stores;
  const known = await identities.many(ids);
  const blocked = known.find((identity) => identity.blocked)?.blocked;
  const optOuts = known.flatMap((identity) => Object.entries(identity.optOuts));
  for (const identity of known) {
    if (blocked && !identity.blocked) await identities.setBlocked(identity.id, blocked);
    for (const [inboxId, { at, sequence }] of optOuts)
      if (!Object.hasOwn(identity.optOuts, inboxId))
        await identities.setOptOut(identity.id, inboxId, true, at, sequence);
  }
}
