import { applyOutcome } from "./apply.ts";
import type { OpenConversation, PoolState } from "./model.ts";
import { stepAt } from "./timers.ts";
import type { CoolDown, PoolEvent, PoolOutcome } from "./types.ts";
import type { Priority, RoutingStep } from "../decision.ts";
import { limits } from "../limits.ts";

/** A decision in the making: each outcome is applied at once, so that what follows sees it. */
export interface Draft {
  readonly state: PoolState;
  readonly entryId: string;
  readonly maxWaitMs: Record<Priority, number>;
  readonly outcomes: PoolOutcome[];
}

export type EventOf<Kind extends PoolEvent["kind"]> = Extract<PoolEvent, { kind: Kind }>;

/** Why an event was refused; undefined when it was done, or has been known already. */
export type Refusal = string | undefined;

export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();

export function emit({ state, outcomes }: Draft, outcome: PoolOutcome): void {
  outcomes.push(outcome);
  applyOutcome(state, outcome);
}

/** Lets the requirements of now hold, whichever held when it last waited. */
export function relax(draft: Draft, conversationId: string): void {
  const conversation = draft.state.conversations.get(conversationId)!;
  const step = stepAt(conversation, draft.state.now);
  if (step > conversation.step) emit(draft, { kind: "relaxed", conversationId, step });
}

/** The conversation waits again. Who rejected it or let it lapse isn't asked again at once. */
export function endOffer(draft: Draft, conversation: OpenConversation, as: "rejected" | "lapsed" | "withdrawn"): void {
  const { id: conversationId } = conversation;
  const agentId = conversation.agentId!;
  const ended: PoolOutcome = { kind: "offerEnded", conversationId, agentId, offerId: conversation.offerId!, as };
  emit(draft, as === "withdrawn" ? ended : { ...ended, coolDown: coolDownOf(draft, agentId) });
  relax(draft, conversationId);
}

export const coolDownOf = ({ state }: Draft, agentId: string): CoolDown => ({
  agentId,
  until: state.now + limits.offerCoolDownMs,
});

interface Change {
  queueId?: string;
  steps?: readonly RoutingStep[];
  version?: number;
  coolDown?: CoolDown;
}

/** It waits, elsewhere or anew, with the place in the order that it had. Held until now, its steps begin again. */
export function waitAgain(draft: Draft, conversation: OpenConversation, change: Change): void {
  const { id: conversationId, channel, key, status } = conversation;
  const { queueId, steps, version } = { ...conversation, ...change };
  const enqueuedAt = timestamp(status === "assigned" ? draft.state.now : conversation.enqueuedAt);
  const coolDown = change.coolDown && { coolDown: change.coolDown };
  const place = { conversationId, version, queueId, steps: [...steps], channel, enqueuedAt, key, ...coolDown };
  emit(draft, { kind: "waiting", ...place });
  relax(draft, conversationId);
}

/** A command on less than the newest message that the pool has seen was given without knowing of it. */
export function staleness(conversation: OpenConversation, version: number): Refusal {
  if (version >= conversation.version) return undefined;
  return `${conversation.id} is at version ${conversation.version}, and this speaks of version ${version}: read it again.`;
}

export const absence = (state: PoolState, conversationId: string): string =>
  `${conversationId} is not open in pool ${state.poolId}.`;
