import type { Capabilities } from "./capabilities.ts";

type Channel = Pick<Capabilities, "broughtAddress">;

/** As the channel itself calls it. */
export const ownAddress = (address: string, { broughtAddress }: Channel): string =>
  broughtAddress?.ignoresCase ? address.trim().toLowerCase() : address.trim();

/** @param address in the channel's own form @returns what is wrong with it; undefined where nothing is */
export function addressProblem(address: string, { broughtAddress }: Channel): string | undefined {
  if (!broughtAddress) return "Addresses of this channel are known by messages alone: leave it out.";
  const { pattern, expected } = broughtAddress;
  return new RegExp(pattern, "u").test(address) ? undefined : `"${address}" is not ${expected}.`;
}
