import type { Queues } from "../ports/queues.ts";
import type { Parked } from "../ports/work.ts";

export type ParkedKind = Parked["kind"];

/** What is parked of each queue's jobs. */
export const kindsByQueue: Record<keyof Queues, ParkedKind> = {
  inbound: "inbound",
  pool: "pool",
  outbound: "outbound",
  deliveries: "delivery",
  timers: "timer",
  media: "media",
  mail: "mail",
};
