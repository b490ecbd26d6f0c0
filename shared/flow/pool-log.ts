import { applyEntry, PoolLogError } from "../core/pool/apply.ts";
import type { PoolState } from "../core/pool/model.ts";
import { restorePool, snapshotPool } from "../core/pool/snapshot.ts";
import { createPoolState } from "../core/pool/state.ts";
import type { PoolEntry } from "../core/pool/types.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";

/** One pool as this process knows it: its state at some entry of the log. */
export interface PooledMemory {
  readonly state: PoolState;
  /** entries applied here that may not be projected yet, in order */
  unprojected: PoolEntry[];
  /** of the newest snapshot that this process knows of */
  snapshotSequence: number;
}

/**
 * Brings the memory of a pool up to its log: a strong query of the tail; cold, the newest snapshot before that.
 *
 * @param since reads at least what comes after this entry
 * @returns the entries read
 */
export async function catchUp(
  poolId: string,
  pools: Map<string, PooledMemory>,
  app: App,
  since = Infinity,
): Promise<{ pooled: PooledMemory; tail: PoolEntry[] }> {
  const warm = pools.get(poolId);
  const { pooled, from } = warm ? { pooled: warm, from: warm.state.sequence } : await load(poolId, app);
  const tail = await readAfter(poolId, Math.min(from, since), app);
  for (const entry of tail) take(pooled, entry, from);
  pools.set(poolId, pooled);
  return { pooled, tail };
}

async function load(poolId: string, app: App): Promise<{ pooled: PooledMemory; from: number }> {
  const [head, watermark] = await Promise.all([app.stores.poolLog.head(poolId), app.stores.poolLog.watermark(poolId)]);
  const snapshot = head && (await app.blobs.get(head.key));
  if (head && snapshot === undefined) app.log.warn("pool.snapshot-missing", { poolId, sequence: head.sequence });
  const state = snapshot === undefined ? createPoolState(poolId) : restorePool(snapshot);
  const pooled = { state, unprojected: [], snapshotSequence: state.sequence };
  return { pooled, from: Math.min(state.sequence, watermark) };
}

/** Applies what is next. A command beside this one may have applied it, or a snapshot contain it, already. */
export function take(pooled: PooledMemory, entry: PoolEntry, projectedUpTo: number): void {
  const last = pooled.unprojected.at(-1)?.sequence ?? 0;
  if (entry.sequence > Math.max(last, projectedUpTo)) pooled.unprojected.push(entry);
  if (entry.sequence > pooled.state.sequence) applyEntry(pooled.state, entry);
}

async function readAfter(poolId: string, sequence: number, app: App): Promise<PoolEntry[]> {
  const entries = await app.stores.poolLog.readAfter(poolId, sequence);
  return Promise.all(entries.map((entry) => (entry.spilledTo ? readSpilled(entry, entry.spilledTo, app) : entry)));
}

async function readSpilled({ poolId, sequence }: PoolEntry, key: string, app: App): Promise<PoolEntry> {
  const text = await app.blobs.get(key);
  if (text !== undefined) return JSON.parse(text) as PoolEntry;
  throw new PoolLogError(
    `Entry ${sequence} of ${poolId} is in the blob ${key}, and that is gone: restore it, or the pool stands still.`,
  );
}

/** @returns false when the entry's place in the log is taken, perhaps by this very entry */
export async function append(entry: PoolEntry, app: App): Promise<boolean> {
  const text = JSON.stringify(entry);
  if (new TextEncoder().encode(text).length <= limits.maxPoolEntryBytes) return app.stores.poolLog.append(entry);
  const spilledTo = `pools/${entry.poolId}/entries/${entry.sequence}-${entry.entryId}.json`;
  await app.blobs.put(spilledTo, text);
  return app.stores.poolLog.append({ ...entry, events: [], outcomes: [], spilledTo });
}

/** Writes a snapshot when the newest one is long ago: the blob first, then the head that names it. */
export async function snapshotWhenDue(pooled: PooledMemory, app: App): Promise<void> {
  const { poolId } = pooled.state;
  const isDue = () => pooled.state.sequence - pooled.snapshotSequence >= limits.poolSnapshotEveryEntries;
  if (!isDue()) return;
  const head = await app.stores.poolLog.head(poolId);
  pooled.snapshotSequence = Math.max(pooled.snapshotSequence, head?.sequence ?? 0);
  if (!isDue()) return;
  const { sequence } = pooled.state;
  const key = `pools/${poolId}/snapshots/${sequence}.json`;
  await app.blobs.put(key, snapshotPool(pooled.state));
  await app.stores.poolLog.setHead(poolId, { sequence, key });
  pooled.snapshotSequence = sequence;
}
