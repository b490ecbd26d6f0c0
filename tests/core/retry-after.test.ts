import { describe, expect, test } from "vitest";
import { limits } from "../../shared/core/limits.ts";
import { boundedPauseMs, retryAfterMsOf } from "../../shared/core/retry-after.ts";

const now = Date.parse("2026-11-04T10:00:00Z");

describe("Retry-After", () => {
  test.each<[unknown, number | undefined]>([
    ["0", 0],
    ["7", 7_000],
    [" 7 ", 7_000],
    ["0000000000007", 7_000],
    ["1000000000", limits.maxNamedPauseMs],
    ["9".repeat(400), limits.maxNamedPauseMs],
    ["Wed, 04 Nov 2026 10:00:07 GMT", 7_000],
    ["Wednesday, 04-Nov-26 10:00:07 GMT", 7_000],
    ["Wed Nov  4 10:00:07 2026", 7_000],
    ["Wed, 04 Nov 2026 09:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", limits.maxNamedPauseMs],
    ["Fri, 99 Foo 2026", undefined],
    ["", undefined],
    ["-5", undefined],
    ["1e9", undefined],
    ["soon 5", undefined],
    [undefined, undefined],
    [null, undefined],
    [{}, undefined],
    [[7], undefined],
    [true, undefined],
    [0, 0],
    [7, 7_000],
    [0.5, 500],
    [-1, undefined],
    [-1e300, undefined],
    [Number.NaN, undefined],
    [1e9, limits.maxNamedPauseMs],
    [Number.POSITIVE_INFINITY, limits.maxNamedPauseMs],
    [Number.NEGATIVE_INFINITY, undefined],
  ])("%j asks for %s ms", (given, ms) => {
    expect(retryAfterMsOf(given, now)).toBe(ms);
  });

  test.each([
    [Number.NaN, 0],
    [-1e300, 0],
    [5, 5],
    [Number.POSITIVE_INFINITY, limits.maxNamedPauseMs],
  ])("%s ms becomes a pause of %i ms, whoever asked for it", (asked, ms) => {
    expect(boundedPauseMs(asked)).toBe(ms);
  });
});
