import type { RateStore } from "../../ports/connections.ts";

export function memoryRates(): RateStore {
  const counts = new Map<string, number>();

  return {
    async count(key, windowStart) {
      const window = `${key}#${windowStart}`;
      const count = (counts.get(window) ?? 0) + 1;
      counts.set(window, count);
      return count;
    },
  };
}
