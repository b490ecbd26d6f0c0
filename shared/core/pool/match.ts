import { weightOf } from "./agents.ts";
import { emit, type Draft } from "./draft.ts";
import { Heap, outside } from "./heap.ts";
import { firstWaitingFor, longestIdleFor } from "./lines.ts";
import type { OpenConversation, PoolAgent, WaitingLine } from "./model.ts";
import { derivedId } from "../ids.ts";

/** Assigns or offers it, as its queue accepts. */
export function give(draft: Draft, conversation: OpenConversation, agent: PoolAgent): void {
  const { id: conversationId, queueId, channel } = conversation;
  const { id: agentId } = agent.profile;
  const weight = weightOf(agent.profile, channel);
  const queue = draft.state.queues.get(queueId);
  if (queue?.acceptance !== "manual") {
    emit(draft, { kind: "assigned", conversationId, agentId, weight, forced: false });
    return;
  }
  const offerId = derivedId("ofr", draft.entryId, String(draft.outcomes.length));
  const expiresAt = draft.state.now + queue.offerExpiresAfterMs;
  emit(draft, { kind: "offered", conversationId, agentId, offerId, weight, expiresAt });
}

/** Gives a waiting conversation to the longest idle of those who can take it. @returns whether there was one */
export function place(draft: Draft, conversationId: string): boolean {
  const conversation = draft.state.conversations.get(conversationId);
  if (conversation?.status !== "waiting") return false;
  const agent = longestIdleFor(draft.state, conversation);
  if (agent) give(draft, conversation, agent);
  return agent !== undefined;
}

/** Gives an agent who has become free what waits longest, as long as there is room: nobody else could take it before. */
export function serve(draft: Draft, agentId: string): void {
  const agent = draft.state.agents.get(agentId);
  if (!agent) return;
  for (let first = firstWaitingFor(draft.state, agent); first; first = firstWaitingFor(draft.state, agent)) {
    give(draft, first, agent);
  }
}

interface Turn {
  line: WaitingLine;
  position: number;
}

/**
 * Matches several lines at once: always the conversation whose turn it is, to the longest idle who can take it, until no
 * conversation of these lines and no agent fit together. Costs what it gives and the number of lines, not how many wait.
 */
export function settle(draft: Draft, lines: Iterable<WaitingLine>): void {
  const turns = new Heap<Turn>({
    keyOf: ({ line }) => line.waiting.firstKey,
    idOf: ({ line }) => line.waiting.peek()!.id,
  });
  for (const line of lines) if (line.waiting.size > 0) turns.push({ line, position: outside });
  const passedOver: OpenConversation[] = [];
  for (let turn = turns.peek(); turn; turn = turns.peek()) {
    const { waiting } = turn.line;
    const head = waiting.peek()!;
    const isPlaced = place(draft, head.id);
    // Where nobody has room for the line, nobody is left for its others; who only cools down may still take these.
    const isCoolingDown = !isPlaced && head.coolDowns.length > 0;
    if (isCoolingDown) {
      waiting.remove(head);
      passedOver.push(head);
    }
    if (waiting.size > 0 && (isPlaced || isCoolingDown)) turns.reorder(turn);
    else turns.remove(turn);
  }
  for (const conversation of passedOver) conversation.line!.waiting.push(conversation);
}
