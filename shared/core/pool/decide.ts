import { accept, configure, reject, setPresence } from "./decideAgent.ts";
import { enqueue, resolve, transfer, withdraw } from "./decideConversation.ts";
import { snooze, wake } from "./decideSnooze.ts";
import { emit, endOffer, relax, timestamp, type Draft, type Refusal } from "./draft.ts";
import { settle } from "./match.ts";
import type { PoolState, Timer, WaitingLine } from "./model.ts";
import { begin, hold, passTime, rollback } from "./state.ts";
import type { PoolEntry, PoolEvent } from "./types.ts";
import { problemWith } from "./validate.ts";
import type { Priority } from "../decision.ts";

/** Raised when the same log and events would be decided otherwise. */
export const poolEngineVersion = 1;

export interface DecisionContext {
  /** milliseconds since 1970 */
  now: number;
  /** how long a conversation of each priority should wait at most, milliseconds */
  maxWaitMs: Record<Priority, number>;
  /** of the entry to be written; offers are named after it */
  entryId: string;
}

/**
 * Decides a batch of events, each on the outcomes of those before it, and what time alone has made due. The state is
 * afterwards as it was, to everybody who looks: the entry changes it once it is in the log, by `applyEntry`.
 *
 * After it no waiting conversation coexists with an agent who could take it (invariant I5). An event that is not
 * possible is `refused` with a reason and never throws; one that is not newer than what is known leaves no outcome.
 *
 * @returns the entry to append; without outcomes there is nothing to append
 */
export function decidePool(state: PoolState, events: PoolEvent[], context: DecisionContext): PoolEntry {
  const { now, maxWaitMs, entryId } = context;
  const draft: Draft = { state, entryId, maxWaitMs, outcomes: [] };
  begin(state);
  try {
    const due = passTime(state, now);
    if (due.length > 0) settleDue(draft, due);
    for (const [index, event] of events.entries()) {
      const reason = problemWith(event, maxWaitMs) ?? decideEvent(draft, event);
      if (reason !== undefined) emit(draft, { kind: "refused", event: index, reason });
    }
  } catch (error) {
    rollback(state);
    throw error;
  }
  const entry: PoolEntry = {
    schemaVersion: 1,
    poolId: state.poolId,
    sequence: state.sequence + 1,
    entryId,
    engine: poolEngineVersion,
    at: timestamp(state.now),
    events,
    outcomes: draft.outcomes,
  };
  hold(state, entry);
  return entry;
}

function decideEvent(draft: Draft, event: PoolEvent): Refusal | void {
  switch (event.kind) {
    case "configure":
      return configure(draft, event);
    case "enqueue":
      return enqueue(draft, event);
    case "resolve":
      return resolve(draft, event);
    case "withdraw":
      return withdraw(draft, event);
    case "transfer":
      return transfer(draft, event);
    case "snooze":
      return snooze(draft, event);
    case "presence":
      return setPresence(draft, event);
    case "accept":
      return accept(draft, event);
    case "reject":
      return reject(draft, event);
    case "sweep":
      return settle(draft, draft.state.lines.values());
  }
}

/** Offers lapse, requirements relax, cool-downs end, ramp-up opens units; then everybody concerned is matched at once. */
function settleDue(draft: Draft, due: Timer[]): void {
  const { state } = draft;
  const lines = new Set<WaitingLine>();
  const freed: string[] = [];
  for (const { kind, id } of due) {
    if (kind === "agent") {
      freed.push(id);
      continue;
    }
    const conversation = state.conversations.get(id)!;
    if (conversation.status === "offered") {
      freed.push(conversation.agentId!);
      endOffer(draft, conversation, "lapsed");
    } else if (conversation.status === "snoozed") {
      wake(draft, conversation);
      continue;
    } else relax(draft, id);
    lines.add(state.conversations.get(id)!.line!);
  }
  for (const agentId of freed) {
    for (const line of state.agents.get(agentId)?.lines ?? []) lines.add(line);
  }
  settle(draft, lines);
}
