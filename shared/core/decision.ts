import type { Timestamp } from "./time.ts";

/** A level is a minimum, 1 to 5. */
export interface SkillRequirement {
  skill: string;
  level: number;
}

/** Requirements that hold until `expiresAfterMs` after enqueue; the last step has no end. */
export interface RoutingStep {
  requirements: SkillRequirement[];
  expiresAfterMs?: number;
}

export type Priority = "urgent" | "high" | "normal" | "low";

/** What routing asks of the pool. */
export interface Requested {
  queueId: string;
  steps: RoutingStep[];
  priority: Priority;
  tags: string[];
}

/** The versions that let a decision be computed again (invariant I9). */
export interface DecisionVersions {
  engine: number;
  detector: string;
  configuration: string;
  identity: number;
  customer: number;
}

/**
 * Everything `decide` concluded about one inbound message. It is stored inside the message item and is the plan
 * that any redelivery applies.
 */
export interface Decision {
  kind: "route" | "keep";
  /** why it was kept out of assignment, e.g. `opt-out-word`, `auto-reply` or `quiet` */
  reason?: string;
  conversationId: string;
  /** as whom the sender counted by a merge; absent: as the customer whose their address is */
  customerId?: string;
  /** the customer had no open conversation: this message opens one (or, kept, stands alone) */
  opens: boolean;
  /** it answers this conversation of somebody else's: named for agents */
  relatesTo?: string;
  /** it answers this closed conversation of its customer's: opened again in place of a new one */
  reopens?: string;
  now: Timestamp;
  language: string;
  /** ids of the rules that matched, in order */
  rules: string[];
  requested: Requested;
  /** what to answer by itself: a key into the configuration's replies, and the text chosen */
  automaticReply?: { key: string; text: string };
  versions: DecisionVersions;
}
