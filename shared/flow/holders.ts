import { identityIdAt, type Place } from "../core/address.ts";
import { isHeldAt } from "../core/identify.ts";
import type { Identity } from "../core/customer.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";

/*
 * An address passes on to somebody else where its customer leaves it, by the provider's word: carriers give numbers out
 * again. So it has one identity after the other, and who wrote is a question of when.
 */

export interface Holding {
  id: string;
  /** absent: nobody has been seen there since the last one left */
  identity: Identity | undefined;
  /** the one before */
  former?: Identity;
}

type Reading = Pick<App, "stores">;

/** Whose an address was at a time. Costs one read where nobody has left it. */
export async function holderAt(place: Place, at: Timestamp, { stores }: Reading): Promise<Holding> {
  let former: Identity | undefined;
  for (let holder = 0; ; holder += 1) {
    const id = identityIdAt(place, holder);
    const identity = await stores.identities.get(id);
    if (!identity || isHeldAt(identity, at)) return { id, identity, ...(former && { former }) };
    former = identity;
  }
}

/** Whose addresses were at a time, in their order. Costs one read for all where nobody has left any. */
export async function holdersAt(addresses: Place[], at: Timestamp, app: Reading): Promise<Holding[]> {
  const ids = addresses.map((place) => identityIdAt(place));
  const known = new Map((await app.stores.identities.many(ids)).map((identity) => [identity.id, identity]));
  const holdings = addresses.map((held, position) => {
    const [id, identity] = [ids[position]!, known.get(ids[position]!)];
    return !identity || isHeldAt(identity, at) ? { id, identity } : holderAt(held, at, app);
  });
  return Promise.all(holdings);
}

/** Whoever leaves an address at that time, or has left it before: a word that comes twice is about the same one. */
export async function leaverOf(held: Place, at: Timestamp, app: Reading): Promise<Holding> {
  const { id, identity, former } = await holderAt(held, at, app);
  return !identity && former ? { id: former.id, identity: former } : { id, identity };
}

/** Everybody who has had an address from this one on. */
export async function withSuccessors(identity: Identity, { stores }: Reading): Promise<Identity[]> {
  const all = [identity];
  for (let holder = 1; all.at(-1)!.leftAt !== undefined; holder += 1) {
    const successor = await stores.identities.get(identityIdAt(identity, holder));
    if (!successor) break;
    all.push(successor);
  }
  return all;
}
