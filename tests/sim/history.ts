import type { Configuration } from "../../shared/core/configuration.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import type { InboundStored, OutboundStored, StoredMessage } from "../../shared/core/message.ts";
import type { PoolEntry } from "../../shared/core/pool/types.ts";
import type { Blobs } from "../../shared/ports/blobs.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { InboundBatchJob, InboundEvents, InboundJob, QueueEntry } from "../../shared/ports/queues.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import type { Parked } from "../../shared/ports/work.ts";
import type { Counters } from "./host/counters.ts";
import type { Observation } from "./host/invocation.ts";
import { JoinModel } from "./joinModel.ts";
import type { Ledger } from "./ledger.ts";
import { PoolModel } from "./poolModel.ts";

export type InvariantName = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9";

/** Something leaves for a customer, a provider or another company. */
export type Departure = Omit<Observation, "result">;

/**
 * One invariant's checker. `onCall` sees every call of a port as it ran, `onDeparture` what is about to go out, whatever
 * becomes of it; `atEnd` sees the settled state.
 */
export interface Checker {
  invariant: InvariantName;
  onCall?(observation: Observation, history: History): void;
  onDeparture?(departure: Departure, history: History): void;
  atEnd(history: History): Promise<void>;
}

/** All that can be known about one run, from inside and outside the functions, for the checkers. */
export class History {
  readonly ledger: Ledger;
  readonly counters: Counters;
  /** without faults or scheduling */
  readonly stores: Stores;
  readonly violations: string[] = [];
  /** by pool id */
  readonly pools = new Map<string, PoolModel>();
  readonly joins = new JoinModel();
  /** ids of every inbound message that was ever put on the queue */
  readonly enqueued = new Set<string>();
  readonly inboundIds = new Set<string>();
  readonly outboundIds = new Set<string>();
  readonly conversationIds = new Set<string>();
  readonly parkedIds = new Set<string>();
  readonly clock: Clock;
  readonly config: Configuration;
  readonly blobs: Blobs;
  /** by the object that holds them: what came together and was set aside */
  readonly #batches = new Map<string, InboundEvents>();
  /** by run: the replies that it has claimed, in order */
  readonly #claims = new Map<number, OutboundStored[]>();

  constructor(context: Pick<History, "ledger" | "counters" | "stores" | "blobs" | "clock" | "config">) {
    this.config = context.config;
    this.ledger = context.ledger;
    this.counters = context.counters;
    this.stores = context.stores;
    this.blobs = context.blobs;
    this.clock = context.clock;
  }

  violate(invariant: InvariantName, what: string): void {
    this.violations.push(`${invariant}: ${what}`);
  }

  reached(invariant: InvariantName, what: string): void {
    this.counters.count("reached", `${invariant} ${what}`);
  }

  /** An answer said that these identities are one customer's now; an undoing that came meanwhile may have parted them. */
  expectJoined(identityIds: string[], undoneBefore: number, by: string): void {
    if (this.joins.undone.size !== undoneBefore) return;
    const owners = new Set(identityIds.map((id) => this.joins.ownerOf(id)));
    if (owners.size > 1)
      this.violate("I8", `${by} was taken, and ${identityIds.join(", ")} are ${owners.size} customers'`);
    this.reached("I8", "an answer said that addresses are one customer's");
  }

  poolModel(poolId: string): PoolModel {
    let model = this.pools.get(poolId);
    if (model === undefined) this.pools.set(poolId, (model = new PoolModel()));
    return model;
  }

  /** Keeps track of what exists; the stores themselves list only by what the product needs. */
  record(observation: Observation): void {
    const { operation, parameters, result } = observation;
    this.joins.learn(observation);
    switch (operation) {
      case "blobs.put":
        this.#learnBatch(parameters[0] as string, parameters[1] as string);
        break;
      case "inbound.send":
        for (const { body } of parameters[0] as QueueEntry<InboundJob | InboundBatchJob>[])
          for (const id of this.#messagesOf(body)) this.enqueued.add(id);
        break;
      case "messages.claimSend":
        this.#learnClaim(observation);
        break;
      case "messages.create": {
        const { message } = result as { message: StoredMessage };
        if (message.direction === "in") this.inboundIds.add(message.id);
        if (message.direction === "out") this.outboundIds.add(message.id);
        break;
      }
      case "conversations.applyMessage":
        this.conversationIds.add(parameters[0] as string);
        break;
      case "parked.put":
        this.parkedIds.add((parameters[0] as Parked).id);
        break;
    }
  }

  /** The replies that a run of `send` has claimed, in order. */
  claimedBy(invocation = 0): readonly OutboundStored[] {
    return this.#claims.get(invocation) ?? [];
  }

  #learnBatch(key: string, text: string): void {
    if (key.startsWith("batches/")) this.#batches.set(key, JSON.parse(text) as InboundEvents);
  }

  #messagesOf(job: InboundJob | InboundBatchJob): string[] {
    const events = "eventsKey" in job ? (this.#batches.get(job.eventsKey)?.events ?? []) : [job.message];
    return events.flatMap((event) =>
      event.kind === "message" ? [messageIdOf(event.channel, event.accountId, event.providerId)] : [],
    );
  }

  #learnClaim({ invocation, parameters, result }: Observation): void {
    const claimed = result as OutboundStored | undefined;
    if (claimed?.status !== "sending" || claimed.attemptId !== parameters[1]) return;
    this.#claims.set(invocation, [...this.claimedBy(invocation), claimed]);
  }

  /** The bodies of all that is parked, and what was set aside with them. */
  async parkedText(): Promise<string> {
    const bodies = (await this.parked()).map(({ body }) => body);
    const batches = Array.from(this.#batches).filter(([key]) => bodies.some((body) => body.includes(key)));
    return [...bodies, ...batches.map(([, { events }]) => JSON.stringify(events))].join("\n");
  }

  async inboundMessages(): Promise<InboundStored[]> {
    const messages = await Promise.all(Array.from(this.inboundIds, (id) => this.stores.messages.get(id)));
    return messages.filter((message) => message?.direction === "in");
  }

  async outboundMessages(): Promise<OutboundStored[]> {
    const messages = await Promise.all(Array.from(this.outboundIds, (id) => this.stores.messages.get(id)));
    return messages.filter((message) => message?.direction === "out");
  }

  async parked(): Promise<Parked[]> {
    const items = await Promise.all(Array.from(this.parkedIds, (id) => this.stores.parked.get(id)));
    return items.filter((item) => item !== undefined);
  }
}

/** The entry that a call appended, if this call is one that did. */
export function appendedEntry({ operation, parameters, result }: Observation): PoolEntry | undefined {
  return operation === "poolLog.append" && result === true ? (parameters[0] as PoolEntry) : undefined;
}
