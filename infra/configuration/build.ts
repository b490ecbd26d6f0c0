import { channelCapabilities } from "../../shared/channels/registry.ts";
import type { Configuration, Pool, RoutingRule } from "../../shared/core/configuration.ts";
import type { Inbox, SpendCap } from "../../shared/core/inbox.ts";
import type { RoutingStep, SkillRequirement } from "../../shared/core/decision.ts";
import { digest } from "../../shared/core/ids.ts";
import { isCountry, prefixesOf } from "./countries.ts";
import { milliseconds } from "./duration.ts";
import type { HoursEntry, InboxEntry, RouterFile, RuleEntry } from "./schema.ts";

const defaults = {
  /** One unit at once and one more each time this has passed, for an agent who comes online (DESIGN invariant I5). */
  rampUp: "30 s",
  offerExpiresAfter: "60 s",
  maxWait: { urgent: "1 min", high: "5 min", normal: "15 min", low: "1 h" },
} as const;

/** Fills in the defaults and names the content by its digest. Expects a file that has been checked. */
export function buildConfiguration(file: RouterFile): Configuration {
  const maxWait = { ...defaults.maxWait, ...file.maxWait };
  const content: Omit<Configuration, "version"> = {
    schemaVersion: 1,
    defaultLanguage: file.defaultLanguage,
    languages: file.languages,
    inboxes: file.inboxes.map(buildInbox),
    channels: channelCapabilities(),
    hours: (file.hours ?? []).map(buildHours),
    pools: file.pools.map(buildPool),
    rules: (file.rules ?? []).map(buildRule),
    defaultQueueId: file.defaultQueue,
    maxWaitMs: {
      urgent: milliseconds(maxWait.urgent),
      high: milliseconds(maxWait.high),
      normal: milliseconds(maxWait.normal),
      low: milliseconds(maxWait.low),
    },
    replies: file.replies ?? {},
    templates: (file.templates ?? []).map(({ inboxes, parameters = [], ...rest }) => ({
      ...rest,
      parameters,
      inboxIds: inboxes,
    })),
    cannedReplies: (file.cannedReplies ?? []).map(({ queues, ...rest }) => ({ ...rest, queueIds: queues })),
  };
  return { ...content, version: digest(canonical(content)).slice(0, 12) };
}

const micros = (amount: number): number => Math.round(amount * 1_000_000);

function buildInbox({ countries, spendCap, ...inbox }: InboxEntry): Inbox {
  return {
    ...inbox,
    ...(countries && { countries: prefixesOf(countries.filter(isCountry)) }),
    ...(spendCap && { spendCap: buildSpendCap(spendCap) }),
  };
}

/** A price of a country holds for its numbers, and for no other's that begin as they do. */
function buildSpendCap({ perDay, currency, prices }: NonNullable<InboxEntry["spendCap"]>): SpendCap {
  const { default: otherwise, ...byCountry } = prices;
  const priceMicros = new Map([["", micros(otherwise)]]);
  for (const [country, price] of Object.entries(byCountry)) {
    for (const { prefix, allowed } of isCountry(country) ? prefixesOf([country]) : []) {
      if (allowed) priceMicros.set(prefix, micros(price));
      else if (!priceMicros.has(prefix)) priceMicros.set(prefix, micros(otherwise));
    }
  }
  return {
    perDayMicros: micros(perDay),
    currency,
    priceMicros: Array.from(priceMicros, ([prefix, each]) => ({ prefix, micros: each })),
  };
}

function buildHours({ week, holidays = [], ...hours }: HoursEntry): Configuration["hours"][number] {
  const days = Object.entries(week).map(([weekday, spans]) => [
    weekday,
    (spans ?? []).map((span): [string, string] => [span.slice(0, 5), span.slice(6)]),
  ]);
  return { ...hours, week: Object.fromEntries(days), holidays };
}

function buildPool(pool: RouterFile["pools"][number]): Pool {
  const allQueueIds = pool.queues.map(({ id }) => id);
  return {
    id: pool.id,
    rampUpMs: milliseconds(pool.rampUp ?? defaults.rampUp),
    queues: pool.queues.map(({ id, acceptance = "automatic", offerExpiresAfter = defaults.offerExpiresAfter }) => ({
      id,
      acceptance,
      offerExpiresAfterMs: milliseconds(offerExpiresAfter),
    })),
    agents: pool.agents.map(({ id, name = id, skills = {}, units, weights = {}, queues = allQueueIds }) => ({
      id,
      name,
      skills,
      units,
      weightByChannel: weights,
      queueIds: queues,
    })),
  };
}

function buildRule({ id, when = {}, do: actions, stop = false }: RuleEntry): RoutingRule {
  const { open, closed, ...conditions } = when;
  const hours = open ?? closed;
  const { skills, steps, ...rest } = actions;
  const relaxing = skills ? [{ skills }] : steps;
  return {
    id,
    when: { ...conditions, ...(hours === undefined ? {} : { open: { hours, is: open !== undefined } }) },
    do: { ...rest, ...(relaxing ? { steps: relaxing.map(buildStep) } : {}) },
    stop,
  };
}

function buildStep({ skills, expiresAfter }: { skills: Record<string, number>; expiresAfter?: string }): RoutingStep {
  const requirements = Object.entries(skills).map(([skill, level]): SkillRequirement => ({ skill, level }));
  return expiresAfter === undefined ? { requirements } : { requirements, expiresAfterMs: milliseconds(expiresAfter) };
}

/** JSON with keys in order, so that moving a key in the file doesn't make another version. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
