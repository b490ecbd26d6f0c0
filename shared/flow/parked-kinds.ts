import type { Queues } from "../ports/queues.ts";
import type { Parked } from "../ports/work.ts";

export type ParkedKind = Parked["kind"];

interface Place {
  queue: keyof Queues;
  /** the queue keeps the order of a group, and knows a repeat by its deduplication id */
  isFifo: boolean;
}

/** Where a job of each kind comes from, and goes when a person sends it on. */
export const placesOfKinds: Record<ParkedKind, Place> = {
  inbound: { queue: "inbound", isFifo: true },
  pool: { queue: "pool", isFifo: true },
  outbound: { queue: "outbound", isFifo: true },
  delivery: { queue: "deliveries", isFifo: true },
  timer: { queue: "timers", isFifo: false },
  media: { queue: "media", isFifo: false },
  mail: { queue: "mail", isFifo: false },
};

export const kindsByQueue = Object.fromEntries(
  Object.entries(placesOfKinds).map(([kind, { queue }]) => [queue, kind]),
) as Record<keyof Queues, ParkedKind>;
