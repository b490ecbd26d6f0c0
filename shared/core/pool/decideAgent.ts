import { handOver, homeOf, type Home } from "./decideElsewhere.ts";
import { emit, endOffer, waitAgain, type Draft, type EventOf, type Refusal } from "./draft.ts";
import { waitsBefore } from "./lines.ts";
import { place, serve, settle } from "./match.ts";
import type { OpenConversation, PoolState } from "./model.ts";
import type { Roster } from "./types.ts";
import { limits } from "../limits.ts";

/**
 * Takes another roster. While a deploy replaces one function after the other, those that are still old would bring their
 * roster back with each command: one that was replaced a moment ago is left where it is.
 */
export function configure(draft: Draft, { roster }: EventOf<"configure">): void {
  const { state } = draft;
  const version = roster.configurationVersion;
  const replacedAt = state.retired.get(version);
  const isHeldBack = replacedAt !== undefined && replacedAt + limits.configurationHoldMs > state.now;
  if (version === state.roster?.configurationVersion || isHeldBack) return;
  leaveForOtherPools(draft, roster);
  const staying = new Set(roster.agents.map(({ id }) => id));
  for (const [agentId, { conversations }] of state.agents) {
    if (staying.has(agentId)) continue;
    const reason = `${agentId} is not on the roster of configuration ${version}.`;
    for (const conversation of inOrder(conversations.values())) takeBack(draft, conversation, reason);
  }
  emit(draft, { kind: "configured", roster });
  leaveLostQueues(draft, roster);
  settle(draft, state.lines.values());
}

/** Before its agents leave the pool as well: who held it may be in the other one. */
function leaveForOtherPools(draft: Draft, roster: Roster): void {
  const homes = new Map<OpenConversation, Required<Home>>();
  for (const conversation of draft.state.conversations.values()) {
    const { poolId, queueId } = homeOf(roster, conversation.queueId);
    if (poolId !== undefined) homes.set(conversation, { poolId, queueId });
  }
  for (const conversation of inOrder(homes.keys())) handOver(draft, conversation, homes.get(conversation)!);
}

/** A conversation whose queue is gone would be nobody's: it goes on in the default queue. */
function leaveLostQueues(draft: Draft, roster: Roster): void {
  const { state } = draft;
  const lost = inOrder(Array.from(state.conversations.values()).filter(({ queueId }) => !state.queues.has(queueId)));
  for (const conversation of lost) {
    const { queueId } = homeOf(roster, conversation.queueId);
    if (queueId === conversation.queueId) continue;
    if (conversation.status === "offered") endOffer(draft, conversation, "withdrawn");
    emit(draft, { kind: "moved", conversationId: conversation.id, queueId });
  }
}

const inOrder = (conversations: Iterable<OpenConversation>): OpenConversation[] =>
  Array.from(conversations).toSorted((one, other) => (waitsBefore(one, other) ? -1 : 1));

/** Its agent leaves the pool: it waits again. */
function takeBack(draft: Draft, conversation: OpenConversation, reason: string): void {
  if (conversation.status === "offered") return endOffer(draft, conversation, "withdrawn");
  const { id: conversationId, agentId, version } = conversation;
  emit(draft, { kind: "released", conversationId, agentId, as: "transferred", version, reason });
  waitAgain(draft, conversation, {});
}

/** Who leaves keeps conversations and loses open offers to the others. */
export function setPresence(draft: Draft, { agentId, status, reason }: EventOf<"presence">): Refusal {
  const agent = draft.state.agents.get(agentId);
  if (!agent) return `Agent ${agentId} is not in pool ${draft.state.poolId}.`;
  const isSame = agent.presence === status;
  if (isSame && agent.presenceReason === reason) return undefined;
  emit(draft, { kind: "presence", agentId, status, ...(reason !== undefined && { reason }) });
  if (isSame) return undefined;
  if (status === "available") {
    serve(draft, agentId);
    return undefined;
  }
  const offered = inOrder(agent.conversations.values()).filter((conversation) => conversation.status === "offered");
  for (const conversation of offered) endOffer(draft, conversation, "withdrawn");
  for (const { id } of offered) place(draft, id);
  return undefined;
}

export function accept(draft: Draft, { offerId, agentId }: EventOf<"accept">): Refusal {
  const conversation = offerTo(draft.state, agentId, offerId);
  if (!conversation) return noOffer(offerId, agentId);
  if (conversation.status === "assigned") return undefined;
  const { id: conversationId, weight } = conversation;
  emit(draft, { kind: "offerEnded", conversationId, agentId, offerId, as: "accepted" });
  emit(draft, { kind: "assigned", conversationId, agentId, weight, forced: false });
  return undefined;
}

export function reject(draft: Draft, { offerId, agentId }: EventOf<"reject">): Refusal {
  const conversation = offerTo(draft.state, agentId, offerId);
  if (conversation?.status !== "offered") return noOffer(offerId, agentId);
  endOffer(draft, conversation, "rejected");
  place(draft, conversation.id);
  serve(draft, agentId);
  return undefined;
}

/** Finds an accepted offer too: an answer whose response was lost comes twice. */
function offerTo(state: PoolState, agentId: string, offerId: string): OpenConversation | undefined {
  const held = Array.from(state.agents.get(agentId)?.conversations.values() ?? []);
  return held.find((conversation) => conversation.offerId === offerId);
}

const noOffer = (offerId: string, agentId: string): string => `${agentId} has no open offer ${offerId}: it has ended.`;
