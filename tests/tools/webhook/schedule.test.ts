import { describe, expect, it } from "vitest";
import { limits } from "../../../shared/core/limits.ts";
import type { WebhookDelivery } from "../../../shared/ports/work.ts";
import { isAhead, isGivenUp, nextAttemptAt, pauseEndsAt } from "../../../shared/tools/webhook/schedule.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 2);
const event = { createdAt: new Date(start).toISOString() } as WebhookDelivery;

/** When an event is tried whose every try fails at once. @param chance 0 to 255 */
function triesOf(chance: number): number[] {
  const tries = [start];
  while (!isGivenUp(event, tries.at(-1)!)) tries.push(nextAttemptAt(tries.at(-1)!, tries.length - 1, chance));
  return tries;
}

describe("the schedule of tries", () => {
  it("follows Standard Webhooks at first, and then goes on every four hours", () => {
    const waits = triesOf(0).map((at, index, all) => at - (all[index - 1] ?? at));
    expect(waits.slice(1, 6)).toEqual([5_000, 5 * minute, 30 * minute, 2 * hour, 4 * hour]);
    expect(new Set(waits.slice(5))).toEqual(new Set([4 * hour]));
  });

  it.each([0, 128, 255])(
    "reaches over three days with chance %i, and never waits for more than four hours",
    (chance) => {
      const tries = triesOf(chance);
      expect(tries.at(-1)! - start).toBeGreaterThanOrEqual(72 * hour);
      expect(tries.at(-1)! - start).toBeLessThanOrEqual(80 * hour);
      for (const [index, at] of tries.entries()) expect(at - (tries[index - 1] ?? at)).toBeLessThanOrEqual(4 * hour);
    },
  );

  it("leaves up to a fifth of each wait to chance", () => {
    expect(nextAttemptAt(start, 3, 255) - start).toBe(1.6 * hour);
    expect(nextAttemptAt(start, 3, 0) - start).toBe(2 * hour);
  });

  it("waits for as long as a receiver asks, but no longer than ever", () => {
    expect(nextAttemptAt(start, 0, 0, 10 * minute) - start).toBe(10 * minute);
    expect(nextAttemptAt(start, 3, 0, 10 * minute) - start).toBe(2 * hour);
    expect(nextAttemptAt(start, 0, 0, 1000 * hour) - start).toBe(4 * hour);
  });

  it("takes an event for due by a clock that is a little behind", () => {
    const at = new Date(start).toISOString();
    expect(isAhead(at, start - limits.maxClockSkewMs)).toBe(false);
    expect(isAhead(at, start - limits.maxClockSkewMs - 1)).toBe(true);
    expect(isAhead(undefined, start)).toBe(false);
  });

  it("doubles the pause of a silent receiver up to a quarter of an hour", () => {
    const pauses = [1, 2, 3, 6, 7, 5_000].map((silences) => pauseEndsAt(start, silences) - start);
    expect(pauses).toEqual([30_000, 60_000, 120_000, 15 * minute, 15 * minute, 15 * minute]);
  });
});
