import { tellReopened } from "./events.ts";
import type { Configuration, Pool } from "../core/configuration.ts";
import type { Conversation } from "../core/conversation.ts";
import type { EnqueueEvent, PoolEvent } from "../core/pool/types.ts";
import type { App } from "../ports/app.ts";

/** The pool that a queue belongs to; a queue that the configuration no longer has is served by the default queue's pool. */
export function poolOfQueue(queueId: string, config: Configuration): { pool: Pool; queueId: string } {
  const has = (pool: Pool, id: string) => pool.queues.some((queue) => queue.id === id);
  const own = config.pools.find((pool) => has(pool, queueId));
  if (own) return { pool: own, queueId };
  const fallback = config.pools.find((pool) => has(pool, config.defaultQueueId));
  if (!fallback) throw new Error(`The default queue ${config.defaultQueueId} belongs to no pool.`);
  return { pool: fallback, queueId: config.defaultQueueId };
}

/** What tells the pool of a conversation that it has not seen, or that a newer message has opened again. */
export function enqueueEventOf(
  conversation: Conversation,
  config: Configuration,
): { poolId: string; event: EnqueueEvent } {
  const { pool, queueId } = poolOfQueue(queueOf(conversation), config);
  const { agentId, status } = conversation;
  const isElsewhere = isTakenUp(conversation) && conversation.poolId !== pool.id;
  return {
    poolId: pool.id,
    event: {
      kind: "enqueue",
      conversationId: conversation.id,
      version: conversation.messageVersion,
      queueId,
      steps: conversation.requested.steps,
      priority: conversation.requested.priority,
      channel: conversation.channel,
      receivedAt: conversation.lastInboundAt,
      ...(isElsewhere && status === "assigned" && agentId && { heldBy: { agentId } }),
    },
  };
}

/** Where it is, or is to go. */
export const queueOf = ({ queueId, requested }: Conversation): string => queueId ?? requested.queueId;

/** Whether a pool has seen it as it is: one that was reopened shows its resolving until the pool has taken it up again. */
export const isTakenUp = ({ enqueuedAt, status }: Conversation): boolean =>
  enqueuedAt !== undefined && status !== "resolved";

/**
 * Whether the pool that its queue belongs to today has seen it as it is. Where that is not known, and after a queue went to
 * another pool, it is enqueued once more: the pool's log knows whether that is new.
 */
export const isInPool = (conversation: Conversation, config: Configuration): boolean =>
  isTakenUp(conversation) && isPoolOf(conversation.poolId, queueOf(conversation), config);

/** Whether this pool has the queue today. */
export const isPoolOf = (poolId: string | undefined, queueId: string, config: Configuration): boolean =>
  poolOfQueue(queueId, config).pool.id === poolId;

/** Step (4) of `route`: idempotent by conversation and version. */
export async function enqueueConversation(conversation: Conversation, app: App): Promise<void> {
  if (conversation.status === "resolved") await tellReopened(conversation, app);
  const { poolId, event } = enqueueEventOf(conversation, app.config);
  await sendPoolEvent(poolId, event, `${conversation.id}:${conversation.messageVersion}`, app);
}

/** The roster of a pool; of one that the configuration does not have any more: nobody's, so that all leave it. */
export function configureEventOf(pool: Pool | undefined, config: Configuration): PoolEvent {
  const { version: configurationVersion, defaultQueueId } = config;
  const { agents, queues, rampUpMs } = pool ?? { agents: [], queues: [], rampUpMs: 0 };
  const others = config.pools.filter((other) => other !== pool);
  const elsewhere = Object.fromEntries(others.flatMap(({ id, queues: its }) => its.map((queue) => [queue.id, id])));
  const roster = { configurationVersion, agents, queues, rampUpMs, defaultQueueId, elsewhere };
  return { kind: "configure", roster };
}

/** @param cause names the state version that caused the event: the deduplication id */
export async function sendPoolEvent(poolId: string, event: PoolEvent, cause: string, app: App): Promise<void> {
  await app.queues.pool.send([
    { body: { schemaVersion: 1, poolId, event }, groupId: poolId, deduplicationId: `${event.kind}:${cause}` },
  ]);
}
