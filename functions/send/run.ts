import type { Channel, LookupResult, SendRequest, SendResult } from "../../shared/channels/channel.ts";
import { channelOf } from "../../shared/channels/registry.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { sendRank, type OutboundStored } from "../../shared/core/message.ts";
import { workThrough } from "../../shared/flow/batch.ts";
import { notify } from "../../shared/flow/notify.ts";
import { park, PermanentFailure } from "../../shared/flow/park.ts";
import { inboxOf, mayGoOut } from "../../shared/flow/reply.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { Delivery, OutboundJob } from "../../shared/ports/queues.ts";

/** The message stays on the queue, and with it all that waits behind it in its conversation. */
class NotYet extends Error {
  override name = "NotYet";
}

/**
 * Hands replies over to their providers, each once (invariant I6). Every hand-over is claimed first; a claim whose
 * outcome is unknown is resolved by what the provider lists, and is sent again only when the provider has nothing.
 */
export function run(batch: Delivery<OutboundJob>[], app: App): Promise<string[]> {
  return workThrough(batch, "outbound", app, (delivery) => sendOne(delivery, app));
}

async function sendOne(delivery: Delivery<OutboundJob>, app: App): Promise<void> {
  const message = await app.stores.messages.get(delivery.body.messageId);
  if (message?.direction !== "out") throw new PermanentFailure(`There is no reply ${delivery.body.messageId} to send.`);
  if (sendRank(message.status) > sendRank("unknown")) return;
  if (message.status === "queued") return handOver(message, app);
  const resolved = await resolveUnknown(message, delivery, app);
  if (resolved === "queued") await handOver({ ...message, status: "queued" }, app);
}

async function handOver(message: OutboundStored, app: App): Promise<void> {
  const identity = await app.stores.identities.get(message.identityId);
  const verdict = mayGoOut(message.text, { ...message, address: message.to }, identity, app);
  if (!verdict.ok) {
    await settle(message, { status: "failed", error: { code: verdict.reason, message: verdict.explanation } }, app);
    return;
  }
  const { channel, request } = await requestFor(message, app);
  const attemptId = timeSortedId("ent", app.clock.now(), app.random.bytes(10));
  const claimed = await app.stores.messages.claimSend(message.id, attemptId, isoTime(app.clock.now()));
  if (claimed?.status !== "sending" || claimed.attemptId !== attemptId) {
    throw new NotYet(`Another attempt holds ${message.sendId}.`);
  }
  await recordOutcome(claimed, attemptId, await channel.send(request, app.http), app);
}

async function recordOutcome(message: OutboundStored, attemptId: string, result: SendResult, app: App): Promise<void> {
  switch (result.outcome) {
    case "sent":
      await settle(message, { status: "sent", providerId: result.providerId }, app);
      return;
    case "refused":
      await settle(message, { status: "failed", error: result.error }, app);
      return;
    case "notSent":
      await app.stores.messages.requeueSend(message.id, attemptId);
      throw new NotYet(`${message.sendId} was not taken: ${result.error.code}`);
    case "unknown":
      await settle(message, { status: "unknown", error: result.error }, app);
      throw new NotYet(`The outcome of ${message.sendId} is not known: ${result.error.code}`);
  }
}

/**
 * An earlier attempt has no recorded end: it crashed, or its answer was lost. Asks the provider.
 *
 * @returns "queued" when the provider surely has nothing, so that it may be handed over; else "settled"
 * @throws NotYet while waiting may still bring evidence
 */
async function resolveUnknown(
  message: OutboundStored,
  delivery: Delivery<OutboundJob>,
  app: App,
): Promise<"settled" | "queued"> {
  const { attemptId, attemptedAt } = message;
  if (!attemptId || !attemptedAt) throw new PermanentFailure(`${message.sendId} has no recorded attempt.`);
  const age = app.clock.now() - Date.parse(attemptedAt);
  const found = await lookUp(message, Date.parse(attemptedAt), app);
  if (found.outcome === "found") {
    await settle(message, { status: found.status, providerId: found.providerId }, app);
    return "settled";
  }
  if (found.outcome === "absent" && age >= limits.sendAbsenceProvenAfterMs) {
    if (await app.stores.messages.requeueSend(message.id, attemptId)) return "queued";
    throw new NotYet(`${message.sendId} changed while it was looked up.`);
  }
  if (age < limits.sendUnknownAtMostMs) throw new NotYet(`No evidence of ${message.sendId} yet.`);
  const reason = found.outcome === "undecided" ? found.reason : "the provider lists nothing yet";
  await park(delivery, "outbound", `Nobody knows whether ${message.sendId} went out: ${reason}`, app);
  await notifyOf(message, app);
  return "settled";
}

async function lookUp(message: OutboundStored, attemptedAt: number, app: App): Promise<LookupResult> {
  const { channel, request } = await requestFor(message, app);
  const taken = await providerIdsOfOthers(message, app);
  const isTaken = (providerId: string) => Promise.resolve(taken.has(providerId));
  return channel.lookup({ ...request, attemptedAt, now: app.clock.now(), isTaken }, app.http);
}

/** What the customer was sent lately, in this conversation and in those just before and after it. */
async function providerIdsOfOthers(message: OutboundStored, app: App): Promise<Set<string>> {
  const conversation = await app.stores.conversations.get(message.conversationId);
  const customer = conversation && (await app.stores.customers.get(conversation.customerId));
  const near = [message.conversationId, customer?.openConversationId, customer?.lastConversationId];
  const ids = new Set(near.filter((id) => id !== undefined));
  const page = { limit: limits.maxPageItems, newestFirst: true };
  const pages = await Promise.all(Array.from(ids, (id) => app.stores.messages.list(id, page)));
  const others = pages.flatMap(({ items }) => items).filter(({ id }) => id !== message.id);
  return new Set(others.flatMap((other) => (other.direction === "out" ? (other.providerId ?? []) : [])));
}

async function requestFor(message: OutboundStored, app: App): Promise<{ channel: Channel; request: SendRequest }> {
  const channel = channelOf(message.channel);
  const inbox = inboxOf(message.inboxId, app);
  if (!channel || !inbox) {
    throw new PermanentFailure(`No channel ${message.channel} with inbox ${message.inboxId} is configured.`);
  }
  const secret = channel.secretName === null ? null : await app.secrets.get(channel.secretName);
  const [origin] = app.publicUrls;
  if (!origin) throw new Error("No public URL is configured, so the provider could not report back: set PUBLIC_URLS.");
  const statusPath = channel.statusPath(message.sendId);
  const { sendId, to, text } = message;
  return { channel, request: { sendId, to, text, inbox, secret, statusUrl: statusPath && origin + statusPath } };
}

async function settle(
  message: OutboundStored,
  change: Pick<Parameters<App["stores"]["messages"]["raiseStatus"]>[1], "status" | "providerId" | "error">,
  app: App,
): Promise<void> {
  await app.stores.messages.raiseStatus(message.id, { ...change, at: isoTime(app.clock.now()) });
  await notifyOf(message, app);
}

function notifyOf(message: OutboundStored, app: App): Promise<void> {
  return notify(
    [message.author],
    { type: "status", conversationId: message.conversationId, messageId: message.id },
    app,
  );
}
