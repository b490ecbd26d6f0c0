import type { Stores } from "../../shared/ports/stores.ts";

/** Lets others come first before each call of a store, as often as chance says. */
export function delayed(stores: Stores, chance: () => number): void {
  for (const store of Object.values(stores) as Record<string, (...parameters: unknown[]) => Promise<unknown>>[]) {
    for (const [name, operation] of Object.entries(store)) {
      store[name] = async (...parameters) => {
        const isSlow = chance() % 4 === 0;
        for (let turns = chance() % (isSlow ? 200 : 4); turns > 0; turns -= 1) await Promise.resolve();
        return operation(...parameters);
      };
    }
  }
}

export function chanceOf(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 16;
}
