import { userIdOf } from "../../../infra/local/providers/meta/whatsapp/customer.ts";
import { InvalidInbound } from "../../../infra/local/providers/ports.ts";
import { identityIdOf } from "../../../shared/core/ids.ts";
import type { SocialInboxId } from "../configuration.ts";
import { addressOf, people, type Person } from "../people.ts";
import type { World } from "../world.ts";

/* Whom customers are on social channels, and what comes of what they do there. */

/** What the provider calls each message, and the router's status; null where it gave no answer. */
export type Told = { providerId: string; status: number | null }[];

/** As they are known there, in any of the forms that there are. */
export function addressAt(world: World, inboxId: SocialInboxId, person: Person): string {
  switch (inboxId) {
    case "whatsapp": {
      const number = world.movedTo.get(person.subject) ?? world.random.pick(person.whatsapp);
      return world.random.chance(0.2) ? userIdOf(number) : number;
    }
    case "whatsapp-twilio":
      return world.random.pick(person.whatsapp);
    case "messenger":
      return person.messenger;
    case "instagram":
      return person.instagram;
    case "telegram":
    case "telegram-sales":
      return person.telegram;
    case "counter":
      return person.custom;
  }
}

/** By WhatsApp itself nobody writes from a number that they have left; by the other carrier its next owner does. */
export function whatsappNow(world: World, from: string): string {
  const person = people.find(({ whatsapp }) => whatsapp.some((number) => from === number || from === userIdOf(number)));
  const next = person && world.movedTo.get(person.subject);
  if (next === undefined) return from;
  return from.startsWith("+") ? next : userIdOf(next);
}

/** WhatsApp names the number and the id of whoever shares both. */
export function offerAliases(world: World, from: string): void {
  if (!from.startsWith("+")) return;
  const addresses = [addressOf(from), userIdOf(from)];
  world.ledger.offerJoin(addresses.map((address) => identityIdOf("whatsapp", address)));
}

/** What cannot be done any more, such as pressing a button that is gone, is left. */
export async function doIt(world: World, deed: () => Promise<Told>): Promise<Told | undefined> {
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof InvalidInbound)) throw error;
    world.counters.count("work", "deeds that came too late");
    return undefined;
  }
}
