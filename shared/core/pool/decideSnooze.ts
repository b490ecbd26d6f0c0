import { unitsFree, weightOf } from "./agents.ts";
import { absence, emit, staleness, waitAgain, type Draft, type EventOf, type Refusal } from "./draft.ts";
import { give, place, serve } from "./match.ts";
import type { OpenConversation } from "./model.ts";

/** Who holds it sets it aside: it is nobody's work until it is time, or until the customer writes. */
export function snooze(draft: Draft, { conversationId, version, until, by }: EventOf<"snooze">): Refusal {
  const { state } = draft;
  const conversation = state.conversations.get(conversationId);
  if (!conversation) return absence(state, conversationId);
  const refusal = staleness(conversation, version);
  if (refusal) return refusal;
  if (until === null) {
    if (conversation.status === "snoozed") wake(draft, conversation);
    return undefined;
  }
  const { status, agentId } = conversation;
  const keeperId = status === "snoozed" ? conversation.keeperId : agentId;
  if (keeperId === null || status === "offered") return `Nobody holds ${conversationId}, so ${by} can't set it aside.`;
  const ends = Date.parse(until);
  if (ends <= state.now) return `${until} is over already.`;
  if (status === "snoozed" && conversation.expiresAt === ends) return undefined;
  emit(draft, { kind: "snoozed", conversationId, agentId: keeperId, until: ends, version });
  if (agentId !== null) serve(draft, agentId);
  return undefined;
}

/** It waits again with the place in the order that it had; who set it aside gets it back where they have room. */
export function wake(draft: Draft, conversation: OpenConversation): void {
  const { id, channel, keeperId } = conversation;
  waitAgain(draft, conversation, {});
  const keeper = keeperId === null ? undefined : draft.state.agents.get(keeperId);
  if (keeper && unitsFree(draft.state, keeper) >= weightOf(keeper.profile, channel))
    give(draft, draft.state.conversations.get(id)!, keeper);
  else place(draft, id);
}
