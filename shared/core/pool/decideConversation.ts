import { weightOf } from "./agents.ts";
import {
  absence,
  coolDownOf,
  emit,
  endOffer,
  relax,
  staleness,
  timestamp,
  waitAgain,
  type Draft,
  type EventOf,
  type Refusal,
} from "./draft.ts";
import { handOver, homeOf } from "./decideElsewhere.ts";
import { wake } from "./decideSnooze.ts";
import { place, serve } from "./match.ts";
import type { OpenConversation, PoolState } from "./model.ts";
import { closedVersion } from "./state.ts";
import type { Holding } from "./types.ts";

/**
 * A queue that the roster does not have is no reason to lose a conversation: during a deploy routing may know a queue
 * before the pool does. It waits there until the roster has it.
 */
export function enqueue(draft: Draft, event: EventOf<"enqueue">): Refusal {
  const { state, maxWaitMs } = draft;
  const { conversationId, version, queueId, steps, channel, priority, slaDueAt } = event;
  const open = state.conversations.get(conversationId);
  if (version <= (open?.version ?? closedVersion(state, conversationId) ?? -1)) return undefined;
  if (open) {
    emit(draft, { kind: "seen", conversationId, version });
    if (open.status === "snoozed") wake(draft, state.conversations.get(conversationId)!);
    return undefined;
  }
  const receivedAt = Math.min(Date.parse(event.receivedAt), state.now);
  const enqueuedAt = receivedAt === state.now ? timestamp(receivedAt) : event.receivedAt;
  const slaDue = slaDueAt === undefined ? Infinity : Date.parse(slaDueAt);
  const key = Math.min(slaDue, receivedAt + maxWaitMs[priority]);
  emit(draft, { kind: "waiting", conversationId, version, queueId, steps, channel, enqueuedAt, key });
  if (leaveAgain(draft, conversationId, event.heldBy)) return undefined;
  relax(draft, conversationId);
  enter(draft, conversationId, event.heldBy);
  return undefined;
}

/** What was held in another pool stays with who held it, be they full or away, as it did there: marked as forced. */
function enter(draft: Draft, conversationId: string, heldBy: Holding | undefined): void {
  const { state } = draft;
  const conversation = state.conversations.get(conversationId)!;
  const { agentId, until } = heldBy ?? {};
  const ends = until === undefined ? Infinity : Date.parse(until);
  if (agentId === undefined || !state.agents.has(agentId) || ends <= state.now) place(draft, conversationId);
  else if (until === undefined) force(draft, conversation, agentId);
  else emit(draft, { kind: "snoozed", conversationId, agentId, until: ends, version: conversation.version });
}

/** Where the queue is another pool's, or this pool has none any more: it does not stay. */
function leaveAgain(draft: Draft, conversationId: string, heldBy: Holding | undefined): boolean {
  const { roster, conversations } = draft.state;
  const conversation = conversations.get(conversationId)!;
  const { queueId: asked } = conversation;
  if (!roster || (roster.queues.length > 0 && !Object.hasOwn(roster.elsewhere ?? {}, asked))) return false;
  const { poolId, queueId } = homeOf(roster, asked);
  if (poolId !== undefined) handOver(draft, conversation, { poolId, queueId }, heldBy);
  return poolId !== undefined;
}

export function resolve(draft: Draft, { conversationId, version }: EventOf<"resolve">): Refusal {
  const { state } = draft;
  const conversation = state.conversations.get(conversationId);
  if (conversation) {
    const refusal = staleness(conversation, version);
    if (refusal === undefined) release(draft, conversation, { as: "resolved", version });
    return refusal;
  }
  const isResolved = version <= (closedVersion(state, conversationId) ?? -1);
  return isResolved ? undefined : absence(state, conversationId);
}

export function withdraw(draft: Draft, { conversationId, version, reason }: EventOf<"withdraw">): void {
  const conversation = draft.state.conversations.get(conversationId);
  if (!conversation || version < conversation.version) return;
  release(draft, conversation, { as: "withdrawn", version, reason });
}

function release(
  draft: Draft,
  conversation: OpenConversation,
  how: { as: "resolved" | "withdrawn"; version: number; reason?: string },
): void {
  const { id: conversationId, agentId } = conversation;
  if (conversation.status === "offered") endOffer(draft, conversation, "withdrawn");
  emit(draft, { kind: "released", conversationId, agentId, ...how });
  if (agentId !== null) serve(draft, agentId);
}

export function transfer(draft: Draft, { conversationId, version, to }: EventOf<"transfer">): Refusal {
  const { state } = draft;
  const conversation = state.conversations.get(conversationId);
  if (!conversation) return absence(state, conversationId);
  const refusal = staleness(conversation, version) ?? problemWithTarget(state, to);
  if (refusal) return refusal;
  const { status, agentId: before } = conversation;
  if (status === "assigned" && to.agentId === before) return undefined;
  if (status === "offered") endOffer(draft, conversation, "withdrawn");
  if (status === "assigned") {
    emit(draft, { kind: "released", conversationId, agentId: before, as: "transferred", version });
  }
  waitAgain(draft, conversation, {
    version,
    queueId: to.queueId ?? conversation.queueId,
    steps: to.skills ? [{ requirements: to.skills }] : conversation.steps,
    ...(status === "assigned" && { coolDown: coolDownOf(draft, before!) }),
  });
  if (to.agentId === undefined) place(draft, conversationId);
  else force(draft, conversation, to.agentId);
  if (before !== null) serve(draft, before);
  return undefined;
}

function problemWithTarget(state: PoolState, { queueId, agentId }: EventOf<"transfer">["to"]): Refusal {
  if (queueId !== undefined && !state.queues.has(queueId)) return `Queue ${queueId} is not in pool ${state.poolId}.`;
  if (agentId === undefined) return undefined;
  const agent = state.agents.get(agentId);
  if (!agent) return `Agent ${agentId} is not in pool ${state.poolId}.`;
  return agent.presence === "offline"
    ? `Agent ${agentId} is offline, and nobody would answer: choose another.`
    : undefined;
}

/** By a supervisor's word: it may exceed the agent's units, is marked, and leaves no room for more until there is some. */
function force(draft: Draft, { id: conversationId, channel }: OpenConversation, agentId: string): void {
  const { profile } = draft.state.agents.get(agentId)!;
  emit(draft, { kind: "assigned", conversationId, agentId, weight: weightOf(profile, channel), forced: true });
}
