import type { PoolEntry } from "../../core/pool/types.ts";
import type { DueItem, DueStore, Parked, ParkedStore, PoolLogStore } from "../../ports/work.ts";
import { parkedList, parkedPlace } from "../lists.ts";
import { copyOf } from "./copy.ts";
import { pageOf } from "./pages.ts";

export function memoryPoolLog(): PoolLogStore {
  const logs = new Map<string, Map<number, PoolEntry>>();
  const watermarks = new Map<string, number>();
  const heads = new Map<string, { sequence: number; key: string }>();
  const known = new Set<string>();

  return {
    async append(entry) {
      const log = logs.get(entry.poolId) ?? new Map<number, PoolEntry>();
      if (log.has(entry.sequence)) return false;
      log.set(entry.sequence, copyOf(entry));
      logs.set(entry.poolId, log);
      return true;
    },

    async readAfter(poolId, sequence) {
      const entries = Array.from(logs.get(poolId)?.values() ?? []).filter((entry) => entry.sequence > sequence);
      return copyOf(entries.toSorted((left, right) => left.sequence - right.sequence));
    },

    async watermark(poolId) {
      return watermarks.get(poolId) ?? 0;
    },

    async setWatermark(poolId, sequence) {
      watermarks.set(poolId, Math.max(sequence, watermarks.get(poolId) ?? 0));
    },

    async head(poolId) {
      return copyOf(heads.get(poolId));
    },

    async setHead(poolId, head) {
      if (head.sequence > (heads.get(poolId)?.sequence ?? 0)) heads.set(poolId, { ...head });
    },

    async remember(poolIds) {
      for (const id of poolIds) known.add(id);
      return [...known];
    },
  };
}

export function memoryParked(): ParkedStore {
  const parked = new Map<string, Parked>();

  return {
    async put(item) {
      if (!parked.has(item.id)) parked.set(item.id, copyOf(item));
    },

    async get(id) {
      return copyOf(parked.get(id));
    },

    async remove(id) {
      parked.delete(id);
    },

    async list(page) {
      return pageOf(parked.values(), parkedPlace, { ...page, list: parkedList });
    },
  };
}

export function memoryDue(): DueStore {
  const items = new Map<string, DueItem>();

  return {
    async put(item) {
      items.set(keyOf(item), copyOf(item));
    },

    async due(now, limit) {
      const keys = Array.from(items.keys()).toSorted();
      const due = keys.map((key) => items.get(key)!).filter((item) => item.dueAt <= now);
      return copyOf(due.slice(0, limit));
    },

    async remove(item) {
      items.delete(keyOf(item));
    },
  };
}

const keyOf = (item: DueItem): string => `${item.dueAt}#${item.id}`;
