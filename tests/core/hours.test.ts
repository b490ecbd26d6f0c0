import { describe, expect, test } from "vitest";
import type { BusinessHours } from "../../shared/core/configuration.ts";
import { calendarOf, minuteOfDay } from "../../shared/core/hours.ts";

const everyDay = (...spans: [string, string][]): BusinessHours["week"] => ({
  mon: spans,
  tue: spans,
  wed: spans,
  thu: spans,
  fri: spans,
  sat: spans,
  sun: spans,
});

const isOpenAt = (hours: Partial<BusinessHours>, at: string): boolean =>
  calendarOf({ id: "h", timeZone: "UTC", week: {}, holidays: [], ...hours }).isOpen(Date.parse(at));

describe("a week", () => {
  const office = {
    timeZone: "Europe/Berlin",
    week: {
      mon: [
        ["09:00", "12:00"],
        ["13:00", "17:00"],
      ] as [string, string][],
    },
  };

  test.each([
    ["before", "2026-03-02T07:59:59.999Z", false],
    ["from the first minute", "2026-03-02T08:00:00Z", true],
    ["until the last", "2026-03-02T10:59:59.999Z", true],
    ["closed from the end on", "2026-03-02T11:00:00Z", false],
    ["after the break", "2026-03-02T12:00:00Z", true],
    ["another day", "2026-03-03T08:30:00Z", false],
    ["it is Monday there while it is Sunday here", "2026-03-01T23:30:00Z", false],
  ])("%s", (_, at, open) => expect(isOpenAt(office, at)).toBe(open));

  test("24:00 ends a day, and midnight begins one", () => {
    const allDay = { week: { mon: [["00:00", "24:00"]] as [string, string][] } };
    expect(isOpenAt(allDay, "2026-03-02T00:00:00Z")).toBe(true);
    expect(isOpenAt(allDay, "2026-03-02T23:59:59Z")).toBe(true);
    expect(isOpenAt(allDay, "2026-03-03T00:00:00Z")).toBe(false);
  });

  test("a holiday is closed for the whole local day, not the day of UTC", () => {
    const tokyo = { timeZone: "Asia/Tokyo", week: everyDay(["00:00", "24:00"]), holidays: ["2026-01-01"] };
    expect(isOpenAt(tokyo, "2025-12-31T14:59:00Z")).toBe(true);
    expect(isOpenAt(tokyo, "2025-12-31T15:00:00Z")).toBe(false);
    expect(isOpenAt(tokyo, "2026-01-01T14:59:00Z")).toBe(false);
    expect(isOpenAt(tokyo, "2026-01-01T15:00:00Z")).toBe(true);
  });
});

describe("changes to and from summer time", () => {
  const morning = { timeZone: "Europe/Berlin", week: everyDay(["09:00", "17:00"]) };

  test.each([
    ["the day before spring forward: nine is eight UTC", "2026-03-28T08:00:00Z", true],
    ["the day of spring forward: nine is seven UTC", "2026-03-29T07:00:00Z", true],
    ["and not before", "2026-03-29T06:59:00Z", false],
    ["the day before fall back: nine is seven UTC", "2026-10-24T07:00:00Z", true],
    ["the day of fall back: nine is eight UTC", "2026-10-25T07:59:00Z", false],
    ["from then on", "2026-10-25T08:00:00Z", true],
  ])("%s", (_, at, open) => expect(isOpenAt(morning, at)).toBe(open));

  test("an hour that comes twice is open twice", () => {
    const night = { timeZone: "Europe/Berlin", week: everyDay(["02:00", "03:00"]) };
    expect(isOpenAt(night, "2026-10-25T00:30:00Z")).toBe(true);
    expect(isOpenAt(night, "2026-10-25T01:30:00Z")).toBe(true);
    expect(isOpenAt(night, "2026-10-25T02:30:00Z")).toBe(false);
  });

  test("an hour that is left out is not open", () => {
    const night = { timeZone: "Europe/Berlin", week: everyDay(["02:00", "03:00"]) };
    const calendar = calendarOf({ id: "h", holidays: [], ...night });
    const start = Date.parse("2026-03-28T23:00:00Z");
    const open = Array.from({ length: 23 }, (_, hour) => calendar.isOpen(start + hour * 3_600_000));
    expect(open).not.toContain(true);
  });
});

test("answers don't depend on what was asked before", () => {
  const calendar = calendarOf({ id: "h", timeZone: "UTC", week: { mon: [["09:00", "10:00"]] }, holidays: [] });
  const open = Date.parse("2026-03-02T09:30:00Z");
  const closed = Date.parse("2026-03-02T10:30:00Z");
  expect([open, closed, open, open + 1, closed].map((now) => calendar.isOpen(now))).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
});

test.each(["9:00", "24:01", "12:60", "noon", "25:00"])("%s is no time of day", (time) => {
  expect(() => minuteOfDay(time)).toThrow(RangeError);
});

test("a time zone that nobody knows is refused", () => {
  expect(() => isOpenAt({ timeZone: "Europe/Bern" }, "2026-03-02T09:30:00Z")).toThrow(RangeError);
});
