import { nextGrant } from "./agents.ts";
import { outside } from "./heap.ts";
import type { OpenConversation, PoolAgent, PoolState, Timer } from "./model.ts";

export const dueOrder = {
  keyOf: ({ due }: Timer): number => due,
  idOf: ({ id }: Timer): string => id,
};

/** @returns index of the step that holds at `now`: the last one has no end, whatever it says */
export function stepAt({ steps, enqueuedAt }: Pick<OpenConversation, "steps" | "enqueuedAt">, now: number): number {
  const holds = steps.findIndex(({ expiresAfterMs = Infinity }) => now < enqueuedAt + expiresAfterMs);
  return holds === -1 ? steps.length - 1 : holds;
}

/** A moment that is due stays due until an outcome has dealt with it; the end of a cool-down needs none. */
function nextMoment(state: PoolState, conversation: OpenConversation): number {
  if (conversation.status === "offered" || conversation.status === "snoozed") return conversation.expiresAt;
  if (conversation.status === "assigned") return Infinity;
  const { steps, step, enqueuedAt, coolDowns } = conversation;
  let next = step < steps.length - 1 ? enqueuedAt + (steps[step]!.expiresAfterMs ?? Infinity) : Infinity;
  for (const { until } of coolDowns) if (until > state.now && until < next) next = until;
  return next;
}

export function armConversation(state: PoolState, conversation: OpenConversation): void {
  conversation.timer = armed(
    state,
    conversation.timer,
    nextMoment(state, conversation),
    conversation.id,
    "conversation",
  );
}

export function armAgent(state: PoolState, agent: PoolAgent): void {
  agent.timer = armed(state, agent.timer, nextGrant(state, agent) ?? Infinity, agent.profile.id, "agent");
}

export function disarm(state: PoolState, holder: { timer: Timer | null }): void {
  if (holder.timer && holder.timer.position !== outside) state.timers.remove(holder.timer);
  holder.timer = null;
}

function armed(state: PoolState, before: Timer | null, due: number, id: string, kind: Timer["kind"]): Timer | null {
  if (before?.due === due && before.position !== outside) return before;
  if (before && before.position !== outside) state.timers.remove(before);
  if (due === Infinity) return null;
  const timer: Timer = { due, id, kind, position: outside };
  state.timers.push(timer);
  return timer;
}
