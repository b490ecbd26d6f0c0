import type { RateStore } from "../../ports/connections.ts";
import { inSeconds, schemaVersion } from "./item.ts";
import { rateKey } from "./keys.ts";
import type { Table } from "./table.ts";

export function dynamoRates(table: Table): RateStore {
  return {
    async count(key, windowStart, expiresAt, amount = 1) {
      const change = "SET #expiresAt = :expiresAt, #schemaVersion = :schemaVersion ADD #uses :amount";
      const values = { ":expiresAt": inSeconds(expiresAt), ":schemaVersion": schemaVersion, ":amount": amount };
      const { item } = await table.update(rateKey(key, windowStart), change, { values });
      return item!.uses;
    },

    async amount(key, windowStart) {
      return (await table.get(rateKey(key, windowStart)))?.uses ?? 0;
    },
  };
}
