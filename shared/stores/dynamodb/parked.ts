import type { Parked, ParkedStore } from "../../ports/work.ts";
import { parkedList, parkedPlace } from "../lists.ts";
import { attributesOf, readable } from "./item.ts";
import { idOf, parkedKey } from "./keys.ts";
import { pageOf } from "./pages.ts";
import type { Item, Table } from "./table.ts";

export function dynamoParked(table: Table): ParkedStore {
  return {
    async put(item) {
      const { id, ...attributes } = item;
      const place = parkedPlace(item);
      await table.putNew({ ...parkedKey(id), listKey: place.list, listOrder: place.order, ...attributes });
    },

    async get(id) {
      const item = await table.get(parkedKey(id));
      return item && readParked(item);
    },

    async remove(id) {
      await table.remove(parkedKey(id));
    },

    list: (page) => pageOf(table, parkedKey, readParked, { ...page, list: parkedList }),
  };
}

const readParked = (item: Item): Parked => ({
  ...(attributesOf(readable(item)) as Omit<Parked, "id">),
  id: idOf(item.pk),
});
