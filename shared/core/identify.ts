import { identityIdAt, type Place } from "./address.ts";
import { firstCustomerIdOf } from "./ids.ts";
import type { Evidence, Identity } from "./customer.ts";
import type { InboundMessage, OptOutWord } from "./message.ts";
import { plainWord } from "./text.ts";
import type { Timestamp } from "./time.ts";

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

/** Providers name whole seconds: what was said within the one in which they left is theirs. */
export const isHeldAt = ({ leftAt }: Pick<Identity, "leftAt">, at: Timestamp): boolean =>
  leftAt === undefined || secondOf(at) <= secondOf(leftAt);

const secondOf = (at: Timestamp): number => Math.floor(Date.parse(at) / 1000);

/** When it was said, by the provider's clock; a time that is yet to come counts for nothing. */
export const saidAt = ({ providerTime }: Pick<InboundMessage, "providerTime">, receivedAt: Timestamp): Timestamp =>
  providerTime !== undefined && providerTime < receivedAt ? providerTime : receivedAt;

/**
 * What an opt-out word means from this customer to this inbox. "Yes", "Anmelden" or "恢复" starts messages again only for someone
 * who had stopped them; from anyone else it is an answer or a wish, and an agent has to read it. So is a button, whatever it says.
 *
 * @returns undefined when the message is an ordinary one
 */
export function consentWord(
  message: Pick<InboundMessage, "optOut" | "text" | "inboxId" | "context">,
  identity: Pick<Identity, "optOuts">,
): OptOutWord | undefined {
  if (message.optOut !== "start" || Object.hasOwn(identity.optOuts, message.inboxId)) return message.optOut;
  const isMeant = message.context?.kind !== "choice" && unmistakable.has(plainWord(message.text));
  return isMeant ? "start" : undefined;
}
