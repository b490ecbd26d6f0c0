import type { Capabilities } from "./capabilities.ts";

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
