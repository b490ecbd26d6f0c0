import { append, catchUp, snapshotWhenDue, take, type PooledMemory } from "./pool-log.ts";
import { configureEventOf } from "./pool-events.ts";
import { forgetProjected, project } from "./pool-projection.ts";
import type { Pool } from "../core/configuration.ts";
import { timeSortedId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { decidePool } from "../core/pool/decide.ts";
import type { PoolState } from "../core/pool/model.ts";
import type { PoolEntry, PoolEvent } from "../core/pool/types.ts";
import { configurationOf } from "../core/pool/views.ts";
import type { App } from "../ports/app.ts";

/** What a process remembers of the pools between calls. It may be lost at any time: the log holds everything. */
export interface PoolMemory {
  pools: Map<string, PooledMemory>;
}

export const createPoolMemory = (): PoolMemory => ({ pools: new Map() });

/** Others wrote to the pool's log first, time and again. Nothing was done. */
export class PoolBusy extends Error {
  override name = "PoolBusy";
}

export interface Commanded {
  /** as it is in the log; without outcomes it was not written, since nothing changed */
  entry: PoolEntry;
  /** after the entry; to be read before the next await */
  state: PoolState;
}

/**
 * Decides events on a pool and writes the decision to its log. Whoever writes first wins; the others read what was
 * written and decide again, so that no two decisions rest on the same state (invariant I4).
 *
 * @param events refused ones are in `entry.outcomes`, with their index in `entry.events`
 * A pool that the configuration does not have, and that has a log, is decided on by the roster that it has: it was
 * dissolved, or another configuration of this deploy has it.
 *
 * @throws PoolBusy when others came first `maxPoolAppendAttempts` times
 */
export async function commandPool(
  poolId: string,
  events: PoolEvent[],
  app: App,
  memory: PoolMemory,
): Promise<Commanded> {
  const pool = app.config.pools.find(({ id }) => id === poolId);
  const entryId = timeSortedId("ent", app.clock.now(), app.random.bytes(10));
  let tried = Infinity;
  for (let attempt = 0; attempt < limits.maxPoolAppendAttempts; attempt += 1) {
    const { pooled, tail } = await catchUp(poolId, memory.pools, app, tried - 1);
    if (!pool && pooled.state.sequence === 0) throw notConfigured(poolId, app);
    const lost = tail.find((entry) => entry.entryId === entryId);
    if (lost) return finish(pooled, lost, app);
    const dueBefore = nextDue(pooled);
    const entry = decide(pooled.state, pool, events, entryId, app);
    if (entry.outcomes.length === 0) return finish(pooled, entry, app);
    if (await append(entry, app)) {
      take(pooled, entry, 0);
      if (nextDue(pooled) !== dueBefore) await wakeInTime(pooled, app);
      return finish(pooled, entry, app);
    }
    tried = entry.sequence;
  }
  throw new PoolBusy(`${limits.maxPoolAppendAttempts} times somebody else wrote to pool ${poolId} first.`);
}

/** @returns the pool as its log says now; not to be changed, and to be read before the next await */
export async function readPool(poolId: string, app: App, memory: PoolMemory): Promise<PoolState> {
  const { pooled } = await catchUp(poolId, memory.pools, app);
  // Who only reads never projects: what others have shown meanwhile need not be remembered.
  if (pooled.unprojected.length > limits.poolSnapshotEveryEntries) await forgetProjected(pooled, app);
  if (configurationOf(pooled.state) === app.config.version) return pooled.state;
  return (await commandPool(poolId, [], app, memory)).state;
}

const notConfigured = (poolId: string, { config }: App): Error =>
  new Error(`The configuration ${config.version} has no pool ${poolId}.`);

function decide(state: PoolState, pool: Pool | undefined, events: PoolEvent[], entryId: string, app: App): PoolEntry {
  const { maxWaitMs, version } = app.config;
  const context = { now: app.clock.now(), maxWaitMs, entryId };
  const isConfigured = !pool || configurationOf(state) === version;
  return decidePool(state, isConfigured ? events : [configureEventOf(pool, app.config), ...events], context);
}

async function finish(pooled: PooledMemory, entry: PoolEntry, app: App): Promise<Commanded> {
  const { poolId } = entry;
  for (const outcome of entry.outcomes) {
    if (outcome.kind !== "refused") continue;
    app.log.warn("pool.refused", { poolId, event: entry.events[outcome.event]?.kind, reason: outcome.reason });
  }
  const isConfigured = app.config.pools.some(({ id }) => id === poolId);
  if (isConfigured && configurationOf(pooled.state) !== app.config.version) {
    app.log.info("pool.configuration-held-back", { poolId, configuration: app.config.version });
  }
  await project(pooled, app, entry);
  try {
    await snapshotWhenDue(pooled, app);
  } catch (error) {
    // The log holds everything: without a snapshot the next start is slower, no command is less done.
    app.log.error("pool.snapshot-failed", error, { poolId });
  }
  return { entry, state: pooled.state };
}

const nextDue = ({ state }: PooledMemory): number | undefined => state.timers.peek()?.due;

/**
 * Sets a timer for the next moment at which time alone changes something, so that an offer lapses and a requirement
 * relaxes on time: whoever writes the entry that brings the moment sets it. The minute's sweep stands behind it.
 */
async function wakeInTime(pooled: PooledMemory, app: App): Promise<void> {
  const due = nextDue(pooled);
  const delaySeconds = due === undefined ? Infinity : Math.max(0, Math.ceil((due - app.clock.now()) / 1000));
  if (delaySeconds > limits.maxQueueDelaySeconds) return;
  const { poolId } = pooled.state;
  try {
    const timer = { kind: "pool-sweep", poolId } as const;
    await app.queues.timers.send([{ body: { schemaVersion: 1, timer }, delaySeconds }]);
  } catch (error) {
    app.log.warn("pool.timer-not-set", { poolId, error: error instanceof Error ? error.name : String(error) });
  }
}
