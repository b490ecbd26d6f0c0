import type { RateStore } from "../../ports/connections.ts";

export function memoryRates(): RateStore {
  const counts = new Map<string, number>();

  return {
    async count(key, windowStart, _, amount = 1) {
      const window = windowOf(key, windowStart);
      const count = (counts.get(window) ?? 0) + amount;
      counts.set(window, count);
      return count;
    },

    async amount(key, windowStart) {
      return counts.get(windowOf(key, windowStart)) ?? 0;
    },
  };
}

const windowOf = (key: string, windowStart: string): string => `${key}#${windowStart}`;
