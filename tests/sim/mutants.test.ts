import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "./host/random.ts";
import { applyEdits, hunt, readMutants } from "./mutate.ts";

const root = join(import.meta.dirname, "../..");
const maxSeeds = 500;
/** `npm test` hunts a few, chosen afresh each time; `npm run test:full` all of them. */
const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const choice = Math.floor(Math.random() * 2 ** 31);

const mutants = await readMutants();
const sample = sampleOf(mutants, isFull ? mutants.length : 2);

describe("the mutants", () => {
  it("are at least fifty, with one or more for each of I1 to I9", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(50);
    const invariants = new Set(mutants.map(({ invariant }) => invariant));
    expect(invariants).toEqual(new Set(["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9"]));
  });

  it.each(mutants)("$name fits the source as it is now", async (mutant) => {
    for (const { file } of mutant.edits) {
      const source = await readFile(join(root, file), "utf8");
      expect(applyEdits(mutant, file, source)).not.toBe(source);
    }
  });

  it.each(sample)("$name is seen by the checker of $invariant", { timeout: 600_000 }, async (mutant) => {
    const { seeds, violation, alsoSeen } = await hunt(mutant, maxSeeds);
    console.log(
      `mutant ${mutant.name}: ${seeds ?? `survived ${maxSeeds}`} seeds; ${violation ?? ""} (also: ${alsoSeen.join(", ") || "none"})`,
    );
    expect(seeds, `${mutant.name} was not seen by ${mutant.invariant} within ${maxSeeds} seeds`).toBeDefined();
  });
});

function sampleOf<Item>(items: Item[], size: number): Item[] {
  const random = new SeededRandom(choice);
  return items
    .map((item) => ({ item, draw: random.next() }))
    .toSorted((one, other) => one.draw - other.draw)
    .slice(0, size)
    .map(({ item }) => item);
}
