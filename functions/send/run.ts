import type { Channel, LookupResult, SendRequest, SendResult } from "../../shared/channels/channel.ts";
import { channelOf } from "../../shared/channels/registry.ts";
import { capabilitiesOf } from "../../shared/core/capabilities.ts";
import type { Customer } from "../../shared/core/customer.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { sendRank, type OutboundStored } from "../../shared/core/message.ts";
import { workThrough } from "../../shared/flow/batch.ts";
import { tellStatus } from "../../shared/flow/events.ts";
import { notify } from "../../shared/flow/notify.ts";
import { park, PermanentFailure } from "../../shared/flow/park.ts";
import { automaticAuthor, inboxOf, mayGoOut } from "../../shared/flow/reply.ts";
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
  // Whoever settled it may have died before telling so.
  if (sendRank(message.status) > sendRank("unknown")) return tellStatus(message, app);
  const current = message.status === "queued" ? message : await resolveUnknown(message, delivery, app);
  if (current) await handOver(current, delivery, app);
}

async function handOver(message: OutboundStored, delivery: Delivery<OutboundJob>, app: App): Promise<void> {
  const identity = await app.stores.identities.get(message.identityId);
  const verdict = mayGoOut(message.text, { ...message, address: message.to }, identity, app);
  if (!verdict.ok) {
    await settle(message, { status: "failed", error: { code: verdict.reason, message: verdict.explanation } }, app);
    return;
  }
  const { channel, request } = await requestFor(message, app);
  const attemptId = timeSortedId("ent", app.clock.now(), app.random.bytes(10));
  const at = isoTime(app.clock.now());
  const claimed = await app.stores.messages.claimSend(message.id, attemptId, at, await isReassigned(message, app));
  if (claimed?.status !== "sending" || claimed.attemptId !== attemptId) {
    throw new NotYet(`Another attempt holds ${message.sendId}.`);
  }
  const result = await channel.send(request, app);
  if (result.outcome === "notSent") await waitOrPark(claimed, result, delivery, app);
  else await recordOutcome(claimed, result, app);
}

async function recordOutcome(
  message: OutboundStored,
  result: Exclude<SendResult, { outcome: "notSent" }>,
  app: App,
): Promise<void> {
  switch (result.outcome) {
    case "sent":
      await rememberProviderId(message, result.providerId, app);
      await settle(message, { status: "sent", providerId: result.providerId }, app);
      return;
    case "refused":
      await settle(message, { status: "failed", error: result.error }, app);
      return;
    case "unknown":
      await settle(message, { status: "unknown", error: result.error, attemptId: message.attemptId }, app);
      throw new NotYet(`The outcome of ${message.sendId} is not known: ${result.error.code}`);
  }
}

/** So that an answer which names it finds its conversation; only where answers name what they answer. */
async function rememberProviderId(message: OutboundStored, providerId: string, app: App): Promise<void> {
  if (!capabilitiesOf(message, app.config)?.namesProviderIds) return;
  await app.stores.messages.addProviderId(message.channel, providerId, message.id);
}

/** A reply that was accepted from the holder goes out, whoever holds the conversation by now. */
async function isReassigned(message: OutboundStored, app: App): Promise<true | undefined> {
  if (message.author === automaticAuthor) return undefined;
  const conversation = await app.stores.conversations.get(message.conversationId);
  return conversation?.agentId === message.author ? undefined : true;
}

/** The provider surely has nothing: it comes again with its delivery, and is a person's when it has come often enough. */
async function waitOrPark(
  message: OutboundStored,
  { error }: Extract<SendResult, { outcome: "notSent" }>,
  delivery: Delivery<OutboundJob>,
  app: App,
): Promise<void> {
  await app.stores.messages.requeueSend(message.id, message.attemptId, message.doubtfulSince);
  if (delivery.receiveCount < limits.maxSendReceives) {
    throw new NotYet(`${message.sendId} was not taken (${error.code}): ${error.message}`);
  }
  await park(
    delivery,
    "outbound",
    `The provider did not take it ${delivery.receiveCount} times: ${error.message}`,
    app,
  );
  await notifyOf(message, app);
}

/**
 * An earlier attempt has no recorded end: it crashed, or its answer was lost. Asks the provider.
 *
 * @returns the message, queued again, when the provider surely has nothing; undefined when it is settled or parked
 * @throws NotYet while waiting may still bring evidence
 */
async function resolveUnknown(
  message: OutboundStored,
  delivery: Delivery<OutboundJob>,
  app: App,
): Promise<OutboundStored | undefined> {
  const { attemptId, attemptedAt, doubtfulSince = attemptedAt } = message;
  if (!attemptId || !attemptedAt) throw new PermanentFailure(`${message.sendId} has no recorded attempt.`);
  const now = app.clock.now();
  const found = await lookUp(message, Date.parse(attemptedAt), app);
  if (found.outcome === "found") {
    await settle(message, { status: found.status, providerId: found.providerId, error: found.error }, app);
    return undefined;
  }
  const isProvenAbsent = found.outcome === "absent" && now - Date.parse(attemptedAt) >= limits.sendAbsenceProvenAfterMs;
  const heldUpLongEnough = now - Date.parse(doubtfulSince!) >= limits.sendUnknownAtMostMs;
  if (isProvenAbsent && (message.doubtfulSince === undefined || !heldUpLongEnough)) {
    const isQueued = await app.stores.messages.requeueSend(message.id, attemptId, doubtfulSince);
    if (isQueued) return { ...message, status: "queued", doubtfulSince };
    throw new NotYet(`${message.sendId} changed while it was looked up.`);
  }
  if (!heldUpLongEnough) throw new NotYet(`No evidence of ${message.sendId} yet.`);
  const reason = found.outcome === "undecided" ? found.reason : "the provider lists nothing";
  await park(delivery, "outbound", `Nobody knows whether ${message.sendId} went out: ${reason}.`, app);
  await notifyOf(message, app);
  return undefined;
}

async function lookUp(message: OutboundStored, attemptedAt: number, app: App): Promise<LookupResult> {
  const { channel, request } = await requestFor(message, app);
  const taken = await providerIdsOfOthers(message, app);
  const isTaken = (providerId: string) => Promise.resolve(taken.has(providerId));
  return channel.lookup({ ...request, attemptedAt, now: app.clock.now(), isTaken }, app);
}

/**
 * What the customer was sent lately: in this conversation, in the one that it goes on in, and in those just before and after
 * it of everybody as whom they count or have counted.
 */
async function providerIdsOfOthers(message: OutboundStored, app: App): Promise<Set<string>> {
  const conversation = await app.stores.conversations.get(message.conversationId);
  const identity = await app.stores.identities.get(message.identityId);
  const customers = [...(await lineOf(conversation?.customerId, app)), ...(await lineOf(identity?.customerId, app))];
  const slots = customers.flatMap(({ openConversationId, lastConversationId }) => [
    openConversationId,
    lastConversationId,
  ]);
  const near = [message.conversationId, conversation?.continuedIn, ...slots];
  const ids = new Set(near.filter((id) => id !== undefined));
  const page = { limit: limits.maxPageItems, newestFirst: true };
  const pages = await Promise.all(Array.from(ids, (id) => app.stores.messages.list(id, page)));
  const others = pages.flatMap(({ items }) => items).filter(({ id }) => id !== message.id);
  return new Set(others.flatMap((other) => (other.direction === "out" ? (other.providerId ?? []) : [])));
}

/** A customer, whom they were merged into, and so on. */
async function lineOf(id: string | undefined, app: App): Promise<Customer[]> {
  const customer = id === undefined ? undefined : await app.stores.customers.get(id);
  return customer ? [customer, ...(await lineOf(customer.mergedInto, app))] : [];
}

async function requestFor(message: OutboundStored, app: App): Promise<{ channel: Channel; request: SendRequest }> {
  const inbox = inboxOf(message.inboxId, app);
  const channel = inbox && channelOf(inbox);
  if (!channel) {
    throw new PermanentFailure(`No channel ${message.channel} with inbox ${message.inboxId} is configured.`);
  }
  const secret = channel.secretName === null ? null : await app.secrets.get(channel.secretName);
  const [origin] = app.publicUrls;
  if (!origin) throw new Error("No public URL is configured, so the provider could not report back: set PUBLIC_URLS.");
  const statusPath = channel.webhook?.statusPath(message.sendId) ?? null;
  const { sendId, identityId, conversationId, to, text, subject, references, author, createdAt } = message;
  const request: SendRequest = {
    sendId,
    identityId,
    conversationId,
    to,
    inbox,
    text,
    media: [],
    subject,
    references,
    isAutomatic: author === automaticAuthor,
    writtenAt: Date.parse(createdAt),
    statusUrl: statusPath && origin + statusPath,
    secret,
  };
  return { channel, request };
}

async function settle(
  message: OutboundStored,
  change: Pick<
    Parameters<App["stores"]["messages"]["raiseStatus"]>[1],
    "status" | "providerId" | "error" | "attemptId"
  >,
  app: App,
): Promise<void> {
  const settled = await app.stores.messages.raiseStatus(message.id, { ...change, at: isoTime(app.clock.now()) });
  if (settled) await tellStatus(settled, app);
  await notifyOf(message, app);
}

function notifyOf(message: OutboundStored, app: App): Promise<void> {
  return notify(
    [message.author],
    { type: "status", conversationId: message.conversationId, messageId: message.id },
    app,
  );
}
