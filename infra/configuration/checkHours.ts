import { minuteOfDay } from "../../shared/core/hours.ts";
import type { Findings } from "./findings.ts";
import type { Path } from "./problem.ts";
import type { HoursEntry } from "./schema.ts";

export function checkHours(hours: HoursEntry, path: Path, findings: Findings): void {
  if (!isTimeZone(hours.timeZone)) {
    findings.error(
      [...path, "timeZone"],
      `"${hours.timeZone}" is no time zone: write its IANA name, such as "Europe/Berlin".`,
    );
  }
  for (const [weekday, spans] of Object.entries(hours.week)) {
    if (spans) checkDay(spans, [...path, "week", weekday], findings);
  }
  for (const [position, holiday] of (hours.holidays ?? []).entries()) {
    if (!isDate(holiday)) findings.error([...path, "holidays", position], `${holiday} is not in the calendar.`);
  }
  if (Object.values(hours.week).every((spans) => !spans || spans.length === 0)) {
    findings.warn([...path, "week"], `"${hours.id}" is never open.`, true);
  }
}

function checkDay(spans: string[], path: Path, findings: Findings): void {
  const inOrder = spans
    .map((span, position) => ({ span, position, ...minutesOf(span) }))
    .toSorted((one, other) => one.from - other.from);
  for (const [rank, { span, position, from, to }] of inOrder.entries()) {
    if (from >= to) {
      findings.error(
        [...path, position],
        `"${span}" ends before it begins. A night goes into two days: to 24:00, and from 00:00.`,
      );
    }
    const before = inOrder[rank - 1];
    if (before && before.to > from)
      findings.error([...path, position], `"${span}" overlaps "${before.span}": join them.`);
  }
}

function minutesOf(span: string): { from: number; to: number } {
  const [from = "", to = ""] = span.split("-");
  return { from: minuteOfDay(from), to: minuteOfDay(to) };
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "" && !/^[+-]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}
