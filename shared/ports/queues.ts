import type { InboundMessage, StatusUpdate } from "../core/message.ts";
import type { PoolEvent } from "../core/pool/types.ts";
import type { WebhookDelivery } from "./work.ts";

/** group = identity */
export interface InboundJob {
  schemaVersion: 1;
  message: InboundMessage;
  receivedAt: string;
  /** a person sent it on: somebody is to see it, even where its conversation was resolved meanwhile */
  redriven?: true;
}

/** More events of one request than a queue takes at once: `InboundEvents` in the bucket, to be taken in one by one. */
export interface InboundBatchJob {
  schemaVersion: 1;
  eventsKey: string;
}

/** What `InboundBatchJob.eventsKey` leads to. */
export interface InboundEvents {
  schemaVersion: 1;
  events: (InboundMessage | StatusUpdate)[];
  receivedAt: string;
}

/** A customer's file is to be fetched from its provider into our bucket. */
export interface MediaJob {
  schemaVersion: 1;
  messageId: string;
  /** place in the message's `media` */
  index: number;
}

/** group = pool */
export interface PoolJob {
  schemaVersion: 1;
  poolId: string;
  event: PoolEvent;
}

/** group = conversation */
export interface OutboundJob {
  schemaVersion: 1;
  messageId: string;
  conversationId: string;
}

/** At most 15 minutes ahead; checked against state when it fires. */
export interface TimerJob {
  schemaVersion: 1;
  timer:
    | { kind: "pool-sweep"; poolId: string }
    /** a chat's connection stands: its first frame can be pushed now */
    | { kind: "chat-hello"; connectionId: string }
    /** whoever carried it out may have died before the pool heard of it */
    | { kind: "merge-check"; mergeId: string }
    /** it names a message by an id that we did not know yet */
    | { kind: "status"; update: StatusUpdate; attempt: number }
    /** a person's reply failed: its conversation comes before somebody again */
    | { kind: "unsent"; messageId: string };
}

/** There are events for a webhook; which ones, its backlog says. group = webhook and conversation */
export interface DeliveryJob {
  schemaVersion: 1;
  webhookId: string;
  /** absent: of every conversation for which something waits */
  conversationId?: string;
  /** a person wants to see it tried now, whenever it is due */
  atOnce?: true;
  /** of all that waits, what comes after this place in the backlog */
  cursor?: string;
  /** one that was parked, and that a person sends on: it is not in the backlog any more */
  redriven?: WebhookDelivery;
}

export interface QueueEntry<Body> {
  body: Body;
  /** FIFO queues only */
  groupId?: string;
  /** FIFO queues only; contains the state version that caused it */
  deduplicationId?: string;
  /** standard queues only, 0 to 900 */
  delaySeconds?: number;
}

export interface Queue<Body> {
  /**
   * Any number of entries, in order, in batches of ten.
   *
   * @throws when any entry was not taken; then none of its group went there in a later batch
   */
  send(entries: QueueEntry<Body>[]): Promise<void>;
}

export interface Queues {
  inbound: Queue<InboundJob | InboundBatchJob>;
  media: Queue<MediaJob>;
  pool: Queue<PoolJob>;
  outbound: Queue<OutboundJob>;
  timers: Queue<TimerJob>;
  deliveries: Queue<DeliveryJob>;
  /** SNS's notifications, which SNS puts there itself: we only send a parked one on */
  mail: Queue<unknown>;
}

/** A message as a worker receives it. */
export interface Delivery<Body> {
  /** SQS's message id: names the item in a partial batch failure */
  messageId: string;
  body: Body;
  groupId: string;
  /** FIFO: rises within a group, 20 digits; standard: "" */
  sequence: string;
  /** 1 on the first delivery */
  receiveCount: number;
}
