import type { DueItem, DueStore } from "../../ports/work.ts";
import { readable, schemaVersion } from "./item.ts";
import { dueBy, dueKey, duePartition, idOf } from "./keys.ts";
import type { Item, Table } from "./table.ts";

export function dynamoDue(table: Table): DueStore {
  return {
    async put(item) {
      await table.put({ ...dueKey(item), schemaVersion, job: item.job });
    },

    async due(now, limit) {
      const values = { ":due": duePartition, ":now": dueBy(now) };
      return (await table.query("#pk = :due AND #sk <= :now", values, { limit })).map(readDue);
    },

    async remove(item) {
      await table.remove(dueKey(item));
    },
  };
}

function readDue(item: Item): DueItem {
  const id = idOf(item.sk);
  return { id, dueAt: item.sk.slice(0, -id.length - 1), job: readable(item).job };
}
