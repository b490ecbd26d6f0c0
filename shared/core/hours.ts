import type { BusinessHours } from "./configuration.ts";

/** Opening hours, ready to be asked. */
export interface Calendar {
  /** @param now milliseconds since 1970 */
  isOpen(now: number): boolean;
}

const minuteMs = 60_000;
const minutesInDay = 24 * 60;

/**
 * Prepares opening hours. They are read off the local clock on the wall, so a change to or from summer time moves
 * nothing: an hour that is left out is not open, an hour that comes twice is open twice.
 *
 * @throws RangeError for a time zone that is not in the IANA database
 */
export function calendarOf(hours: BusinessHours): Calendar {
  const wallClock = wallClockOf(hours.timeZone);
  const holidays = new Set(hours.holidays);
  const open = new Map<string, [number, number][]>();
  for (const [weekday, spans] of Object.entries(hours.week)) {
    open.set(
      weekday,
      spans.map(([from, to]) => [minuteOfDay(from), minuteOfDay(to)]),
    );
  }
  const look = (now: number): boolean => {
    const { date, weekday, minute } = wallClock(now);
    if (holidays.has(date)) return false;
    return (open.get(weekday) ?? []).some(([from, to]) => from <= minute && minute < to);
  };
  return { isOpen: rememberedByMinute(look) };
}

/** @param time HH:MM, 24:00 being the end of the day */
export function minuteOfDay(time: string): number {
  const match = /^(\d\d):(\d\d)$/.exec(time);
  const minute = match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
  if (!match || Number(match[2]) > 59 || minute > minutesInDay) throw new RangeError(`"${time}" is no time of day`);
  return minute;
}

interface WallClock {
  /** YYYY-MM-DD */
  date: string;
  weekday: string;
  minute: number;
}

export function wallClockOf(timeZone: string): (now: number) => WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (now) => {
    const part = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
    return {
      date: `${part["year"]}-${part["month"]}-${part["day"]}`,
      weekday: (part["weekday"] ?? "").toLowerCase(),
      minute: Number(part["hour"]) * 60 + Number(part["minute"]),
    };
  };
}

/** No time zone of today differs from UTC by less than whole minutes, so the answer holds for a minute. */
function rememberedByMinute(look: (now: number) => boolean): (now: number) => boolean {
  let rememberedMinute = Number.NaN;
  let answer = false;
  return (now) => {
    const minute = Math.floor(now / minuteMs);
    if (minute !== rememberedMinute) {
      answer = look(now);
      rememberedMinute = minute;
    }
    return answer;
  };
}
