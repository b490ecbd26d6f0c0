import type { PoolEntry } from "../../core/pool/types.ts";
import type { PoolLogStore } from "../../ports/work.ts";
import { attributesOf, memberName, membersOf, readable, schemaVersion } from "./item.ts";
import {
  entryKey,
  entrySequence,
  headKey,
  idOf,
  knownPoolsKey,
  lastEntrySortKey,
  poolPartition,
  watermarkKey,
} from "./keys.ts";
import type { Item, Table } from "./table.ts";

/** A watermark or head is never moved back: a later one may have been written meanwhile. */
const rises = "attribute_not_exists(#sequence) OR #sequence < :sequence";

export function dynamoPoolLog(table: Table): PoolLogStore {
  return {
    async append({ poolId, sequence, ...entry }) {
      const { written } = await table.putNew({ ...entryKey(poolId, sequence), ...entry });
      return written;
    },

    async readAfter(poolId, sequence) {
      const entries = await table.query("#pk = :pool AND #sk BETWEEN :from AND :to", {
        ":pool": poolPartition(poolId),
        ":from": entryKey(poolId, sequence + 1).sk,
        ":to": lastEntrySortKey,
      });
      return entries.map(readEntry);
    },

    async watermark(poolId) {
      return (await table.get(watermarkKey(poolId)))?.sequence ?? 0;
    },

    async setWatermark(poolId, sequence) {
      await table.update(watermarkKey(poolId), "SET #sequence = :sequence", {
        condition: rises,
        values: { ":sequence": sequence },
      });
    },

    async head(poolId) {
      const item = await table.get(headKey(poolId));
      return item && { sequence: readable(item).sequence, key: item.key };
    },

    async setHead(poolId, { sequence, key }) {
      await table.put(
        { ...headKey(poolId), schemaVersion, sequence, key },
        { condition: rises, values: { ":sequence": sequence } },
      );
    },

    async remember(poolIds) {
      const known = poolsOf((await table.get(knownPoolsKey)) ?? {});
      const added = poolIds.filter((id) => !known.includes(id));
      if (added.length === 0) return known;
      const pools = added.map((id, index) => [`#pool${index}`, memberName(family, id)] as const);
      const update = `SET #schemaVersion = :schemaVersion, ${pools.map(([name]) => `${name} = :true`).join(", ")}`;
      const names = Object.fromEntries(pools);
      const values = { ":true": true, ":schemaVersion": schemaVersion };
      return poolsOf((await table.update(knownPoolsKey, update, { names, values })).item!);
    },
  };
}

const family = "pool";

const poolsOf = (item: Item): string[] => membersOf(readable(item), family).map(([id]) => id);

const readEntry = (item: Item): PoolEntry => ({
  ...(attributesOf(readable(item)) as Omit<PoolEntry, "poolId" | "sequence">),
  poolId: idOf(item.pk),
  sequence: entrySequence(item.sk),
});
