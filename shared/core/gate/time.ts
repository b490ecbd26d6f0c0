import { refuse, type Alternative, type Refusal, type RoutedFacts } from "./facts.ts";
import { minuteOfDay, wallClockOf } from "../hours.ts";
import type { QuietHours } from "../inbox.ts";
import { limits } from "../limits.ts";

/* Rules about when a message may go out. */

const minuteMs = 60_000;
const minutesInDay = 24 * 60;
const hourMs = 60 * minuteMs;

/** Who has just written is awake. */
export function nobodySleeps({ inbox, lastInboundAt, now }: RoutedFacts): Refusal | undefined {
  if (!inbox.quietHours) return undefined;
  if (lastInboundAt !== undefined && now - Date.parse(lastInboundAt) <= limits.quietHoursGraceMs) return undefined;
  const ends = quietUntil(inbox.quietHours, now);
  if (ends === undefined) return undefined;
  const at = new Date(ends).toISOString();
  const { from, to, timeZone } = inbox.quietHours;
  const explanation = `From ${from} to ${to} (${timeZone}) "${inbox.id}" only answers who has written within the last hour.`;
  return refuse("quiet-hours", explanation, { kind: "wait-until", at });
}

/**
 * Read off the clock on the wall, so that a night in which the clocks change ends when the wall says so.
 *
 * @returns when they end, milliseconds since 1970; undefined outside of them
 */
function quietUntil({ from, to, timeZone }: QuietHours, now: number): number | undefined {
  const wallClock = wallClockOf(timeZone);
  const [first, end, minute] = [minuteOfDay(from), minuteOfDay(to), wallClock(now).minute];
  const isQuiet = first <= end ? first <= minute && minute < end : first <= minute || minute < end;
  if (!isQuiet) return undefined;
  const ends = now - (now % minuteMs) + ((end - minute + minutesInDay) % minutesInDay) * minuteMs;
  return ends + aheadOf(wallClock(ends).minute, end) * minuteMs;
}

/** How many minutes one time of day is before another, by the shorter way around. */
function aheadOf(minute: number, other: number): number {
  const difference = (other - minute + minutesInDay) % minutesInDay;
  return difference > minutesInDay / 2 ? difference - minutesInDay : difference;
}

/** @returns when the customer's last message stops opening the inbox to anything; undefined where nothing opens or closes */
export function windowClosesAt({
  capabilities,
  lastInboundAt,
}: Pick<RoutedFacts, "capabilities" | "lastInboundAt">): number | undefined {
  if (!capabilities.window || lastInboundAt === undefined) return undefined;
  return Date.parse(lastInboundAt) + capabilities.window.hours * hourMs;
}

const isWindowOpen = (facts: RoutedFacts): boolean =>
  !facts.capabilities.window || facts.now < (windowClosesAt(facts) ?? 0);

/** Outside of the window, a person's answer may still go out for a while. @returns until when; undefined where it may not at all */
export function humanAgentEndsAt({
  capabilities,
  lastInboundAt,
}: Pick<RoutedFacts, "capabilities" | "lastInboundAt">): number | undefined {
  const hours = capabilities.window?.humanAgentHours;
  return hours === undefined || lastInboundAt === undefined ? undefined : Date.parse(lastInboundAt) + hours * hourMs;
}

/** A template needs no window at all. */
export function isForHumanAgent(facts: RoutedFacts): boolean {
  const { isAutomatic, template, now } = facts;
  return !isAutomatic && !template && !isWindowOpen(facts) && now < (humanAgentEndsAt(facts) ?? 0);
}

export function windowIsOpen(facts: RoutedFacts): Refusal | undefined {
  const { capabilities, template, templates, inboxId, lastInboundAt } = facts;
  if (isWindowOpen(facts) || isForHumanAgent(facts) || (template && capabilities.templates)) return undefined;
  const since =
    lastInboundAt === undefined
      ? `The customer has not written to "${inboxId}" yet`
      : `The customer last wrote to "${inboxId}" at ${lastInboundAt}`;
  const explanation = `${since}, and this channel lets us write freely for ${capabilities.window!.hours} hours after they do.`;
  const alternatives: Alternative[] = [{ kind: "wait-for-message", inboxId }];
  if (capabilities.templates && templates.length > 0)
    alternatives.unshift({ kind: "template", templateIds: templates.map(({ id }) => id) });
  return refuse("window-closed", explanation, ...alternatives);
}
