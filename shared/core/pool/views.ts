import { unitsFree } from "./agents.ts";
import { timestamp } from "./draft.ts";
import type { OpenConversation, PoolState } from "./model.ts";
import { takeBackPending } from "./state.ts";
import type { PoolView, PresenceStatus } from "./types.ts";
import type { Timestamp } from "../time.ts";

/** @returns the configuration whose roster the pool has; undefined before the first */
export function configurationOf(state: PoolState): string | undefined {
  takeBackPending(state);
  return state.roster?.configurationVersion;
}

/** @returns undefined when the conversation is not in the pool, or not any more */
export function viewOf(state: PoolState, conversationId: string): PoolView | undefined {
  takeBackPending(state);
  const conversation = state.conversations.get(conversationId);
  if (!conversation) return undefined;
  const { status, queueId, agentId, keeperId, offerId, expiresAt, version } = conversation;
  const offer = status === "offered" && offerId !== null ? { offerId } : {};
  const snoozed = status === "snoozed" ? { agentId: keeperId, snoozedUntil: timestamp(expiresAt) } : {};
  const enqueuedAt = timestamp(conversation.enqueuedAt);
  return { conversationId, status, queueId, agentId, ...offer, ...snoozed, enqueuedAt, version };
}

export interface QueueSummary {
  id: string;
  /** conversations that nobody has taken yet, offered ones among them */
  depth: number;
  /** how long the one that has waited longest has; 0 when none waits */
  oldestAgeMs: number;
  /** agents of the queue who are available and have a free unit */
  agentsAvailable: number;
}

/**
 * Every queue of the roster, and those that it lost while conversations wait in them. Costs what is open in the pool.
 *
 * @param now milliseconds since 1970
 */
export function queueSummaries(state: PoolState, now: number): QueueSummary[] {
  takeBackPending(state);
  const summaries = new Map<string, QueueSummary>();
  const summaryOf = (id: string): QueueSummary => {
    const summary = summaries.get(id) ?? { id, depth: 0, oldestAgeMs: 0, agentsAvailable: 0 };
    summaries.set(id, summary);
    return summary;
  };
  for (const id of state.queues.keys()) summaryOf(id);
  for (const { status, queueId, enqueuedAt } of state.conversations.values()) {
    if (status === "assigned" || status === "snoozed") continue;
    const summary = summaryOf(queueId);
    summary.depth += 1;
    summary.oldestAgeMs = Math.max(summary.oldestAgeMs, now - enqueuedAt);
  }
  for (const agent of state.agents.values()) {
    if (unitsFree(state, agent) <= 0) continue;
    for (const id of agent.profile.queueIds) summaryOf(id).agentsAvailable += 1;
  }
  return Array.from(summaries.values());
}

export interface OfferView {
  id: string;
  conversationId: string;
  queueId: string;
  channel: string;
  expiresAt: Timestamp;
}

/** Open offers of an agent, the one whose turn it was first to begin with. */
export function offersOf(state: PoolState, agentId: string): OfferView[] {
  takeBackPending(state);
  const held = Array.from(state.agents.get(agentId)?.conversations.values() ?? []);
  return held
    .filter(({ status }) => status === "offered")
    .toSorted((one, other) => one.key - other.key)
    .map(offerView);
}

const offerView = ({ id, offerId, queueId, channel, expiresAt }: OpenConversation): OfferView => ({
  id: offerId!,
  conversationId: id,
  queueId,
  channel,
  expiresAt: timestamp(expiresAt),
});

export interface AgentView {
  id: string;
  name: string;
  status: PresenceStatus;
  /** why they are away, in their own words */
  reason: string | null;
  units: number;
  /** by conversations and open offers; a supervisor's word may take it above `units` */
  unitsUsed: number;
  /** that the router may fill now */
  unitsFree: number;
}

export function agentViews(state: PoolState): AgentView[] {
  takeBackPending(state);
  return Array.from(state.agents.values(), (agent) => ({
    id: agent.profile.id,
    name: agent.profile.name,
    status: agent.presence,
    reason: agent.presenceReason ?? null,
    units: agent.profile.units,
    unitsUsed: agent.used,
    unitsFree: Math.max(0, unitsFree(state, agent)),
  }));
}

export interface OpenView {
  id: string;
  queueId: string;
  /** who holds it, is offered it or has set it aside */
  agentId: string | null;
  /** milliseconds since 1970 */
  enqueuedAt: number;
}

/** All that is open, in no order. */
export function openConversations(state: PoolState): OpenView[] {
  takeBackPending(state);
  return Array.from(state.conversations.values(), ({ id, queueId, agentId, keeperId, enqueuedAt }) => ({
    id,
    queueId,
    agentId: agentId ?? keeperId,
    enqueuedAt,
  }));
}
