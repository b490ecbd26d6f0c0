import { identityIdAt, type Place } from "./address.ts";
import { firstCustomerIdOf } from "./ids.ts";
import type { ConsentWord, Evidence, Identity } from "./customer.ts";
import type { Inbox } from "./inbox.ts";
import type { InboundMessage, InboundStored, OptOutWord } from "./message.ts";
import { plainWord } from "./text.ts";
import { secondOf, type Timestamp } from "./time.ts";

/** An identity as first contact creates it: what `IdentityStore.create` takes. */
export interface FirstContact extends Place {
  id: string;
  customerId: string;
  evidence: Evidence;
  at: Timestamp;
}

/**
 * Whom an address names, and the customer that it starts with where nobody has seen it before.
 *
 * @param id of whoever holds the address
 */
export function identify(place: Place, at: Timestamp, id: string = identityIdAt(place)): FirstContact {
  const { channel, address, inboxId } = place;
  return {
    id,
    channel,
    address,
    ...(inboxId !== undefined && { inboxId }),
    customerId: firstCustomerIdOf(id),
    evidence: { kind: "first-contact", at },
    at,
  };
}

/** That nobody writes to a person. */
const unmistakable = new Set(["START", "UNSTOP"]);

/** What was said within the second in which they left is theirs. */
export const isHeldAt = ({ leftAt }: Pick<Identity, "leftAt">, at: Timestamp): boolean =>
  leftAt === undefined || secondOf(at) <= secondOf(leftAt);

/** When it was said, by the provider's clock; a time that is yet to come counts for nothing. */
export const saidAt = ({ providerTime }: Pick<InboundMessage, "providerTime">, receivedAt: Timestamp): Timestamp =>
  providerTime !== undefined && providerTime < receivedAt ? providerTime : receivedAt;

/** The same of one that is stored: the provider's time, or ours, begins its order. */
export const saidAtOf = ({ order, createdAt }: Pick<InboundStored, "order" | "createdAt">): Timestamp =>
  saidAt({ providerTime: order.split("#", 1)[0] }, createdAt);

/** Which of two words on the same inbox counts: the one that was said later; of those of one second, the one that came later. */
export const outdoes = (word: ConsentWord, other: ConsentWord): boolean =>
  secondOf(word.at) === secondOf(other.at) ? word.sequence > other.sequence : secondOf(word.at) > secondOf(other.at);

/** What a STOP to an inbox may be kept under: its id, and its address, which is its id until router.yaml names it. */
export const optOutKeys = (inboxId: string, inbox: Pick<Inbox, "address"> | undefined): string[] =>
  inbox && inbox.address !== inboxId ? [inboxId, inbox.address] : [inboxId];

/** The STOPs in force at an inbox. */
export const optOutsOf = (
  { optOuts }: Pick<Identity, "optOuts">,
  inboxId: string,
  inbox: Pick<Inbox, "address"> | undefined,
): ConsentWord[] => optOutKeys(inboxId, inbox).flatMap((key) => (Object.hasOwn(optOuts, key) ? optOuts[key]! : []));

/**
 * What an opt-out word means from this customer to this inbox. "Yes", "Anmelden" or "恢复" starts messages again only for someone
 * who had stopped them by then; from anyone else it is an answer or a wish, and an agent has to read it. So is a button,
 * whatever it says.
 *
 * @param stops in force at that inbox
 * @returns undefined when the message is an ordinary one
 */
export function consentWord(
  message: Pick<InboundMessage, "optOut" | "text" | "context">,
  at: Timestamp,
  stops: { at: Timestamp }[],
): OptOutWord | undefined {
  if (message.optOut !== "start" || stops.some((stop) => secondOf(stop.at) <= secondOf(at))) return message.optOut;
  const isMeant = message.context?.kind !== "choice" && unmistakable.has(plainWord(message.text));
  return isMeant ? "start" : undefined;
}
