import { enqueue, withOwnAddresses } from "./inbound.ts";
import { PermanentFailure } from "./park.ts";
import { recordStatus } from "./statuses.ts";
import type { Parsed } from "../channels/channel.ts";
import { digest } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { StatusUpdate } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { InboundBatchJob, InboundEvents } from "../ports/queues.ts";

/**
 * Takes in what a channel made of a provider's call, a mail or a frame: messages are durable when this returns, and so is
 * all of it where there is more than a queue takes at once.
 */
export async function takeIn(items: Parsed[], app: App): Promise<void> {
  for (const item of items) if (item.kind === "ignored") app.log.info("inbound.ignored", { reason: item.reason });
  const events = items
    .filter((item) => item.kind !== "ignored")
    .map((item) => (item.kind === "message" ? withOwnAddresses(item, app) : item));
  const receivedAt = isoTime(app.clock.now());
  if (events.length > limits.maxQueueBatchMessages) await setAside({ schemaVersion: 1, events, receivedAt }, app);
  else await takeInEvents({ schemaVersion: 1, events, receivedAt }, app);
}

/**
 * Takes in what was set aside, one by one: after one that the queue does not take, no later one of the same identity goes
 * there. Doing it again changes nothing, by the ids of messages and the ranks of statuses.
 *
 * @throws when not all of it was taken in
 */
export async function takeInBatch({ eventsKey }: InboundBatchJob, app: App): Promise<void> {
  const text = await app.blobs.get(eventsKey);
  if (text === undefined)
    throw new PermanentFailure(`What a provider sent is not in the bucket any more: ${eventsKey}.`);
  await takeInEvents(JSON.parse(text) as InboundEvents, app);
}

/** One object and one message, however many events there are. The same request, sent again, makes the same ones. */
async function setAside(events: InboundEvents, app: App): Promise<void> {
  const eventsKey = `batches/${digest(JSON.stringify(events.events))}`;
  await app.blobs.put(eventsKey, JSON.stringify(events));
  const body: InboundBatchJob = { schemaVersion: 1, eventsKey };
  await app.queues.inbound.send([{ body, groupId: eventsKey, deduplicationId: eventsKey }]);
}

async function takeInEvents({ events, receivedAt }: InboundEvents, app: App): Promise<void> {
  const messages = events.filter((event) => event.kind === "message");
  const statuses = events.filter((event) => event.kind === "status");
  await Promise.all([
    messages.length > 0 ? enqueue(messages, receivedAt, app) : undefined,
    recordStatuses(statuses, app),
  ]);
}

async function recordStatuses(statuses: StatusUpdate[], app: App): Promise<void> {
  for (let start = 0; start < statuses.length; start += limits.maxParallelWrites) {
    const some = statuses.slice(start, start + limits.maxParallelWrites);
    await Promise.all(some.map((status) => recordStatus(status, app)));
  }
}
