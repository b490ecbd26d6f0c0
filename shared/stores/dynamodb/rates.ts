import type { RateStore } from "../../ports/connections.ts";
import { inSeconds, schemaVersion } from "./item.ts";
import { rateKey } from "./keys.ts";
import type { Table } from "./table.ts";

export function dynamoRates(table: Table): RateStore {
  return {
    async count(key, windowStart, expiresAt) {
      const change = "SET #expiresAt = :expiresAt, #schemaVersion = :schemaVersion ADD #uses :one";
      const values = { ":expiresAt": inSeconds(expiresAt), ":schemaVersion": schemaVersion, ":one": 1 };
      const { item } = await table.update(rateKey(key, windowStart), change, { values });
      return item!.uses;
    },
  };
}
