import { describe, expect, test } from "vitest";
import { createFlow, operator } from "./harness.ts";
import { redrive } from "../../shared/flow/redrive.ts";
import type { Parked } from "../../shared/ports/work.ts";

const item: Omit<Parked, "kind"> = {
  id: "prk_1",
  schemaVersion: 1,
  body: JSON.stringify({ schemaVersion: 1, told: "what it was" }),
  groupId: "idn_1",
  reason: "Every attempt failed.",
  at: "2026-11-04T10:00:00.000Z",
};

describe("a parked job that an operator sends on", () => {
  test.each([
    ["inbound", "inbound", "idn_1", { redriven: true }],
    ["pool", "pool", "idn_1", {}],
    ["delivery", "deliveries", "idn_1", {}],
    ["media", "media", "", {}],
    ["mail", "mail", "", {}],
    ["timer", "timers", "", {}],
  ] as const)(
    "of the kind %s is on its queue again as it was, and off the list",
    async (kind, queue, groupId, added) => {
      const flow = createFlow();
      await flow.stores.parked.put({ ...item, kind });
      expect((await flow.call(operator, "POST", "/v1/parked/prk_1/redrive")).status).toBe(202);
      const { waiting } = flow.queues[queue];
      expect(waiting.map(({ body }) => body)).toEqual([{ ...JSON.parse(item.body), ...added }]);
      expect(waiting[0]?.groupId).toBe(groupId);
      expect(await flow.stores.parked.get("prk_1")).toBeUndefined();
    },
  );

  test("of a kind that a later release parked stays on the list, and says so", async () => {
    const flow = createFlow();
    const parked = { ...item, kind: "fax" } as unknown as Parked;
    await flow.stores.parked.put(parked);
    const result = await redrive(parked, flow.app);
    expect(result).toMatchObject({ outcome: "refused", explanation: expect.stringContaining('"fax"') });
    expect(await flow.stores.parked.get("prk_1")).toBeDefined();
  });
});
