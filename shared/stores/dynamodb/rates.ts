import type { RateStore } from "../../ports/connections.ts";
import { inSeconds, schemaVersion } from "./item.ts";
import { rateKey } from "./keys.ts";
import type { Table } from "./table.ts";

const maxAttempts = 10;

export function dynamoRates(table: Table): RateStore {
  return {
    async count(key, windowStart, expiresAt, amount = 1) {
      const change = "SET #expiresAt = :expiresAt, #schemaVersion = :schemaVersion ADD #uses :amount";
      const values = { ":expiresAt": inSeconds(expiresAt), ":schemaVersion": schemaVersion, ":amount": amount };
      const { item } = await table.update(rateKey(key, windowStart), change, { values });
      return item!.uses;
    },

    async takeBack(key, windowStart, amount, cause) {
      // A plain update that the SDK sends again, since its answer was lost, would take it off twice.
      const write = { key: rateKey(key, windowStart), update: "ADD #uses :less", values: { ":less": -amount } };
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) if (await table.transact([write], cause)) return;
      throw new Error(`What was counted of ${key} could not be taken back: it kept changing. Try again.`);
    },

    async amount(key, windowStart) {
      return (await table.get(rateKey(key, windowStart)))?.uses ?? 0;
    },
  };
}
