import type { PoolAgent, PoolState } from "./model.ts";
import type { AgentProfile } from "./types.ts";

/** Units that a conversation of this channel takes of this agent, where the profile names none. */
const defaultWeight = 1;

/** Above every idle mark: who has work comes after everybody who has none. */
const atWork = 2 ** 48;

export const weightOf = (profile: AgentProfile, channel: string): number =>
  profile.weightByChannel[channel] ?? defaultWeight;

/**
 * Units that the agent may be given now, free or not: all of them, or, while ramping up, one more per `rampUpMs` since
 * becoming available, the first at once. So a night's backlog does not land on whoever comes first.
 */
export function unitsOpen(state: PoolState, agent: PoolAgent): number {
  const { units } = agent.profile;
  const rampUpMs = state.roster?.rampUpMs ?? 0;
  return rampUpMs === 0 ? units : Math.min(units, 1 + Math.floor((state.now - agent.availableSince) / rampUpMs));
}

/** Units that can be assigned or offered now; 0 or less when the agent is full, away or offline. */
export const unitsFree = (state: PoolState, agent: PoolAgent): number =>
  agent.presence === "available" ? unitsOpen(state, agent) - agent.used : 0;

/** @returns when ramp-up opens the next unit, milliseconds since 1970; undefined when all are open or none will be */
export function nextGrant(state: PoolState, agent: PoolAgent): number | undefined {
  const rampUpMs = state.roster?.rampUpMs ?? 0;
  if (agent.presence !== "available" || unitsOpen(state, agent) >= agent.profile.units) return undefined;
  return agent.availableSince + unitsOpen(state, agent) * rampUpMs;
}

/**
 * The agent's place among candidates, lowest first, if there is room. Agents without work come first, whoever has been so
 * longest; then those with work, whoever got the last of it longest ago.
 */
export const rankOf = (agent: PoolAgent): number =>
  agent.conversations.size === 0 ? agent.idleMark : atWork + agent.idleMark;
