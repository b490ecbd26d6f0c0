import { answeredConversation } from "./answered.ts";
import { fetchFiles, keepInlineFiles } from "./files.ts";
import { languageDetector } from "./language.ts";
import { openAgain, senderOf } from "./sender.ts";
import { capabilitiesOf } from "../../shared/core/capabilities.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { Customer, Identity } from "../../shared/core/customer.ts";
import type { Decision } from "../../shared/core/decision.ts";
import { optOutKeys, saidAt, saidAtOf } from "../../shared/core/identify.ts";
import { automaticReplyIdOf, messageIdOf } from "../../shared/core/ids.ts";
import { resolveLanguage } from "../../shared/core/language.ts";
import { limits } from "../../shared/core/limits.ts";
import { messageOrder, type InboundStored } from "../../shared/core/message.ts";
import { decide, readableText } from "../../shared/core/rules/decide.ts";
import { subjectOf, thread, type AnsweredConversation, type Thread } from "../../shared/core/thread.ts";
import { beginningOf, byteLength } from "../../shared/core/text.ts";
import type { Timestamp } from "../../shared/core/time.ts";
import { countTry, workThrough } from "../../shared/flow/batch.ts";
import { tellInboundStatus } from "../../shared/flow/chat-notify.ts";
import { currentCustomer } from "../../shared/flow/customers.ts";
import { tellReceived } from "../../shared/flow/events.ts";
import { inboxOf } from "../../shared/flow/gate.ts";
import { takeInBatch } from "../../shared/flow/intake.ts";
import { notify } from "../../shared/flow/notify.ts";
import { everyTryFailed, PermanentFailure } from "../../shared/flow/park.ts";
import { enqueueConversation, isInPool } from "../../shared/flow/pool-events.ts";
import { reopenAs, reopenConversation } from "../../shared/flow/reopen.ts";
import { acceptReply, automaticAuthor } from "../../shared/flow/reply.ts";
import { compiledRules } from "../../shared/flow/rules.ts";
import { idsOfChat } from "../../shared/flow/same-chat.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery, InboundBatchJob, InboundJob } from "../../shared/ports/queues.ts";
import type { ConversationStore } from "../../shared/ports/stores.ts";

/**
 * Routes inbound messages: identify → thread → rules → plan, then applies the plan.
 *
 * The order of writes is invariant I2's: (1) claim the customer's slot only when it is free, (2) put the message with its
 * decision as the plan, (3) the conversation, (4) what follows. Each step may be repeated; a message that is already
 * stored keeps the plan it was stored with.
 */
export function run(batch: Delivery<InboundJob | InboundBatchJob>[], app: App): Promise<string[]> {
  return workThrough(batch, "inbound", app, async (delivery) => {
    // Counted before it is tried: one that ends its process counts too.
    if ((await countTry(delivery, "inbound", app)) >= limits.maxRouteTries) throw new PermanentFailure(everyTryFailed);
    const { body } = delivery;
    if (body?.schemaVersion !== 1)
      throw new PermanentFailure("The job's schema version is not one that this version reads.");
    if ("eventsKey" in body) await takeInBatch(body, app);
    else await routeMessage(body, delivery.sequence, app);
  });
}

async function routeMessage(job: InboundJob, sequence: string, app: App): Promise<void> {
  const identity = await senderOf(job, app);
  const customer = await currentCustomer(identity.customerId, app);
  const id = messageIdOf(job.message.channel, job.message.accountId, job.message.providerId);
  const answered = await answeredConversation(job.message, customer, app);
  const arrival = { id, job, saidAt: saidAt(job.message, job.receivedAt), identity, customer, answered, sequence };
  const stored = await storeMessage(arrival, app);
  if (stored.identityId !== identity.id) await stayWithSender(stored, arrival, app);
  arrival.saidAt = saidAtOf(stored);
  await openAgain(arrival.identity, stored, app);
  await fetchFiles(stored, job.message.media, app);
  await applyPlan(arrival, stored, app);
}

/** Since it was stored, its address has passed on to somebody else: it stays with whoever it was stored for. */
async function stayWithSender({ id, identityId }: InboundStored, arrival: Arrival, app: App): Promise<void> {
  const identity = await app.stores.identities.get(identityId);
  if (!identity) throw new Error(`${id} came from ${identityId}, whom nobody knows.`);
  arrival.identity = identity;
  await lookAgain(arrival, app);
}

interface Arrival {
  id: string;
  job: InboundJob;
  /** once it is stored, as the copy of it that was stored says */
  saidAt: Timestamp;
  identity: Identity;
  /** as read last */
  customer: Customer;
  /** the conversation that it says it answers, as read last */
  answered: AnsweredConversation | undefined;
  sequence: string;
}

/** Steps (1) and (2). A customer without an open conversation may be so because this very message was handled before. */
async function storeMessage(arrival: Arrival, app: App): Promise<InboundStored> {
  if (!arrival.customer.openConversationId) {
    const stored = await app.stores.messages.get(arrival.id);
    if (stored?.direction === "in") return stored;
  }
  const { message, receivedAt } = arrival.job;
  const decision = await plan(arrival, 0, undefined, app);
  const text = await keepText(arrival.id, message.text, app);
  const { message: stored } = await app.stores.messages.create<InboundStored>({
    id: arrival.id,
    schemaVersion: 1,
    direction: "in",
    conversationId: decision.conversationId,
    identityId: arrival.identity.id,
    channel: message.channel,
    inboxId: message.inboxId,
    ...text,
    media: await keepInlineFiles(arrival.id, message.media, app),
    providerId: message.providerId,
    sequence: arrival.sequence,
    order: messageOrder(message.providerTime ?? receivedAt, arrival.sequence, arrival.id),
    createdAt: receivedAt,
    replyTo: message.replyTo,
    decision,
    planVersion: 0,
    optOut: message.optOut,
    subject: message.subject,
    senderName: message.senderName && beginningOf(message.senderName, limits.maxNameCharacters),
    automatic: message.automatic,
    html: message.html,
    fullText: message.fullText,
    marks: message.marks,
    context: message.context,
    unknownFields: message.unknownFields,
  });
  return stored;
}

/** A text too large for an item of the table is cut there, and kept whole in the bucket. */
async function keepText(messageId: string, text: string, app: App): Promise<Pick<InboundStored, "text" | "wholeText">> {
  const bytes = byteLength(text);
  if (bytes <= limits.maxInlineTextBytes) return { text };
  const key = `texts/${messageId}`;
  await app.blobs.put(key, text);
  return { text: beginningOf(text, limits.maxCutTextCharacters), wholeText: { key, bytes } };
}

/** Decides, and claims the slot where the decision opens a conversation. */
async function plan(
  arrival: Arrival,
  planVersion: number,
  closed: Conversation | undefined,
  app: App,
): Promise<Decision> {
  const { identity, customer, answered, job } = arrival;
  const place = thread(arrival.id, planVersion, customer, closed?.id, answered);
  const opener = thread(arrival.id, planVersion, {});
  const detectLanguage = await languageDetector();
  const detected = detectLanguage(readableText(job.message), app.config.languages);
  const facts = {
    saidAt: arrival.saidAt,
    identity,
    customer,
    customerId: customer.id === identity.customerId ? undefined : customer.id,
    language: resolveLanguage(detected.language, undefined, customer, app.config),
    detector: detected.detector,
    conversationId: place.conversationId,
    opens: place.conversationId === opener.conversationId,
    reopens: place.reopensAs === undefined ? undefined : place.conversationId,
    relatesTo: answered && !answered.isOwn ? answered.id : undefined,
  };
  const decision = decide(job.message, facts, compiledRules(app.config), app.clock.now());
  const needsSlot = place.opens || place.reopensAs !== undefined;
  if (!needsSlot || decision.kind === "keep") return decision;
  if (place.opens && (await isSomebodyElses(place.conversationId, customer, app)))
    return plan(arrival, planVersion + 1, closed, app);
  const claimed = await claimSlot(place, arrival, closed, app);
  const isAsRead = place.reopensAs === undefined || claimed.version === customer.version;
  if (isAsRead && claimed.openConversationId === place.conversationId) return decision;
  // Whoever was in the way: another message of the customer's, a merge, or its undoing.
  await lookAgain(arrival, app);
  return plan(arrival, planVersion, undefined, app);
}

/**
 * It was claimed for whoever the sender counted as before a merge was undone, somebody else wrote in it, and it stayed theirs.
 * Every undoing raises the version.
 */
async function isSomebodyElses(conversationId: string, { id, version }: Customer, app: App): Promise<boolean> {
  const conversation = version > 0 ? await app.stores.conversations.get(conversationId) : undefined;
  return conversation !== undefined && conversation.customerId !== id;
}

/** As whom the sender counts may have changed since, and so may whose conversation they answer. */
async function lookAgain(arrival: Arrival, app: App): Promise<void> {
  arrival.customer = await currentCustomer(arrival.identity.customerId, app);
  arrival.answered = await answeredConversation(arrival.job.message, arrival.customer, app);
}

/** @returns the customer's head as it is now; its `openConversationId` says who holds the slot */
async function claimSlot(
  { conversationId, reopensAs }: Thread,
  { customer, identity }: Arrival,
  replaces: Conversation | undefined,
  app: App,
): Promise<Customer> {
  const { customers } = app.stores;
  if (reopensAs !== undefined)
    return customers.claimForReopening(
      customer.id,
      { id: conversationId, messageVersion: reopensAs },
      customer.version,
    );
  if (customer.id === identity.customerId)
    return customers.claimOpenConversation(customer.id, { conversationId, identityId: identity.id, replaces });
  // By a merge the identity counts as another customer's: it stays its own one's, and the undoing raises the version.
  await customers.addIdentities(identity.customerId, [identity.id]);
  return customers.claimOpenConversation(customer.id, { conversationId, customerVersion: customer.version, replaces });
}

/**
 * Steps (3) and (4), on the first delivery or a later one. A plan whose conversation has been closed or given to another
 * customer in the meantime is replaced, unless it was applied before.
 */
async function applyPlan(arrival: Arrival, stored: InboundStored, app: App): Promise<void> {
  if (stored.decision.reason === "opt-out-word") await recordConsent(stored, arrival.identity, app);
  for (let message = stored; ;) {
    if (message.decision.kind === "keep" && message.decision.opens) return rememberKept(arrival, message, app);
    const result = await app.stores.conversations.applyMessage(
      message.conversationId,
      await routedAttributes(arrival, message, app),
    );
    const { outcome, conversation } = result;
    if (outcome === "applied" || outcome === "repeated") return followOrReopen(arrival, message, conversation, app);
    const closed = outcome === "closed" ? conversation : undefined;
    if (closed && message.decision.kind === "keep") return rememberWindow(arrival, message, app);
    await lookAgain(arrival, app);
    if (closed && (await finishReopening(arrival.customer, closed, app))) continue;
    const decision = await plan(arrival, message.planVersion + 1, closed, app);
    message = await app.stores.messages.replacePlan(message.id, message.planVersion, decision.conversationId, decision);
  }
}

/** What opens no conversation claims no slot: that it is there, and whose it is, is remembered all the same. */
async function rememberKept(arrival: Arrival, message: InboundStored, app: App): Promise<void> {
  const { identity, customer } = arrival;
  const { customers } = app.stores;
  const isKnown = identity.customerId === customer.id && customer.identityIds.includes(identity.id);
  if (!isKnown) await customers.addIdentities(identity.customerId, [identity.id]);
  await customers.addToHistory(customer.id, { id: message.conversationId, openedAt: message.createdAt });
  await rememberWindow(arrival, message, app);
}

/** No conversation will: they have written all the same, START among others. */
async function rememberWindow({ job, identity }: Arrival, { inboxId }: InboundStored, app: App): Promise<void> {
  const since = windowSince(job, app);
  if (since !== undefined) await app.stores.identities.setLastInbound(identity.id, inboxId, since);
}

/** The slot was claimed for reopening this conversation, by somebody who died or is about to do the same. */
async function finishReopening(customer: Customer, closed: Conversation, app: App): Promise<boolean> {
  const { openConversationId, reopenedVersion = 0 } = customer;
  if (openConversationId !== closed.id || reopenedVersion !== closed.messageVersion + 1) return false;
  await reopenAs(customer, closed, app);
  return true;
}

async function routedAttributes(
  arrival: Arrival,
  message: InboundStored,
  app: App,
): Promise<Parameters<ConversationStore["applyMessage"]>[1]> {
  const { decision } = message;
  const isForNobody = decision.kind === "keep" && message.optOut !== "start";
  return {
    customerId: arrival.customer.id,
    customerVersion: arrival.customer.version,
    identityId: message.identityId,
    address: arrival.job.message.replyTo ?? arrival.identity.address,
    channel: message.channel,
    inboxId: message.inboxId,
    customerName: arrival.customer.name ?? message.senderName,
    subject: message.subject === undefined ? subjectOf(message.text) : subjectOf(message.subject),
    language: decision.language,
    tags: decision.requested.tags,
    requested: decision.requested,
    relatesTo: decision.relatesTo,
    references: arrival.job.message.references,
    sequence: message.sequence,
    at: message.createdAt,
    windowSince: windowSince(arrival.job, app),
    isQuiet: decision.reason === "quiet" || undefined,
    // Who starts messages of one of our numbers again wants them there.
    isKept: (isForNobody && !(await isAnsweredWhereTheyLeft(arrival, message, app))) || undefined,
  };
}

/** Then answers follow them to the address that they have now. */
async function isAnsweredWhereTheyLeft(
  { job }: Arrival,
  { conversationId }: InboundStored,
  app: App,
): Promise<boolean> {
  if (!job.message.leaves) return false;
  const conversation = await app.stores.conversations.get(conversationId);
  const answered = conversation && (await app.stores.identities.get(conversation.identityId));
  return answered?.leftAt !== undefined;
}

/** By the provider's clock, as the provider counts. */
function windowSince({ message, receivedAt }: InboundJob, { config }: App): string | undefined {
  if (message.isQuiet || capabilitiesOf(message, config)?.window === undefined) return undefined;
  return saidAt(message, receivedAt);
}

/** START lifts as well what was said to the inbox before router.yaml named it. */
async function recordConsent(stored: InboundStored, identity: Identity, app: App): Promise<void> {
  const { optOut, inboxId, sequence } = stored;
  if (optOut === "help") return;
  const keys = optOut === "start" ? optOutKeys(inboxId, inboxOf(inboxId, app)) : [inboxId];
  for (const id of await idsOfChat(identity, app))
    for (const key of keys)
      await app.stores.identities.setOptOut(id, key, optOut === "stop", saidAtOf(stored), sequence);
}

/**
 * A message that a person sends on may have been applied before it was parked, or stand behind later ones; either way it is
 * in its conversation. Where that was resolved meanwhile, the person wants somebody to see it.
 */
async function followOrReopen(
  { job }: Arrival,
  message: InboundStored,
  conversation: Conversation,
  app: App,
): Promise<void> {
  await tellReceived(message, conversation, app);
  const isDone = job.redriven === true && message.decision.kind === "route" && conversation.closedAt !== undefined;
  if (isDone) await reopenConversation(conversation, app);
  else await follow(message, conversation, app);
}

/** What a routed message sets off; all of it safe to repeat. */
async function follow(message: InboundStored, conversation: Conversation, app: App): Promise<void> {
  const { decision } = message;
  const belongsInPool = decision.kind === "route" && conversation.closedAt === undefined;
  // One that was set aside comes back with what its customer writes.
  const isForPool = !isInPool(conversation, app.config) || conversation.status === "snoozed";
  if (belongsInPool && isForPool) await enqueueConversation(conversation, app);
  if (decision.automaticReply) {
    const { text } = decision.automaticReply;
    const reply = { messageId: automaticReplyIdOf(message.id), conversation, text, author: automaticAuthor };
    const result = await acceptReply(reply, app);
    if (result.outcome === "refused") app.log.info("automatic-reply.refused", { reason: result.verdict.reason });
  }
  const notice = { type: "message", conversationId: conversation.id, messageId: message.id } as const;
  await notify([conversation.agentId], notice, app);
  await tellInboundStatus(message, "received", app);
}
