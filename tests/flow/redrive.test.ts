import { describe, expect, test } from "vitest";
import { chirp, createChirpFlow, stored } from "./chirp.ts";
import { createFlow, operator, type Flow } from "./harness.ts";
import { notification, objectKey, receiptOf } from "../functions/mail/world.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import { park } from "../../shared/flow/park.ts";
import type { ParkedKind } from "../../shared/flow/parked-kinds.ts";
import { redrive } from "../../shared/flow/redrive.ts";
import type { InboundBatchJob } from "../../shared/ports/queues.ts";
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

describe("what a parked job only names in the bucket", () => {
  /** Parks a job, lets the bucket's rules take what it names, and has it sent on. */
  async function parkedAndSentOn(flow: Flow, kind: ParkedKind, body: unknown, key: string): Promise<Parked> {
    await park({ messageId: "m-1", groupId: "", body }, kind, "Every attempt failed.", flow.app);
    const [parked] = (await flow.stores.parked.list({ limit: 10 })).items;
    flow.blobs.objects.delete(key);
    expect((await flow.call(operator, "POST", `/v1/parked/${parked!.id}/redrive`)).status).toBe(202);
    return parked!;
  }
  const copies = (flow: Flow) => Array.from(flow.blobs.objects.keys()).filter((key) => key.startsWith("parked/"));

  test("is there when a batch of a provider's is sent on later than the bucket keeps it", async () => {
    const flow = createChirpFlow();
    const messages = Array.from({ length: 12 }, () => chirp());
    await takeIn(messages, flow.app);
    const [dead] = flow.queues.inbound.waiting.splice(0) as { body: InboundBatchJob }[];
    const { eventsKey } = dead!.body;
    await parkedAndSentOn(flow, "inbound", dead!.body, eventsKey);
    await flow.settle();
    for (const message of messages) expect(await stored(flow, message)).toMatchObject({ text: message.text });
    expect(copies(flow)).toEqual([]);
  });

  test("is there when a mail is sent on later than the bucket keeps it", async () => {
    const flow = createFlow();
    await flow.blobs.put(objectKey, "From: Anna <anna@customers.example>");
    const body = notification(receiptOf());
    await parkedAndSentOn(flow, "mail", body, objectKey);
    expect(flow.queues.mail.waiting.map((delivery) => delivery.body)).toEqual([body]);
    expect(await flow.blobs.get(objectKey)).toBe("From: Anna <anna@customers.example>");
    expect(copies(flow)).toEqual([]);
  });

  test("stays copied until its job is on the queue, and goes on where the copy went before the item", async () => {
    const flow = createFlow();
    await flow.blobs.put(objectKey, "From: Anna <anna@customers.example>");
    const remove = flow.stores.parked.remove;
    flow.stores.parked.remove = async () => {
      throw new Error("ThrottlingException");
    };
    await park({ messageId: "m-1", groupId: "", body: notification(receiptOf()) }, "mail", "It failed.", flow.app);
    const [item] = (await flow.stores.parked.list({ limit: 10 })).items;
    flow.blobs.objects.delete(objectKey);
    expect((await flow.call(operator, "POST", `/v1/parked/${item!.id}/redrive`)).status).toBe(500);
    flow.stores.parked.remove = remove;
    expect((await flow.call(operator, "POST", `/v1/parked/${item!.id}/redrive`)).status).toBe(202);
    expect(await flow.blobs.get(objectKey)).toBe("From: Anna <anna@customers.example>");
  });

  test.each([
    ["a mail that the bucket no longer has", "mail", notification(receiptOf())],
    ["a notification that can't be read", "mail", notification("{")],
    ["a key that is none of a mail's", "mail", notification({ receipt: { action: { objectKey: "media/secret" } } })],
    ["an event of a mail that went out", "mail", notification({ eventType: "Bounce" })],
    ["no job at all", "inbound", "text"],
  ] as const)("is nothing of %s, which is parked all the same", async (_, kind, body) => {
    const flow = createFlow();
    await flow.blobs.put("media/secret", "theirs");
    await park({ messageId: "m-1", groupId: "", body }, kind, "It failed.", flow.app);
    expect((await flow.stores.parked.list({ limit: 10 })).items).toHaveLength(1);
    expect(copies(flow)).toEqual([]);
  });
});
