import { expect, test } from "vitest";
import { measure } from "../../bench/unknown-outcomes/measure.ts";
import { guarded, ours } from "../../bench/unknown-outcomes/senders.ts";

/* bench/unknown-outcomes.ts in small: sends over all channels whose connections are cut, in virtual time. */

const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const size = isFull ? { people: 125, rounds: 10, seed: 1 } : { people: 5, rounds: 5, seed: 1 };

test("a send whose connection is cut is never repeated blind, and is resolved or before a person within 15 minutes", async () => {
  const { outcomes, received, taken } = await measure(ours, size);
  const all = outcomes.at(-1)!;
  expect(all.sends).toBe(size.people * size.rounds * (outcomes.length - 1));
  expect(all.cutOnceTaken / all.sends).toBeGreaterThan(0.15);
  expect(all.withEvidence / all.cutOnceTaken).toBeGreaterThan(0.75);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ blindDuplicates: 0, silentlyLost: 0, unresolved: 0 });
  expect(all.resolvedWithEvidence / all.withEvidence).toBeGreaterThanOrEqual(0.95);
  // What the providers hold is what was counted on the way.
  expect(received).toBe(taken);
}, 600_000);

test("the same cuts make duplicates where a cut connection throws behind an idempotency record", async () => {
  const all = (await measure(guarded("throws"), size)).outcomes.at(-1)!;
  expect(all.blindDuplicates).toBeGreaterThanOrEqual(all.cutOnceTaken);
}, 600_000);

test("the same cuts lose messages in silence where a cut connection is the result that is recorded", async () => {
  const all = (await measure(guarded("returns"), size)).outcomes.at(-1)!;
  expect(all.blindDuplicates).toBe(0);
  expect(all.silentlyLost).toBe(all.cutBefore);
  expect(all.unresolved).toBeGreaterThan(all.silentlyLost);
}, 600_000);
