import { capabilitiesOf, type Capabilities } from "./capabilities.ts";
import { identityIdOf } from "./ids.ts";

/** Where somebody can be met. */
export interface Place {
  channel: string;
  /** in the channel's own form */
  address: string;
  /** whose own the address is, where each inbox of the channel has its own */
  inboxId?: string;
}

/** @param inboxId to which they write, or from which they are written to */
export function placeOf(
  { channel, address, inboxId }: Required<Place>,
  config: Parameters<typeof capabilitiesOf>[1],
): Place {
  const isItsOwn = capabilitiesOf({ channel, inboxId }, config)?.addressScope === "inbox";
  return { channel, address, ...(isItsOwn && { inboxId }) };
}

/** @param holder how many had the address before */
export const identityIdAt = ({ channel, address, inboxId }: Place, holder = 0): string =>
  identityIdOf(channel, address, holder, inboxId);

/** The one form of an address that names its identity, of those in which the channel or another system may write it. */
export function ownAddress(
  address: string,
  { broughtAddress, sameAddress = [] }: Pick<Capabilities, "broughtAddress" | "sameAddress">,
): string {
  const own = broughtAddress?.ignoresCase ? address.trim().toLowerCase() : address.trim();
  return sameAddress.reduce(
    (form, { pattern, replacement }) => form.replace(new RegExp(pattern, "u"), replacement),
    own,
  );
}

/** @param address in the channel's own form @returns what is wrong with it; undefined where nothing is */
export function addressProblem(
  address: string,
  { broughtAddress }: Pick<Capabilities, "broughtAddress">,
): string | undefined {
  if (!broughtAddress) return "Addresses of this channel are known by messages alone: leave it out.";
  const { pattern, expected } = broughtAddress;
  return new RegExp(pattern, "u").test(address) ? undefined : `"${address}" is not ${expected}.`;
}

/** Where each inbox has addresses of its own, one without an inbox names nobody. @returns what is wrong with `inboxId`; undefined where nothing is */
export function scopeProblem(
  { channel, inboxId }: Omit<Place, "address">,
  { addressScope }: Pick<Capabilities, "addressScope">,
): string | undefined {
  if (addressScope === "inbox")
    return inboxId === undefined
      ? `Say to which inbox it belongs: each inbox of "${channel}" has addresses of its own.`
      : undefined;
  return inboxId === undefined ? undefined : `Leave it out: an address of "${channel}" is one for all inboxes.`;
}
