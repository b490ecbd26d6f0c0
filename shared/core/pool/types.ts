import type { Priority, RoutingStep, SkillRequirement } from "../decision.ts";
import type { Timestamp } from "../time.ts";

export type PresenceStatus = "available" | "away" | "offline";

/** From the configuration; the pool's own copy changes by a `configure` event only. */
export interface AgentProfile {
  id: string;
  name: string;
  skills: Record<string, number>;
  units: number;
  /** units that one conversation of a channel takes; 1 where it is not named */
  weightByChannel: Record<string, number>;
  queueIds: string[];
}

export interface QueueProfile {
  id: string;
  acceptance: "automatic" | "manual";
  /** how long an offer waits for an answer before it lapses */
  offerExpiresAfterMs: number;
}

export interface Roster {
  configurationVersion: string;
  agents: AgentProfile[];
  queues: QueueProfile[];
  /** 0: an agent who comes online takes all units at once; else one unit per this many milliseconds */
  rampUpMs: number;
  /** takes the conversations of queues that are gone; absent in entries of earlier configurations */
  defaultQueueId?: string;
  /** queue → pool, of all queues that other pools have: their conversations go there; absent in entries of release 0.1.0 */
  elsewhere?: Record<string, string>;
}

/** What happens to a pool. Each names the version of the conversation that caused it; what is not newer is dropped. */
export type PoolEvent =
  | { kind: "configure"; roster: Roster }
  | EnqueueEvent
  | { kind: "resolve"; conversationId: string; version: number; by: string }
  | { kind: "withdraw"; conversationId: string; version: number; reason: string }
  | {
      kind: "transfer";
      conversationId: string;
      version: number;
      by: string;
      to: { queueId?: string; agentId?: string; skills?: SkillRequirement[] };
    }
  /** its agent sets it aside until then, which frees their units; null ends that, as a newer message does */
  | { kind: "snooze"; conversationId: string; version: number; until: Timestamp | null; by: string }
  | { kind: "presence"; agentId: string; status: PresenceStatus; reason?: string }
  | { kind: "accept"; offerId: string; agentId: string }
  | { kind: "reject"; offerId: string; agentId: string }
  /** lets offers lapse, steps relax and waiting conversations be taken */
  | { kind: "sweep" };

export interface EnqueueEvent {
  kind: "enqueue";
  conversationId: string;
  /** messageVersion of the conversation */
  version: number;
  queueId: string;
  steps: RoutingStep[];
  priority: Priority;
  channel: string;
  receivedAt: Timestamp;
  /** when a promise to the customer falls due; it comes before the longest wait of its priority */
  slaDueAt?: Timestamp;
  /** it comes from another pool */
  heldBy?: Holding;
}

/** Whose a conversation was in the pool that it leaves; they keep it where they are in the next one. */
export interface Holding {
  agentId: string;
  /** they had set it aside until then */
  until?: Timestamp;
}

/** Until then this agent isn't given this conversation again. */
export interface CoolDown {
  agentId: string;
  /** milliseconds since 1970 */
  until: number;
}

/** What an entry changes, in order. Applying outcomes to the state before gives the state after, in any version. */
export type PoolOutcome =
  | { kind: "configured"; roster: Roster }
  | {
      kind: "waiting";
      conversationId: string;
      version: number;
      queueId: string;
      steps: RoutingStep[];
      channel: string;
      enqueuedAt: Timestamp;
      /** order among waiting, fixed at enqueue: min(SLA due, received + maxWait[priority]), milliseconds since 1970 */
      key: number;
      /** who passed it on */
      coolDown?: CoolDown;
    }
  /** a newer version of a conversation that is already here: nothing else changes */
  | { kind: "seen"; conversationId: string; version: number }
  /** a step's time is over: from now on the requirements of steps[step] hold */
  | { kind: "relaxed"; conversationId: string; step: number }
  | { kind: "offered"; conversationId: string; agentId: string; offerId: string; weight: number; expiresAt: number }
  | {
      kind: "offerEnded";
      conversationId: string;
      /** whose offer it was */
      agentId: string;
      offerId: string;
      as: "accepted" | "rejected" | "lapsed" | "withdrawn";
      coolDown?: CoolDown;
    }
  | { kind: "assigned"; conversationId: string; agentId: string; weight: number; forced: boolean }
  /** its queue is gone from the roster: it goes on in another, waiting or held as it was */
  | { kind: "moved"; conversationId: string; queueId: string }
  /** leaves its agent or the waiting line; all but `transferred` leave the pool */
  | {
      kind: "released";
      conversationId: string;
      agentId: string | null;
      as: "resolved" | "withdrawn" | "transferred" | "handedOver";
      version: number;
      reason?: string;
      /** of one handed over: where it goes on */
      to?: Destination;
    }
  /** nobody's until then; its agent is asked first when it waits again */
  | { kind: "snoozed"; conversationId: string; agentId: string; until: number; version: number }
  | { kind: "presence"; agentId: string; status: PresenceStatus; reason?: string }
  | { kind: "refused"; event: number; reason: string };

export interface Destination {
  poolId: string;
  queueId: string;
  heldBy?: Holding;
}

/** One item of the pool's log: inputs and what became of them. */
export interface PoolEntry {
  schemaVersion: 1;
  poolId: string;
  /** 1, 2, 3 … without a gap */
  sequence: number;
  /** tells our own write from another's when the response was lost */
  entryId: string;
  engine: number;
  at: Timestamp;
  events: PoolEvent[];
  outcomes: PoolOutcome[];
  /** the blob that holds events and outcomes where they are too large for an item; both are empty here then */
  spilledTo?: string;
}

/** The state of one conversation as the pool shows it, for projections and the API. */
export interface PoolView {
  conversationId: string;
  status: "waiting" | "offered" | "assigned" | "snoozed" | "resolved" | "withdrawn";
  queueId: string;
  /** who holds it or is offered it; of a snoozed one who set it aside */
  agentId: string | null;
  offerId?: string;
  snoozedUntil?: Timestamp;
  enqueuedAt: Timestamp;
  version: number;
}
