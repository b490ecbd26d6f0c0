import { afterAll, beforeAll, expect, it } from "vitest";
import type { PoolLogStore } from "../../shared/ports/work.ts";
import { dynamoStores } from "../../shared/stores/dynamodb/index.ts";
import { openTable, type OpenTable } from "./dynamo-table.ts";
import { atOnce, newId, poolEntry } from "./samples.ts";

let table: OpenTable;
beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

/** Appends behind the last entry that it sees, and behind the winner's when another was there first. */
async function writeEntries(
  log: PoolLogStore,
  poolId: string,
  count: number,
): Promise<{ entryIds: string[]; conflicts: number }> {
  const entryIds: string[] = [];
  let conflicts = 0;
  for (let last = 0; entryIds.length < count;) {
    const entry = poolEntry(poolId, last + 1);
    if (await log.append(entry)) {
      entryIds.push(entry.entryId);
      last += 1;
    } else {
      conflicts += 1;
      last = (await log.readAfter(poolId, last)).at(-1)!.sequence;
    }
  }
  return { entryIds, conflicts };
}

it("has neither a gap nor a lost entry under 8 writers at once", async () => {
  const poolId = newId("agt");
  // Each writer has its own client, as each would be a process of its own.
  const written = await atOnce(8, () =>
    writeEntries(dynamoStores(table.connect(), table.tableName).poolLog, poolId, 15),
  );
  const log = await dynamoStores(table.client, table.tableName).poolLog.readAfter(poolId, 0);
  expect(log.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  expect(log.map(({ entryId }) => entryId).toSorted()).toEqual(written.flatMap(({ entryIds }) => entryIds).toSorted());
  expect(written.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBeGreaterThan(0);
});
