import * as fc from "fast-check";
import type { OpenConversation, PoolState } from "../../../shared/core/pool/model.ts";
import type { AgentProfile, PoolEvent, PresenceStatus, Roster } from "../../../shared/core/pool/types.ts";
import { agentProfile, maxWaitMs, minute, queueProfile, second, start } from "./support.ts";

/*
 * Random histories of a small pool: few names, so that events meet. What is checked afterwards is computed here from the
 * conversations alone, by plain loops that know nothing of waiting lines, ranks and timers.
 */

const names = ["a", "b", "c", "d"];
const queueIds = ["general", "sales"];
const channels = ["sms", "email"];
const conversationIds = Array.from({ length: 12 }, (_, index) => `c${index}`);

const skills = fc.dictionary(fc.constantFrom("de", "en", "billing"), fc.integer({ min: 1, max: 5 }), { maxKeys: 3 });

const profile: fc.Arbitrary<AgentProfile> = fc
  .record({
    id: fc.constantFrom(...names),
    skills,
    units: fc.integer({ min: 1, max: 4 }),
    queueIds: fc.uniqueArray(fc.constantFrom(...queueIds), { minLength: 1 }),
    weightByChannel: fc.constantFrom<Record<string, number>[]>({}, { email: 2 }, { email: 3, sms: 2 }),
  })
  .map(({ id, ...rest }) => agentProfile(id, rest));

export const roster: fc.Arbitrary<Roster> = fc.record({
  configurationVersion: fc.constantFrom("1", "2", "3"),
  agents: fc.uniqueArray(profile, { selector: ({ id }) => id, minLength: 1 }),
  queues: fc.constantFrom(
    [queueProfile("general"), queueProfile("sales")],
    [queueProfile("general", { acceptance: "manual" }), queueProfile("sales")],
    [queueProfile("general", { acceptance: "manual" }), queueProfile("sales", { acceptance: "manual" })],
  ),
  rampUpMs: fc.constantFrom(0, 0, 30 * second),
});

const requirements = fc.array(
  fc.record({ skill: fc.constantFrom("de", "en", "billing", "zh"), level: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 2 },
);

const steps = fc
  .array(fc.record({ requirements, expiresAfterMs: fc.constantFrom(0, 20 * second, minute) }), { maxLength: 2 })
  .chain((before) => requirements.map((last) => [...before, { requirements: last }]));

const conversationId = fc.constantFrom(...conversationIds);
const version = fc.integer({ min: 1, max: 4 });
const agentId = fc.constantFrom(...names);

/** Stands for an offer that is open when the event's turn comes. */
export interface Answer {
  kind: "answer";
  as: "accept" | "reject";
  nth: number;
}

export type Planned = PoolEvent | Answer;

const enqueue = fc.record({
  kind: fc.constant("enqueue" as const),
  conversationId,
  version,
  queueId: fc.constantFrom(...queueIds, "unknown"),
  steps,
  priority: fc.constantFrom(...(Object.keys(maxWaitMs) as (keyof typeof maxWaitMs)[])),
  channel: fc.constantFrom(...channels),
  receivedAt: fc.integer({ min: -20, max: 20 }).map((minutes) => new Date(start + minutes * minute).toISOString()),
});

const target = fc.oneof(
  fc.record({ queueId: fc.constantFrom(...queueIds, "unknown") }),
  fc.record({ agentId }),
  fc.record({ skills: requirements }),
  fc.record({ queueId: fc.constantFrom(...queueIds), skills: requirements }),
);

const statuses: PresenceStatus[] = ["available", "available", "available", "away", "offline"];

const minutesLater = (minutes: number | null): string | null =>
  minutes === null ? null : new Date(start + minutes * minute).toISOString();

export const planned: fc.Arbitrary<Planned> = fc.oneof(
  { weight: 10, arbitrary: enqueue },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("presence" as const),
      agentId,
      status: fc.constantFrom(...statuses),
      reason: fc.constantFrom(undefined, undefined, "lunch", "meeting"),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("snooze" as const),
      conversationId,
      version,
      until: fc.constantFrom(null, 1, 10, 20, 30, 60).map(minutesLater),
      by: fc.constant("x"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("resolve" as const), conversationId, version, by: fc.constant("x") }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      as: fc.constantFrom("accept", "reject"),
      nth: fc.nat(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("transfer" as const),
      conversationId,
      version,
      by: fc.constant("x"),
      to: target,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("withdraw" as const), conversationId, version, reason: fc.constant("x") }),
  },
  { weight: 1, arbitrary: roster.map((one) => ({ kind: "configure" as const, roster: one })) },
  { weight: 2, arbitrary: fc.constant({ kind: "sweep" as const }) },
);

export interface Batch {
  afterMs: number;
  events: Planned[];
  /** another writer's batch comes first, and this one, whose clock was ahead at first, is decided again */
  conflict: { events: Planned[]; aheadMs: number } | null;
}

const events = fc.array(planned, { minLength: 1, maxLength: 5 });

export const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 0, second, 20 * second, 45 * second, 5 * minute),
    events,
    conflict: fc.option(fc.record({ events, aheadMs: fc.constantFrom(0, second, minute) }), { freq: 3 }),
  }),
  { minLength: 5, maxLength: 40 },
);

/** Puts real offers in the place of answers. */
export function concrete(state: PoolState, plan: Planned[]): PoolEvent[] {
  const offered = Array.from(state.conversations.values())
    .filter(({ status }) => status === "offered")
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return plan.map((event) => {
    if (event.kind !== "answer") return event;
    const { offerId, agentId: asked } = offered[event.nth % Math.max(1, offered.length)] ?? {};
    return { kind: event.as, offerId: offerId ?? "ofr_none", agentId: asked ?? "a" };
  });
}

/** @returns units that an agent's conversations and offers take, added up */
export function unitsHeld(state: PoolState, id: string): number {
  let held = 0;
  for (const { agentId: holder, weight } of state.conversations.values()) if (holder === id) held += weight;
  return held;
}

/** @returns units that the router may fill, by presence and ramp-up */
export function unitsAllowed(state: PoolState, id: string): number {
  const agent = state.agents.get(id);
  if (agent?.presence !== "available") return 0;
  const { rampUpMs } = state.roster!;
  const granted = rampUpMs === 0 ? Infinity : 1 + Math.floor((state.now - agent.availableSince) / rampUpMs);
  return Math.min(agent.profile.units, granted);
}

const weightFor = (agent: AgentProfile, channel: string): number => agent.weightByChannel[channel] ?? 1;

export function isAdmissible(state: PoolState, agent: AgentProfile, conversation: OpenConversation): boolean {
  const { queueId, channel, coolDowns, enqueuedAt } = conversation;
  const waited = state.now - enqueuedAt;
  const holding =
    conversation.steps.find(({ expiresAfterMs }) => expiresAfterMs === undefined || waited < expiresAfterMs) ??
    conversation.steps.at(-1)!;
  return (
    agent.queueIds.includes(queueId) &&
    holding.requirements.every(({ skill, level }) => (agent.skills[skill] ?? 0) >= level) &&
    !coolDowns.some(({ agentId: cooling, until }) => cooling === agent.id && until > state.now) &&
    unitsHeld(state, agent.id) + weightFor(agent, channel) <= unitsAllowed(state, agent.id)
  );
}

/** Invariant I5: @returns pairs of a waiting conversation and an agent who could take it */
export function idleHands(state: PoolState): string[] {
  const pairs: string[] = [];
  for (const conversation of state.conversations.values()) {
    if (conversation.status !== "waiting") continue;
    for (const { profile: agent } of state.agents.values()) {
      if (isAdmissible(state, agent, conversation)) pairs.push(`${conversation.id} and ${agent.id}`);
    }
  }
  return pairs;
}
