import { applyEntry } from "../../../shared/core/pool/apply.ts";
import { decidePool } from "../../../shared/core/pool/decide.ts";
import type { PoolState } from "../../../shared/core/pool/model.ts";
import { createPoolState } from "../../../shared/core/pool/state.ts";
import type {
  AgentProfile,
  EnqueueEvent,
  PoolEntry,
  PoolEvent,
  PoolOutcome,
  QueueProfile,
  Roster,
} from "../../../shared/core/pool/types.ts";

export const start = Date.UTC(2026, 10, 2, 9);
export const second = 1_000;
export const minute = 60 * second;

export const maxWaitMs = { urgent: minute, high: 5 * minute, normal: 15 * minute, low: 60 * minute };

export const agentProfile = (id: string, profile: Partial<AgentProfile> = {}): AgentProfile => ({
  id,
  name: id,
  skills: {},
  units: 2,
  weightByChannel: {},
  queueIds: ["general"],
  ...profile,
});

export const queueProfile = (id: string, profile: Partial<QueueProfile> = {}): QueueProfile => ({
  id,
  acceptance: "automatic",
  offerExpiresAfterMs: 30 * second,
  ...profile,
});

export const rosterOf = (agents: AgentProfile[], roster: Partial<Roster> = {}): Roster => ({
  configurationVersion: "1",
  agents,
  queues: [queueProfile("general")],
  rampUpMs: 0,
  ...roster,
});

export const enqueue = (conversationId: string, event: Partial<EnqueueEvent> = {}): EnqueueEvent => ({
  kind: "enqueue",
  conversationId,
  version: 1,
  queueId: "general",
  steps: [{ requirements: [] }],
  priority: "normal",
  channel: "sms",
  receivedAt: new Date(start).toISOString(),
  ...event,
});

export const available = (agentId: string): PoolEvent => ({ kind: "presence", agentId, status: "available" });
export const resolve = (conversationId: string, version = 1): PoolEvent => ({
  kind: "resolve",
  conversationId,
  version,
  by: "test",
});
export const sweep: PoolEvent = { kind: "sweep" };

/** A pool with its log, at a time that moves when a test says so. */
export class TestPool {
  readonly state: PoolState;
  readonly log: PoolEntry[] = [];
  now = start;

  constructor(roster: Roster, ...comers: string[]) {
    this.state = createPoolState("service");
    this.do({ kind: "configure", roster }, ...comers.map(available));
  }

  decide(...events: PoolEvent[]): PoolEntry {
    const entryId = `ent_${this.state.sequence + 1}`;
    return decidePool(this.state, events, { now: this.now, maxWaitMs, entryId });
  }

  /** Decides and applies as the flow does. @returns the outcomes */
  do(...events: PoolEvent[]): PoolOutcome[] {
    const entry = this.decide(...events);
    if (entry.outcomes.length > 0) {
      applyEntry(this.state, entry);
      this.log.push(entry);
    }
    return entry.outcomes;
  }

  /** Lets time pass, then sweeps. */
  after(milliseconds: number, ...events: PoolEvent[]): PoolOutcome[] {
    this.now += milliseconds;
    return this.do(...events, sweep);
  }

  /** Who holds what, or is offered it; "-" for nobody. */
  holders(...conversationIds: string[]): string[] {
    return conversationIds.map((id) => this.state.conversations.get(id)?.agentId ?? "-");
  }

  status(conversationId: string): string {
    return this.state.conversations.get(conversationId)?.status ?? "gone";
  }
}

export const refusals = (outcomes: PoolOutcome[]): string[] =>
  outcomes.flatMap((outcome) => (outcome.kind === "refused" ? [outcome.reason] : []));

export const kinds = (outcomes: PoolOutcome[]): string[] => outcomes.map(({ kind }) => kind);
