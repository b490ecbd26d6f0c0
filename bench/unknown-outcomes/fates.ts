/** What becomes of one request to send. */
export interface Fate {
  /** whether and when the connection is cut */
  cut: "never" | "once it was taken" | "before it was taken";
  /** the provider never says what became of it */
  isSilent: boolean;
}

/** Of all requests to send; `silent` of those that are cut once they were taken. */
export const fateShares = { onceTaken: 0.2, beforeTaken: 0.05, silent: 0.25 };

/** Small, fast and the same on every run: the same attempts have the same fates, whoever sends. */
export function fateOf(seed: number, send: number, attempt: number): Fate {
  const { onceTaken, beforeTaken, silent } = fateShares;
  const chance = mixed(
    Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(send + 1, 0x85ebca6b) ^ Math.imul(attempt, 0xc2b2ae35),
  );
  if (chance < onceTaken) return { cut: "once it was taken", isSilent: chance < onceTaken * silent };
  return { cut: chance < onceTaken + beforeTaken ? "before it was taken" : "never", isSilent: false };
}

/** @returns 0 to 1 (murmur3's last step) */
function mixed(state: number): number {
  let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}
