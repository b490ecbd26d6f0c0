import { limits } from "../../shared/core/limits.ts";
import { workThrough } from "../../shared/flow/batch.ts";
import { wakeDeliveries, wakeWebhook, type DeliveryLine } from "../../shared/flow/deliveries.ts";
import { park, PermanentFailure } from "../../shared/flow/park.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { Delivery, DeliveryJob } from "../../shared/ports/queues.ts";
import type { Webhook, WebhookDelivery } from "../../shared/ports/work.ts";
import { post, type Failure } from "../../shared/tools/webhook/post.ts";
import { isAhead, isGivenUp, nextAttemptAt } from "../../shared/tools/webhook/schedule.ts";
import {
  afterFailure,
  afterSuccess,
  changeWebhook,
  disabled,
  errorAt,
  isPaused,
  probing,
} from "../../shared/tools/webhook/state.ts";

/**
 * Hands events to webhooks, those of one conversation in their order: nothing behind one that fails goes out before it. The
 * backlog says what is to be sent; a message of the queue only says where to look. What was not taken waits in the due
 * index, so that a message comes back by the queue only where this function itself broke down.
 */
export async function run(batch: Delivery<DeliveryJob>[], app: App): Promise<string[]> {
  const stopAt = app.clock.now() + limits.deliverBudgetMs;
  return workThrough(batch, "delivery", app, (delivery) => work(delivery, stopAt, app));
}

async function work(delivery: Delivery<DeliveryJob>, stopAt: number, app: App): Promise<void> {
  const { webhookId, conversationId, redriven, cursor, atOnce } = Object(delivery.body) as Partial<DeliveryJob>;
  if (!webhookId) throw new PermanentFailure("It is no job for a webhook.");
  const webhook = await app.stores.webhooks.get(webhookId);
  // A process that still remembered it may have told it something since it was removed.
  if (!webhook) return app.stores.webhooks.remove(webhookId);
  if (redriven) return sendOn(redriven, webhook, app);
  if (webhook.state === "disabled") return;
  if (conversationId === undefined) return wakeAll(webhookId, cursor, delivery.messageId, stopAt, app);
  await workOffLine({ webhookId, conversationId, atOnce, messageId: delivery.messageId }, webhook, stopAt, app);
}

/** A conversation that comes several times in the backlog is woken once: the cause is the same. */
async function wakeAll(
  webhookId: string,
  from: string | undefined,
  cause: string,
  stopAt: number,
  app: App,
): Promise<void> {
  let cursor = from;
  do {
    if (app.clock.now() >= stopAt) return wakeWebhook(webhookId, cause, app, cursor);
    const page = await app.stores.webhooks.backlog(webhookId, { limit: limits.maxPageItems, cursor });
    const lines = Array.from(new Set(page.items), (conversationId) => ({
      webhookId,
      conversationId,
      atOnce: true as const,
    }));
    await wakeDeliveries(lines, cause, app);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** The events of one conversation for one webhook, and the queue's message that woke them. */
interface Line extends DeliveryLine {
  messageId: string;
}

async function workOffLine(line: Line, webhook: Webhook, stopAt: number, app: App): Promise<void> {
  const { webhookId, conversationId, messageId } = line;
  for (let current: Webhook | undefined = webhook; ;) {
    const events = await app.stores.webhooks.waiting(webhookId, conversationId, limits.maxDeliveriesPerRead);
    if (events.length === 0) return;
    for (const event of events) {
      if (app.clock.now() >= stopAt) return wakeDeliveries([line], `${messageId}:more`, app);
      current = await tryEvent(event, current, line, app);
      if (!current || current.state === "disabled") return;
    }
  }
}

/** @returns the webhook as it is now where the next event may be tried */
async function tryEvent(event: WebhookDelivery, webhook: Webhook, line: Line, app: App): Promise<Webhook | undefined> {
  // It is in the due index, and something newer has woken its conversation.
  if (!line.atOnce && isAhead(event.nextAttemptAt, app.clock.now())) return undefined;
  const ready = await readyToTake(webhook, line, app);
  if (!ready) return undefined;
  const result = await post(ready, event, app);
  const { webhooks } = app.stores;
  switch (result.outcome) {
    case "taken":
      await settle(event, app);
      return changeWebhook(ready, (current) => afterSuccess(current, app.clock.now()), webhooks);
    case "gone":
      return changeWebhook(ready, (current) => disabled(current, errorAt(app.clock.now(), result.error)), webhooks);
    case "failed":
      return isGivenUp(event, app.clock.now())
        ? giveUp(event, ready, result, line, app)
        : postpone(event, ready, result, line, app);
  }
}

/**
 * Where the receiver does not answer, one event at a time tries whether it does again; the others wait without a call.
 *
 * @returns undefined where this event is one of the others
 */
async function readyToTake(webhook: Webhook, line: Line, app: App): Promise<Webhook | undefined> {
  const now = app.clock.now();
  if (webhook.pausedUntil === undefined) return webhook;
  if (isPaused(webhook, now)) {
    await waitUntil(webhook.pausedUntil, line, app);
    return undefined;
  }
  const { written, webhook: stored } = await app.stores.webhooks.put(probing(webhook, now));
  if (written || !stored || stored.state === "disabled") return written ? stored : undefined;
  return readyToTake(stored, line, app);
}

async function postpone(
  event: WebhookDelivery,
  webhook: Webhook,
  failure: Failure,
  line: Line,
  app: App,
): Promise<undefined> {
  const now = app.clock.now();
  const [chance = 0] = app.random.bytes(1);
  const dueAt = isoTime(nextAttemptAt(now, event.attempts, chance, failure.retryAfterMs));
  await changeWebhook(webhook, (current) => afterFailure(current, failure, now), app.stores.webhooks);
  await waitUntil(dueAt, line, app);
  await app.stores.webhooks.countAttempt(event, dueAt);
}

/** In the due index first: what counts as tried and is not there would wait for ever. */
async function waitUntil(dueAt: string, { webhookId, conversationId }: Line, app: App): Promise<void> {
  const job = { kind: "delivery" as const, webhookId, conversationId };
  await app.stores.due.put({ id: `${webhookId}:${conversationId}`, dueAt, job });
}

/** The last try has failed: the event is a person's. Where nothing else got through either, nothing more is sent there. */
async function giveUp(
  event: WebhookDelivery,
  webhook: Webhook,
  failure: Failure,
  { webhookId, conversationId, messageId }: Line,
  app: App,
): Promise<Webhook | undefined> {
  const now = app.clock.now();
  const hours = limits.webhookGiveUpAfterMs / (60 * 60 * 1000);
  const reason = `No try in ${hours} hours brought the event to webhook ${webhookId}. ${failure.error.message}`;
  const body: DeliveryJob = { schemaVersion: 1, webhookId, conversationId, redriven: event };
  const parcel = { messageId: `${messageId}:${event.eventId}`, body, groupId: `${webhookId}:${conversationId}` };
  await park(parcel, "delivery", reason, app);
  await settle(event, app);
  const isDead = (webhook.lastSuccessAt ?? "") < event.createdAt;
  const message = `Nothing got through for ${hours} hours, so it was disabled. ${failure.error.message}`;
  const change = (current: Webhook) =>
    isDead ? disabled(current, errorAt(now, { ...failure.error, message })) : afterFailure(current, failure, now);
  return changeWebhook(webhook, change, app.stores.webhooks);
}

const settle = (event: WebhookDelivery, app: App): Promise<void> =>
  app.stores.webhooks.settle(event, isoTime(app.clock.now() + limits.webhookSettledMemoryMs));

/** A person sends on what was parked, beside its conversation's order: it is tried once, and else parked again. */
async function sendOn(event: WebhookDelivery, webhook: Webhook, app: App): Promise<void> {
  if (webhook.state === "disabled") {
    throw new PermanentFailure(`Webhook ${webhook.id} is disabled: set its state to active, then send the event on.`);
  }
  const result = await post(webhook, event, app);
  if (result.outcome !== "taken") throw new PermanentFailure(result.error.message);
  await changeWebhook(webhook, (current) => afterSuccess(current, app.clock.now()), app.stores.webhooks);
}
