import { currentCustomer } from "./customers.ts";
import { notify } from "./notify.ts";
import { tellOutcomes, type LoggedOutcome } from "./pool-told.ts";
import type { PooledMemory } from "./pool-log.ts";
import { enqueueEventOf, isPoolOf, queueOf, sendPoolEvent } from "./pool-events.ts";
import { rememberWindows } from "./windows.ts";
import type { Conversation, PooledAttributes } from "../core/conversation.ts";
import type { PoolState } from "../core/pool/model.ts";
import type { Destination, PoolEntry, PoolOutcome, PoolView } from "../core/pool/types.ts";
import { viewOf } from "../core/pool/views.ts";
import { limits } from "../core/limits.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";

/** What is to be shown of one conversation: where it is now, and how it left if it is not in the pool any more. */
interface Change {
  conversationId: string;
  view?: PoolView;
  /** how it left the pool last */
  left?: { as: "resolved" | "withdrawn" | "handedOver"; version: number; at: Timestamp; to?: Destination };
  /** whose desks concern it */
  agentIds: Set<string>;
  /** in the log's order */
  logged: LoggedOutcome[];
}

/**
 * Shows on the conversations what the log says above the watermark, and moves the watermark. Whoever comes next does it
 * again when this one dies in between: each step is safe to repeat, and shows the latest state rather than an entry's.
 *
 * @param own the entry that this command has just appended, if it has
 */
export async function project(pooled: PooledMemory, app: App, own?: PoolEntry): Promise<void> {
  const isOwnAlone = pooled.unprojected.length === 1 && pooled.unprojected[0]?.entryId === own?.entryId;
  if (!isOwnAlone) await forgetProjected(pooled, app);
  if (pooled.unprojected.length === 0) return;
  const { poolId, sequence } = pooled.state;
  const changes = changesOf(pooled.unprojected, pooled.state);
  for (let start = 0; start < changes.length; start += limits.maxParallelWrites) {
    const some = changes.slice(start, start + limits.maxParallelWrites);
    await Promise.all(some.map((change) => show(change, poolId, sequence, app)));
  }
  await Promise.all([
    app.stores.poolLog.setWatermark(poolId, sequence),
    ...changes.map(({ conversationId, agentIds }) =>
      notify(Array.from(agentIds), { type: "conversation", conversationId }, app),
    ),
  ]);
  forget(pooled, sequence);
}

/** Others have written to the log: they may have shown it as well. */
export async function forgetProjected(pooled: PooledMemory, app: App): Promise<void> {
  if (pooled.unprojected.length > 0) forget(pooled, await app.stores.poolLog.watermark(pooled.state.poolId));
}

function forget(pooled: PooledMemory, watermark: number): void {
  pooled.unprojected = pooled.unprojected.filter(({ sequence }) => sequence > watermark);
}

function changesOf(entries: PoolEntry[], state: PoolState): Change[] {
  const changes = new Map<string, Change>();
  for (const entry of entries) {
    for (const [position, outcome] of entry.outcomes.entries()) {
      if (!("conversationId" in outcome) || isInvisible(outcome)) continue;
      const { conversationId } = outcome;
      const change = changes.get(conversationId) ?? { conversationId, agentIds: new Set(), logged: [] };
      changes.set(conversationId, change);
      change.logged.push({ entry, position });
      if ("agentId" in outcome && outcome.agentId !== null) change.agentIds.add(outcome.agentId);
      if (outcome.kind === "released" && outcome.as !== "transferred") {
        const { as, version, to } = outcome;
        change.left = { as, version, at: entry.at, to };
      }
    }
  }
  for (const change of changes.values()) change.view = viewOf(state, change.conversationId);
  return Array.from(changes.values());
}

/** A newer version is shown too: what was opened again says that it is resolved until then. */
const isInvisible = ({ kind }: PoolOutcome): boolean => kind === "relaxed";

async function show(change: Change, poolId: string, sequence: number, app: App): Promise<void> {
  const { conversationId, view, logged } = change;
  const shown = view ? await showOpen(view, poolId, sequence, app) : await showLeft(change, poolId, sequence, app);
  await tellOutcomes(conversationId, logged, shown, app);
}

async function showLeft(
  { conversationId, left }: Change,
  poolId: string,
  sequence: number,
  app: App,
): Promise<Conversation | undefined> {
  if (!left) return undefined;
  if (left.as === "resolved") return close(conversationId, left, poolId, sequence, app);
  const conversation = await app.stores.conversations.get(conversationId);
  if (left.to && conversation?.closedAt === undefined) {
    if (conversation) await bringTo(left.to, left.version, conversation, sequence, app);
    return conversation;
  }
  // A merge that has been undone may have withdrawn what was opened again since.
  const isOpenAgain = conversation?.closedAt === undefined && (conversation?.messageVersion ?? 0) > left.version;
  if (conversation && isOpenAgain) await openAgain(conversation, sequence, app);
  return conversation;
}

async function showOpen(view: PoolView, poolId: string, sequence: number, app: App): Promise<Conversation | undefined> {
  const { conversationId, status, queueId, agentId, offerId, snoozedUntil, enqueuedAt } = view;
  const attributes: PooledAttributes = {
    status: status as PooledAttributes["status"],
    queueId,
    agentId,
    ...(offerId !== undefined && { offerId }),
    ...(snoozedUntil !== undefined && { snoozedUntil }),
    enqueuedAt,
    poolId,
    poolSequence: sequence,
  };
  const isOwn = isPoolOf(poolId, queueId, app.config);
  const stored = await app.stores.conversations.project(conversationId, attributes, isOwn);
  if (!stored) {
    const error = new Error(`${conversationId} is in pool ${poolId} and in no table: it is taken out of the pool.`);
    app.log.error("pool.conversation-missing", error, { poolId });
    await withdraw(conversationId, view.version, "It does not exist.", { poolId, sequence }, app);
  } else if (stored.closedAt !== undefined && !isShownLater(stored, poolId, sequence)) {
    await withdraw(conversationId, stored.messageVersion, "It is closed.", { poolId, sequence }, app);
  } else if (status === "snoozed" && stored.messageVersion > view.version) {
    // The customer wrote while it was being set aside, and route saw it as held still.
    await openAgain(stored, sequence, app);
  }
  return stored;
}

/** Another pool counts by itself: its entries tell nothing of what this one has seen. */
const isShownLater = (shown: Conversation, poolId: string, sequence: number): boolean =>
  (shown.poolId ?? poolId) === poolId && (shown.poolSequence ?? 0) > sequence;

async function withdraw(
  conversationId: string,
  version: number,
  reason: string,
  { poolId, sequence }: { poolId: string; sequence: number },
  app: App,
): Promise<void> {
  const event = { kind: "withdraw", conversationId, version, reason } as const;
  await sendPoolEvent(poolId, event, `${conversationId}:${version}:${sequence}`, app);
}

/** Closes it and frees the customer's slot; a message that the pool had not seen opens it again. */
async function close(
  conversationId: string,
  { version, at }: { version: number; at: Timestamp },
  poolId: string,
  sequence: number,
  app: App,
): Promise<Conversation | undefined> {
  const pool = { id: poolId, isOwn: (seen: Conversation) => isPoolOf(poolId, queueOf(seen), app.config) };
  const { outcome, conversation } = await app.stores.conversations.close(conversationId, version, at, sequence, pool);
  if (!conversation) {
    const error = new Error(`${conversationId} was resolved in pool ${poolId} and is in no table.`);
    app.log.error("pool.conversation-missing", error, { poolId });
  } else if (outcome === "closed") {
    await leaveCustomer(conversation, app);
  } else if (conversation.messageVersion > version) {
    await openAgain(conversation, sequence, app);
  }
  return conversation;
}

/** It goes into the history of its own customer, and what is known of windows to the addresses; the slot is that of whom this one counts as today. */
async function leaveCustomer(conversation: Conversation, app: App): Promise<void> {
  const { customers } = app.stores;
  await customers.addToHistory(conversation.customerId, conversation);
  await rememberWindows(conversation, app);
  const holder = await currentCustomer(conversation.customerId, app);
  await customers.freeOpenConversation(holder.id, conversation, conversation.language);
}

/** What was set aside stays so in the other pool, unless its customer has written since. */
async function bringTo(
  { poolId, queueId, heldBy }: Destination,
  version: number,
  conversation: Conversation,
  sequence: number,
  app: App,
): Promise<void> {
  const { event } = enqueueEventOf(conversation, app.config);
  const isTheirs = heldBy?.until === undefined || conversation.messageVersion <= version;
  const enqueue = { ...event, queueId, heldBy: isTheirs ? heldBy : undefined };
  await sendPoolEvent(poolId, enqueue, `${conversation.id}:${event.version}:${sequence}`, app);
}

/** Named after the entry as well: the same version may have been enqueued, and dropped, a moment ago. */
async function openAgain(conversation: Conversation, sequence: number, app: App): Promise<void> {
  const { poolId, event } = enqueueEventOf(conversation, app.config);
  await sendPoolEvent(poolId, event, `${conversation.id}:${event.version}:${sequence}`, app);
}
