import { lookUp } from "./evidence.ts";
import { requestFor } from "./request.ts";
import {
  UnusableSecret,
  type Channel,
  type LookupResult,
  type SendRequest,
  type SendResult,
} from "../../shared/channels/channel.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { sendRank, type OutboundStored, type SendError } from "../../shared/core/message.ts";
import { boundedPauseMs } from "../../shared/core/retry-after.ts";
import { workThrough } from "../../shared/flow/batch.ts";
import { rememberConsequence } from "../../shared/flow/consequences.ts";
import { inboxOf, mayGoOut } from "../../shared/flow/gate.ts";
import { notify } from "../../shared/flow/notify.ts";
import { park, PermanentFailure } from "../../shared/flow/park.ts";
import { automaticAuthor, partBefore } from "../../shared/flow/reply.ts";
import { costOf, giveSpendBack, reserveSpend } from "../../shared/flow/spend.ts";
import { rememberProviderId } from "../../shared/flow/statuses.ts";
import { tellOutcome } from "../../shared/flow/unsent.ts";
import type { Timestamp } from "../../shared/core/time.ts";
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
  if (sendRank(message.status) > sendRank("unknown")) return tellSettled(message, app);
  const current = message.status === "queued" ? message : await resolveUnknown(message, delivery, app);
  if (current) await handOver(current, delivery, app);
}

/** Whoever settled it may have died before noting by which id it is named from then on, or before telling so. */
async function tellSettled(message: OutboundStored, app: App): Promise<void> {
  if (message.providerId !== undefined) await rememberProviderId(message, message.providerId, app);
  await tellOutcome(message, app);
}

async function handOver(message: OutboundStored, delivery: Delivery<OutboundJob>, app: App): Promise<void> {
  const { notBefore } = message;
  if (notBefore !== undefined && app.clock.now() < Date.parse(notBefore))
    return waitOrPark({ ...message, notBefore }, undefined, delivery, app);
  const before = await partGoneBefore(message, delivery, app);
  const conversation = await app.stores.conversations.get(message.conversationId);
  const verdict = await askGate(message, before, conversation, app);
  if (!verdict.ok) return fail(message, { code: verdict.reason, message: verdict.explanation }, app);
  const { channel, request } = await requestFor(message, app);
  const now = app.clock.now();
  const attemptId = timeSortedId("ent", now, app.random.bytes(10));
  const spending = {
    micros: costOf(request.inbox, message, app),
    at: now,
    attemptId,
    isAutomatic: request.isAutomatic,
  };
  // Before the claim, so that whatever may have gone out has been counted.
  if (!(await reserveSpend(request.inbox, spending, app))) return fail(message, capReached, app);
  const isReassigned = message.author !== automaticAuthor && conversation?.agentId !== message.author;
  const claimed = await claim(message, { attemptId, attemptedAt: isoTime(now) }, isReassigned, app);
  const result = await handedOver(channel, { ...request, asHumanAgent: verdict.asHumanAgent }, app);
  if (result.outcome === "notSent") await takeBack(claimed, result, delivery, app);
  else await recordOutcome(claimed, result, app);
}

/** @throws NotYet where another attempt holds it */
async function claim(
  message: OutboundStored,
  { attemptId, attemptedAt }: { attemptId: string; attemptedAt: Timestamp },
  isReassigned: boolean,
  app: App,
): Promise<OutboundStored> {
  let held: OutboundStored | undefined;
  try {
    const claimed = await app.stores.messages.claimSend(message.id, attemptId, attemptedAt, isReassigned || undefined);
    if (claimed?.status === "sending" && claimed.attemptId === attemptId) held = claimed;
  } finally {
    // Whether the claim was refused, or its answer was lost: nothing is handed over by this attempt.
    if (!held) await giveBack(message, { attemptId, attemptedAt }, app);
  }
  if (!held) throw new NotYet(`Another attempt holds ${message.sendId}.`);
  return held;
}

async function handedOver(channel: Channel, request: SendRequest, app: App): Promise<SendResult> {
  try {
    return await channel.send(request, app);
  } catch (error) {
    if (!(error instanceof UnusableSecret)) throw error;
    // A person can mend it meanwhile.
    const { message } = error;
    return { outcome: "notSent", error: { code: "credentials", message }, retryAfterMs: limits.secretPauseMs };
  }
}

/**
 * What the queue took in part stands there in another order, and one that came too often is with the dead letters for a
 * while: the part before goes out first, whoever brings it. That it comes once more then changes nothing.
 *
 * @throws NotYet where it is still to go out
 */
async function partGoneBefore(
  message: OutboundStored,
  delivery: Delivery<OutboundJob>,
  app: App,
): Promise<OutboundStored | undefined> {
  const before = await partBefore(message, app);
  if (!before || sendRank(before.status) > sendRank("unknown")) return before;
  const body = { ...delivery.body, messageId: before.id };
  const failed = await run([{ ...delivery, messageId: before.id, body }], app);
  if (failed.length > 0) throw new NotYet(`The part before ${message.sendId} has not gone out yet.`);
  return partBefore(message, app);
}

/** As the reply was asked when it was taken in: what was true then may have changed, and each part goes by itself. */
async function askGate(
  message: OutboundStored,
  before: OutboundStored | undefined,
  conversation: Conversation | undefined,
  app: App,
) {
  if (before?.status === "failed") return brokenOff;
  if (before && isLeftBehind(before)) throw new PermanentFailure(waitsForEarlierPart);
  const identity = await app.stores.identities.get(message.identityId);
  const { text, template, quickReplies = [], author } = message;
  const files = message.media.map(({ contentType, bytes = 0, name = "file" }) => ({ contentType, bytes, name }));
  const outgoing = { text, files, template, quickReplies, isAutomatic: author === automaticAuthor };
  return mayGoOut(outgoing, { ...message, address: message.to }, { identity, conversation }, app);
}

/** Parked, and surely not with the provider: a doubtful one most likely is, and holds nothing up. */
const isLeftBehind = ({ status, notBefore, attemptId }: OutboundStored): boolean =>
  status === "parked" && (notBefore !== undefined || attemptId === undefined);

const waitsForEarlierPart = "The part of the reply before it waits for a person: send that one on first.";

/** What is left of a reply whose beginning is missing would only confuse. */
const brokenOff = {
  ok: false,
  reason: "earlier-part-failed",
  explanation: "An earlier part of this reply could not be sent, so the rest of it was held back.",
} as const;

const capReached: SendError = {
  code: "spend-cap",
  message:
    "Other messages of the inbox have reached its spending cap for today (UTC), or what automatic ones may use of it; an operator can raise it.",
};

async function recordOutcome(
  message: OutboundStored,
  result: Exclude<SendResult, { outcome: "notSent" }>,
  app: App,
): Promise<void> {
  switch (result.outcome) {
    case "sent":
      await settle(message, { status: "sent", providerId: result.providerId }, app);
      await rememberProviderId(message, result.providerId, app);
      return;
    case "refused":
      try {
        await rememberConsequence(message, result.error, app);
        await fail(message, result.error, app);
      } finally {
        await giveBack(message, message, app);
      }
      return;
    case "unknown":
      await settle(message, { status: "unknown", error: result.error, attemptId: message.attemptId }, app);
      throw new NotYet(`The outcome of ${message.sendId} is not known: ${result.error.code}`);
  }
}

/** The provider surely has nothing. */
async function takeBack(
  message: OutboundStored,
  { error, retryAfterMs }: Extract<SendResult, { outcome: "notSent" }>,
  delivery: Delivery<OutboundJob>,
  app: App,
): Promise<void> {
  const { doubtfulSince, notTakenSince = message.attemptedAt } = message;
  const notBefore = isoTime(app.clock.now() + boundedPauseMs(retryAfterMs));
  const kept = { doubtfulSince, notTakenSince, notBefore };
  try {
    await app.stores.messages.requeueSend(message.id, message.attemptId, kept);
  } finally {
    await giveBack(message, message, app);
  }
  await waitOrPark({ ...message, ...kept }, error, delivery, app);
}

/**
 * It comes again with its delivery, and is a person's when that has gone on for long, or when the provider is to be left
 * alone for longer than a reply, and all behind it, can wait. Whoever learnt so may have died: each delivery asks anew.
 *
 * @param error what this try met, where it was one
 * @throws NotYet while it waits
 */
async function waitOrPark(
  message: OutboundStored & { notBefore: Timestamp },
  error: SendError | undefined,
  delivery: Delivery<OutboundJob>,
  app: App,
): Promise<void> {
  const now = app.clock.now();
  const { sendId, notBefore, notTakenSince = isoTime(now) } = message;
  const why = error ? ` (${error.code}): ${error.message}` : ".";
  const reason = `The provider has not taken it since ${notTakenSince}, and is to be left alone until ${notBefore}${why}`;
  const isTooLong = Date.parse(notBefore) - now > limits.maxSendPauseMs;
  if (!isTooLong && now - Date.parse(notTakenSince) < limits.sendNotTakenAtMostMs)
    throw new NotYet(`${sendId}: ${reason}`);
  await park(delivery, "outbound", reason, app);
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
  const { attemptId, attemptedAt, notTakenSince, doubtfulSince = attemptedAt } = message;
  if (!attemptId || !attemptedAt) throw new PermanentFailure("It has no recorded attempt.");
  const now = app.clock.now();
  const found = await lookUp(message, Date.parse(attemptedAt), app);
  if (found.outcome === "found") {
    await recordFound(message, found, app);
    return undefined;
  }
  const isProvenAbsent = found.outcome === "absent" && now - Date.parse(attemptedAt) >= limits.sendAbsenceProvenAfterMs;
  const heldUpLongEnough = now - Date.parse(doubtfulSince!) >= limits.sendUnknownAtMostMs;
  if (isProvenAbsent && (message.doubtfulSince === undefined || !heldUpLongEnough)) {
    const isQueued = await app.stores.messages.requeueSend(message.id, attemptId, { doubtfulSince, notTakenSince });
    if (isQueued) {
      await giveBack(message, { attemptId, attemptedAt }, app);
      return { ...message, status: "queued", doubtfulSince, notBefore: undefined };
    }
    throw new NotYet(`${message.sendId} changed while it was looked up.`);
  }
  if (!heldUpLongEnough) throw new NotYet(`No evidence of ${message.sendId} yet.`);
  const reason = found.outcome === "undecided" ? found.reason : "the provider lists nothing";
  await park(delivery, "outbound", `Nobody knows whether it went out: ${reason}.`, app);
  await notifyOf(message, app);
  return undefined;
}

async function recordFound(
  message: OutboundStored,
  { status, providerId, error }: Extract<LookupResult, { outcome: "found" }>,
  app: App,
): Promise<void> {
  if (error) await rememberConsequence(message, error, app);
  await settle(message, { status, providerId, error }, app);
  await rememberProviderId(message, providerId, app);
}

/** What was counted comes off again; last, since a crash is to count too much rather than too little. */
async function giveBack(
  message: OutboundStored,
  { attemptId, attemptedAt }: Pick<OutboundStored, "attemptId" | "attemptedAt">,
  app: App,
): Promise<void> {
  const inbox = inboxOf(message.inboxId, app);
  if (!inbox || attemptId === undefined || attemptedAt === undefined) return;
  await giveSpendBack(inbox, { micros: costOf(inbox, message, app), at: Date.parse(attemptedAt), attemptId }, app);
}

const fail = (message: OutboundStored, error: SendError, app: App): Promise<void> =>
  settle(message, { status: "failed", error }, app);

async function settle(
  message: OutboundStored,
  change: Pick<
    Parameters<App["stores"]["messages"]["raiseStatus"]>[1],
    "status" | "providerId" | "error" | "attemptId"
  >,
  app: App,
): Promise<void> {
  const settled = await app.stores.messages.raiseStatus(message.id, { ...change, at: isoTime(app.clock.now()) });
  if (settled) await tellOutcome(settled, app);
  await notifyOf(message, app);
}

function notifyOf(message: OutboundStored, app: App): Promise<void> {
  return notify(
    [message.author],
    { type: "status", conversationId: message.conversationId, messageId: message.id },
    app,
  );
}
