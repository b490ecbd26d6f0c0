import { currentCustomer } from "./customers.ts";
import { rememberConsequence } from "./consequences.ts";
import { holderAt } from "./holders.ts";
import { notify } from "./notify.ts";
import { checkUnsentLater, tellOutcome } from "./unsent.ts";
import { ownAddress, placeOf } from "../core/address.ts";
import { capabilitiesOf } from "../core/capabilities.ts";
import { messageIdOfSend } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { sendRank, type OutboundStored, type StatusSubject, type StatusUpdate } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { TimerJob } from "../ports/queues.ts";

/**
 * Records a provider's report about messages out; a status never goes back. Doing it again changes nothing.
 *
 * @param attempt how often it was looked at before: a report by a provider's id may come before we know that id
 */
export async function recordStatus(update: StatusUpdate, app: App, attempt = 0): Promise<void> {
  const { of } = update;
  if ("sendId" in of) return recordBySendId(of, update, app);
  if ("upTo" in of) return recordUpTo(of, update, app);
  const message = await app.stores.messages.byProviderId(of.channel, of.providerId);
  if (message?.direction === "out") await raiseNamed(message, of, update, app);
  else await lookAgainLater(update, attempt, app);
}

/** Where it is the last one of several, whoever reports names it for all of them. */
async function raiseNamed(
  message: OutboundStored,
  { providerId, isLast }: Extract<StatusSubject, { providerId: string; channel: string }>,
  update: StatusUpdate,
  app: App,
): Promise<void> {
  await raise(message.id, providerId, update, app);
  if (isLast) await raiseUpTo(message, message.attemptedAt ?? message.createdAt, update, app);
}

async function recordBySendId(
  { sendId, providerId, inboxId }: Extract<StatusSubject, { sendId: string }>,
  update: StatusUpdate,
  app: App,
): Promise<void> {
  const id = messageIdOfSend(sendId);
  const isTheirs = inboxId === undefined || (await app.stores.messages.get(id))?.inboxId === inboxId;
  const message = isTheirs ? await raise(id, providerId, update, app) : undefined;
  if (!message) app.log.warn("status.unknown-send", { sendId, status: update.status });
  // Where the send's own outcome is unknown, this is how we learn by which id later reports name it.
  else if (update.status === "sent" && providerId !== undefined) await rememberProviderId(message, providerId, app);
}

/** So that answers and reports which name it find the message; only on channels where they do. Doing it again writes nothing. */
export async function rememberProviderId(message: OutboundStored, providerId: string, app: App): Promise<void> {
  if (!capabilitiesOf(message, app.config)?.namesProviderIds) return;
  const { messages } = app.stores;
  const known = await messages.byProviderId(message.channel, providerId);
  if (!known) await messages.addProviderId(message.channel, providerId, message.id);
}

/** The provider may be faster than our own note of the id that it gave. */
async function lookAgainLater(update: StatusUpdate, attempt: number, app: App): Promise<void> {
  const delaySeconds = limits.statusRetryAfterSeconds[attempt];
  if (delaySeconds === undefined) {
    app.log.warn("status.unknown-provider-id", { status: update.status });
    return;
  }
  const body: TimerJob = { schemaVersion: 1, timer: { kind: "status", update, attempt: attempt + 1 } };
  await app.queues.timers.send([{ body, delaySeconds }]);
}

async function recordUpTo(
  { channel, inboxId, address, upTo }: Extract<StatusSubject, { upTo: string }>,
  update: StatusUpdate,
  app: App,
): Promise<void> {
  const capabilities = capabilitiesOf({ channel, inboxId }, app.config);
  const own = capabilities ? ownAddress(address, capabilities) : address;
  const held = placeOf({ channel, address: own, inboxId }, app.config);
  await raiseUpTo({ identityId: (await holderAt(held, upTo, app)).id, inboxId }, upTo, update, app);
}

/** "Read up to here" says nothing of what the provider may never have been given: only what surely went out is raised. */
async function raiseUpTo(
  { identityId, inboxId }: Pick<OutboundStored, "identityId" | "inboxId">,
  upTo: Timestamp,
  update: StatusUpdate,
  app: App,
): Promise<void> {
  const went = (await newestMessagesOut(identityId, app)).filter(
    (message) =>
      message.identityId === identityId &&
      message.inboxId === inboxId &&
      (message.attemptedAt ?? message.createdAt) <= upTo &&
      message.status !== "failed" &&
      sendRank(message.status) >= sendRank("sent") &&
      sendRank(message.status) < sendRank(update.status),
  );
  await Promise.all(went.map(({ id }) => raise(id, undefined, update, app)));
}

/** Of the conversation that is open, or else of the one before. */
async function newestMessagesOut(identityId: string, app: App): Promise<OutboundStored[]> {
  const identity = await app.stores.identities.get(identityId);
  if (!identity) return [];
  const { openConversationId, lastConversationId } = await currentCustomer(identity.customerId, app);
  const conversationIds = [openConversationId, lastConversationId].filter((id) => id !== undefined);
  const page = { limit: limits.maxWatermarkMessages, newestFirst: true };
  const pages = await Promise.all(conversationIds.map((id) => app.stores.messages.list(id, page)));
  return pages.flatMap(({ items }) => items).filter((message) => message.direction === "out");
}

async function raise(
  id: string,
  providerId: string | undefined,
  { status, error }: StatusUpdate,
  app: App,
): Promise<OutboundStored | undefined> {
  if (status === "failed") await checkUnsentLater(id, app);
  const at = isoTime(app.clock.now());
  const message = await app.stores.messages.raiseStatus(id, { status, providerId, error, at });
  if (!message) return undefined;
  if (message.status === "failed" && error) await rememberConsequence(message, error, app);
  await tellOutcome(message, app);
  const notice = { type: "status", conversationId: message.conversationId, messageId: message.id } as const;
  await notify([message.author], notice, app);
  return message;
}
