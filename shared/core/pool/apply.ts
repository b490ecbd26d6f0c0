import type { OpenConversation, PoolState } from "./model.ts";
import {
  changeAgent,
  changeConversation,
  passTime,
  pruneClosed,
  putClosed,
  putConversation,
  putRoster,
  removeConversation,
  takeBackPending,
  touchAgent,
} from "./state.ts";
import type { CoolDown, PoolEntry, PoolOutcome } from "./types.ts";

/** The log and this state do not belong together, or a newer version wrote what this one can't read. */
export class PoolLogError extends Error {
  override name = "PoolLogError";
}

/**
 * Takes the state from before an entry to after it, by its outcomes alone: what another version decided is applied, never
 * decided again.
 *
 * @throws PoolLogError when the entry is not the next one, or not readable
 */
export function applyEntry(state: PoolState, entry: PoolEntry): void {
  const { poolId, sequence } = entry;
  const isDecidedHere = state.pending?.entry === entry;
  if (isDecidedHere) state.pending = null;
  else takeBackPending(state);
  if (poolId !== state.poolId || sequence !== state.sequence + 1) {
    throw new PoolLogError(`Entry ${sequence} of ${poolId} can't follow entry ${state.sequence} of ${state.poolId}.`);
  }
  if (entry.spilledTo)
    throw new PoolLogError(`Entry ${sequence} of ${poolId} is in ${entry.spilledTo}: read that first.`);
  if (!isDecidedHere) {
    passTime(state, Date.parse(entry.at));
    for (const outcome of entry.outcomes) applyOutcome(state, outcome);
  }
  state.sequence = sequence;
  pruneClosed(state);
}

/** One step of the fold; `state.now` is the entry's time. */
export function applyOutcome(state: PoolState, outcome: PoolOutcome): void {
  switch (outcome.kind) {
    case "configured":
      return putRoster(state, outcome.roster);
    case "waiting":
      return applyWaiting(state, outcome);
    case "seen":
      return changeConversation(state, known(state, outcome.conversationId), { version: outcome.version });
    case "relaxed":
      return putConversation(state, { ...known(state, outcome.conversationId), step: outcome.step });
    case "moved":
      return putConversation(state, { ...known(state, outcome.conversationId), queueId: outcome.queueId });
    case "offered":
      return applyOffered(state, outcome);
    case "offerEnded":
      return applyOfferEnded(state, outcome);
    case "assigned":
      return applyAssigned(state, outcome);
    case "released":
      return applyReleased(state, outcome);
    case "snoozed":
      return applySnoozed(state, outcome);
    case "presence":
      return applyPresence(state, outcome);
    case "refused":
      return;
    default:
      throw new PoolLogError(
        `The log of ${state.poolId} has an outcome ${(outcome as { kind: string }).kind}, which a newer version wrote.`,
      );
  }
}

type OutcomeOf<Kind extends PoolOutcome["kind"]> = Extract<PoolOutcome, { kind: Kind }>;

const free = { agentId: null, offerId: null, weight: 0, expiresAt: 0, keeperId: null, forced: false } as const;

function known(state: PoolState, conversationId: string): OpenConversation {
  const conversation = state.conversations.get(conversationId);
  if (conversation) return conversation;
  throw new PoolLogError(`The log of ${state.poolId} names ${conversationId}, which is not in the pool.`);
}

function applyWaiting(state: PoolState, outcome: OutcomeOf<"waiting">): void {
  const { conversationId: id, version, queueId, steps, channel, key, coolDown } = outcome;
  const before = state.conversations.get(id);
  putConversation(state, {
    id,
    version,
    queueId,
    channel,
    steps,
    step: 0,
    enqueuedAt: Date.parse(outcome.enqueuedAt),
    key,
    status: "waiting",
    ...free,
    coolDowns: coolDownsWith(state, before, coolDown),
  });
  putClosed(state, id, undefined);
}

const noCoolDowns: readonly CoolDown[] = [];

function coolDownsWith(
  state: PoolState,
  conversation: OpenConversation | undefined,
  added: CoolDown | undefined,
): readonly CoolDown[] {
  if (!added && !conversation?.coolDowns.length) return noCoolDowns;
  const others = (conversation?.coolDowns ?? noCoolDowns).filter(
    ({ agentId, until }) => until > state.now && agentId !== added?.agentId,
  );
  return added ? [...others, added] : others;
}

function applyOffered(state: PoolState, outcome: OutcomeOf<"offered">): void {
  const { conversationId, agentId, offerId, weight, expiresAt } = outcome;
  const offer = { status: "offered", agentId, offerId, weight, expiresAt } as const;
  changeConversation(state, known(state, conversationId), offer);
  touchAgent(state, agentId);
}

/** An accepted offer stays until the assignment that follows it in the same entry. */
function applyOfferEnded(state: PoolState, { conversationId, as, coolDown }: OutcomeOf<"offerEnded">): void {
  const conversation = known(state, conversationId);
  if (as === "accepted") return;
  const coolDowns = coolDownsWith(state, conversation, coolDown);
  changeConversation(state, conversation, { status: "waiting", ...free, coolDowns });
  touchIfFree(state, conversation.agentId);
}

function applyAssigned(state: PoolState, { conversationId, agentId, weight, forced }: OutcomeOf<"assigned">): void {
  const conversation = known(state, conversationId);
  const isAccepted = conversation.status === "offered" && conversation.agentId === agentId;
  const offerId = isAccepted ? conversation.offerId : null;
  const holding = {
    status: "assigned",
    agentId,
    offerId,
    weight,
    expiresAt: 0,
    forced,
    coolDowns: noCoolDowns,
  } as const;
  changeConversation(state, conversation, holding);
  touchAgent(state, agentId);
}

function applyReleased(state: PoolState, outcome: OutcomeOf<"released">): void {
  const { conversationId, as } = outcome;
  const conversation = known(state, conversationId);
  const version = Math.max(outcome.version, conversation.version);
  if (as === "transferred") {
    changeConversation(state, conversation, { status: "waiting", ...free, version });
  } else {
    removeConversation(state, conversationId);
    // One that another pool has now may come back as it is, with the next configuration.
    if (as !== "handedOver") putClosed(state, conversationId, { version, at: state.now });
  }
  touchIfFree(state, conversation.agentId);
}

/** Idle time begins when the last conversation or offer is gone. */
function touchIfFree(state: PoolState, agentId: string | null): void {
  if (agentId !== null && state.agents.get(agentId)?.conversations.size === 0) touchAgent(state, agentId);
}

function applySnoozed(state: PoolState, { conversationId, agentId, until, version }: OutcomeOf<"snoozed">): void {
  const conversation = known(state, conversationId);
  const aside = { status: "snoozed", ...free, expiresAt: until, keeperId: agentId, version } as const;
  changeConversation(state, conversation, aside);
  touchIfFree(state, conversation.agentId);
}

function applyPresence(state: PoolState, { agentId, status, reason }: OutcomeOf<"presence">): void {
  const isSame = state.agents.get(agentId)?.presence === status;
  changeAgent(state, agentId, { presence: status, presenceReason: reason });
  if (isSame || status !== "available") return;
  changeAgent(state, agentId, { availableSince: state.now });
  touchAgent(state, agentId);
}
