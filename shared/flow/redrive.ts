import type { ParkedKind } from "./parked-kinds.ts";
import { putBack } from "./parked-objects.ts";
import { enqueueSend } from "./reply.ts";
import { unpark } from "./unpark.ts";
import { tellOutcome } from "./unsent.ts";
import type { App } from "../ports/app.ts";
import type { InboundJob, Queue } from "../ports/queues.ts";
import type { Parked } from "../ports/work.ts";
import { messageIdOfSend } from "../core/ids.ts";

export type RedriveRefusal = "unreadable" | "no-message" | "not-parked-yet" | "already-settled";

export type RedriveResult =
  | { outcome: "redriven" }
  | { outcome: "refused"; reason: RedriveRefusal; explanation: string };

/** Replies apart, which a person sends again (`redriveSend`). */
type JobKind = Exclude<ParkedKind, "outbound">;

interface Place {
  queue: Queue<never>;
  /** the queue keeps the order of a group, and knows a repeat by its deduplication id */
  isFifo: boolean;
}

const placesOfJobs = ({ queues }: App): Record<JobKind, Place> => ({
  inbound: { queue: queues.inbound, isFifo: true },
  pool: { queue: queues.pool, isFifo: true },
  delivery: { queue: queues.deliveries, isFifo: true },
  timer: { queue: queues.timers, isFifo: false },
  media: { queue: queues.media, isFifo: false },
  mail: { queue: queues.mail, isFifo: false },
});

/**
 * Sends a parked job on as it was. Put on the queue first, taken off the list after: a crash between the two leaves it
 * listed, and every job may be delivered twice.
 */
export async function redrive(item: Parked, app: App): Promise<RedriveResult> {
  const result = item.kind === "outbound" ? await redriveSend(item, app) : await redriveJob(item, app);
  if (result.outcome === "redriven") await unpark(item, app);
  return result;
}

async function redriveJob(item: Parked, app: App): Promise<RedriveResult> {
  let body: unknown;
  try {
    body = JSON.parse(item.bodyKey ? ((await app.blobs.get(item.bodyKey)) ?? "") : item.body);
  } catch {
    return {
      outcome: "refused",
      reason: "unreadable",
      explanation: "The parked body is not JSON, so no function could read it.",
    };
  }
  const place = placesOfJobs(app)[item.kind as JobKind] as Place | undefined;
  if (!place) {
    return {
      outcome: "refused",
      reason: "unreadable",
      explanation: `This release knows no jobs of the kind "${item.kind}": deploy the one that parked it, and send it on then.`,
    };
  }
  await putBack(item, app);
  const job = item.kind === "inbound" ? { ...(body as InboundJob), redriven: true } : body;
  const inOrder = place.isFifo && {
    groupId: item.groupId,
    deduplicationId: `redrive:${item.id}:${app.clock.now()}`,
  };
  await (place.queue as Queue<unknown>).send([{ ...inOrder, body: job }]);
  if (item.named) await app.blobs.remove(item.named.copy);
  return { outcome: "redriven" };
}

/** A person decides that a parked send goes out (again); what has reached the provider in the meantime does not. */
async function redriveSend(item: Parked, app: App): Promise<RedriveResult> {
  const message = item.sendId ? await app.stores.messages.get(messageIdOfSend(item.sendId)) : undefined;
  if (message?.direction !== "out") {
    return {
      outcome: "refused",
      reason: "no-message",
      explanation: "The reply that this send belongs to is not there.",
    };
  }
  if (message.status === "sending" || message.status === "unknown") {
    return {
      outcome: "refused",
      reason: "not-parked-yet",
      explanation: "The send is still being looked into: try again in a moment.",
    };
  }
  if (message.status === "queued" || (await app.stores.messages.requeueSend(message.id, message.attemptId))) {
    await enqueueSend(message, `redrive:${app.clock.now()}`, app);
    return { outcome: "redriven" };
  }
  const now = await app.stores.messages.get(message.id);
  const settled = now?.direction === "out" ? now : message;
  const { status } = settled;
  if (status === "queued") return redriveSend(item, app);
  // Whoever settled it may have died before telling so.
  await tellOutcome(settled, app);
  await unpark(item, app);
  return {
    outcome: "refused",
    reason: "already-settled",
    explanation: `The send is ${status} by now; there is nothing to send again.`,
  };
}
