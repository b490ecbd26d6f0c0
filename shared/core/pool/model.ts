import type { RoutingStep } from "../decision.ts";
import type { Candidates } from "./candidates.ts";
import type { Heap } from "./heap.ts";
import type { AgentProfile, CoolDown, PoolEntry, PresenceStatus, QueueProfile, Roster } from "./types.ts";

/*
 * The pool in memory. Truth is what `snapshotPool` writes; waiting lines, ranks and timers are indexes over it, kept
 * by the few functions of state.ts and rebuilt from it at any time.
 */

/** A conversation that is in the pool. Replaced as a whole when it changes, so that a decision can be undone. */
export interface OpenConversation {
  readonly id: string;
  readonly version: number;
  readonly queueId: string;
  readonly channel: string;
  readonly steps: readonly RoutingStep[];
  /** index into `steps`: the requirements that hold */
  readonly step: number;
  /** milliseconds since 1970; steps count from here */
  readonly enqueuedAt: number;
  /** order among waiting */
  readonly key: number;
  readonly status: "waiting" | "offered" | "assigned" | "snoozed";
  readonly agentId: string | null;
  /** of the offer that is open or was accepted */
  readonly offerId: string | null;
  /** units it takes of its agent; 0 while it waits */
  readonly weight: number;
  /** when its offer lapses or it has been set aside long enough; 0 for neither */
  readonly expiresAt: number;
  /** who set it aside; null unless it is snoozed */
  readonly keeperId: string | null;
  readonly forced: boolean;
  readonly coolDowns: readonly CoolDown[];
  /** index: names the waiting line that it belongs in */
  readonly lineKey: string;
  /** index: place in its waiting line */
  position: number;
  line: WaitingLine | null;
  timer: Timer | null;
}

/** Waiting conversations that the same agents may take, and these agents by how long they have been idle. */
export interface WaitingLine {
  readonly key: string;
  readonly waiting: Heap<OpenConversation>;
  /** every agent who meets queue and requirements, with or without room */
  readonly members: { readonly agent: PoolAgent; readonly slot: number }[];
  /** those of them who had room when they were last looked at */
  readonly candidates: Candidates<PoolAgent>;
}

export interface PoolAgent {
  readonly profile: AgentProfile;
  presence: PresenceStatus;
  presenceReason: string | undefined;
  /** a count of touches, not a time: lower is longer idle, and no two agents have the same */
  idleMark: number;
  /** milliseconds since 1970: when the agent last became available */
  availableSince: number;
  /** units of conversations held and offered */
  used: number;
  readonly conversations: Map<string, OpenConversation>;
  /** lines that the agent is a member of; the next two arrays run beside it */
  lines: WaitingLine[];
  /** units that a conversation of the line takes of this agent */
  weights: number[];
  /**
   * Place among the line's candidates, lowest first; Infinity for who is not among them, having no room. It may be
   * lower than the true one but never higher: so the first of a line, once corrected, is the longest idle.
   */
  ranks: number[];
  timer: Timer | null;
}

/** The next moment at which time alone changes what is possible for a conversation or an agent. */
export interface Timer {
  readonly due: number;
  readonly id: string;
  readonly kind: "conversation" | "agent";
  position: number;
}

export interface ClosedConversation {
  readonly version: number;
  /** milliseconds since 1970 */
  readonly at: number;
}

export interface PoolState {
  readonly poolId: string;
  /** of the last entry applied */
  sequence: number;
  /** time of the last entry applied, milliseconds since 1970; never goes back */
  now: number;
  /** counts assignments, offers and agents becoming free or available */
  touches: number;
  /** null before the first `configure` */
  roster: Roster | null;
  /** configurations replaced lately → when */
  retired: ReadonlyMap<string, number>;
  agents: ReadonlyMap<string, PoolAgent>;
  agentsBySkill: ReadonlyMap<string, PoolAgent[]>;
  queues: ReadonlyMap<string, QueueProfile>;
  readonly conversations: Map<string, OpenConversation>;
  readonly closed: Map<string, ClosedConversation>;
  readonly lines: Map<string, WaitingLine>;
  /** how many members all lines have */
  memberCount: number;
  readonly timers: Heap<Timer>;
  /** agents whose rank may have fallen since it was last corrected */
  readonly loosened: Set<PoolAgent>;
  /** what undoes each change since `begin`; null outside a decision */
  journal: (() => void)[] | null;
  /** a decision whose entry has not been applied yet; taken back as soon as anybody looks at the state instead */
  pending: { readonly entry: PoolEntry; readonly journal: (() => void)[] } | null;
}
