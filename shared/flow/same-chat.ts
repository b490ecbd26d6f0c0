import { withSuccessors } from "./holders.ts";
import { identityIdAt } from "../core/address.ts";
import type { Identity } from "../core/customer.ts";
import { isHeldAt } from "../core/identify.ts";
import type { App } from "../ports/app.ts";

/**
 * What a customer or an agent says about one address holds for every other one that the provider calls the same person's:
 * all of them lead to one chat, however the customers are joined.
 *
 * @returns ids of that identity and of the others that are there; costs a read only where there may be others
 */
export async function idsOfChat(
  { id, channel, address, inboxId, aliases = [] }: Pick<Identity, "id" | "channel" | "address" | "inboxId" | "aliases">,
  app: Pick<App, "stores">,
): Promise<string[]> {
  if (aliases.length === 0) return [id];
  const first = await app.stores.identities.many(
    aliases.map((each) => identityIdAt({ channel, address: each, inboxId })),
  );
  const others = await Promise.all(
    first.map(async (each) => {
      const holders = await withSuccessors(each, app);
      // Of several who have had an address one after the other, whoever shared this one too.
      return holders.length === 1 ? holders : holders.filter((holder) => holder.aliases?.includes(address));
    }),
  );
  return Array.from(new Set([id, ...others.flat().map((other) => other.id)]));
}

/**
 * Has what was said about one of these identities hold for all of them; what came from an address after they had left it was
 * not theirs to say. Doing it again changes nothing.
 */
export async function shareWishes(all: Identity[], { stores }: Pick<App, "stores">): Promise<void> {
  const { identities } = stores;
  const blocked = all.find((each) => each.blocked && isHeldAt(each, each.blocked.at))?.blocked;
  const optOuts = all.flatMap((each) => Object.entries(each.optOuts).filter(([, { at }]) => isHeldAt(each, at)));
  for (const identity of all) {
    if (blocked && !identity.blocked) await identities.setBlocked(identity.id, blocked);
    for (const [inboxId, { at, sequence }] of optOuts)
      if (!Object.hasOwn(identity.optOuts, inboxId))
        await identities.setOptOut(identity.id, inboxId, true, at, sequence);
  }
}
