import type { RateStore } from "../../ports/connections.ts";

export function memoryRates(): RateStore {
  const counts = new Map<string, number>();
  const takenBack = new Set<string>();

  return {
    async count(key, windowStart, _, amount = 1) {
      const window = windowOf(key, windowStart);
      const count = (counts.get(window) ?? 0) + amount;
      counts.set(window, count);
      return count;
    },

    async takeBack(key, windowStart, amount, cause) {
      if (takenBack.has(cause)) return;
      takenBack.add(cause);
      const window = windowOf(key, windowStart);
      counts.set(window, (counts.get(window) ?? 0) - amount);
    },

    async amount(key, windowStart) {
      return counts.get(windowOf(key, windowStart)) ?? 0;
    },
  };
}

const windowOf = (key: string, windowStart: string): string => `${key}#${windowStart}`;
