import { describe, expect, test } from "vitest";
import { createFlow } from "./harness.ts";
import { conversationOf, customerAt, erika, idOf, write } from "./join-support.ts";
import { importRecord, RecordRefused } from "../../shared/flow/import.ts";

const record = {
  externalId: "crm-17",
  name: "Erika Mustermann",
  language: "de",
  attributes: { tier: "gold", orders: 3 },
  addresses: [erika.sms, { channel: "email", address: "Erika@Example.org " }],
};

describe("importing a record", () => {
  test("makes a customer with its addresses, by the evidence of the record", async () => {
    const flow = createFlow();
    const customer = await importRecord(record, flow.app);
    expect(customer).toMatchObject({ name: record.name, language: "de", attributes: record.attributes, version: 1 });
    expect((await customerAt(flow, erika.email)).id).toBe(customer.id);
    const identities = await flow.stores.identities.many(customer.identityIds);
    for (const { evidence } of identities) expect(evidence).toMatchObject([{ kind: "imported", by: "crm-17" }]);
    const messageId = await write(flow, erika.sms, "Hallo, ich habe eine Frage zu meiner Bestellung.");
    expect((await conversationOf(flow, messageId)).customerId).toBe(customer.id);
  });

  test("changes nothing when it is repeated", async () => {
    const flow = createFlow();
    const customer = await importRecord(record, flow.app);
    await flow.clock.advance(60_000);
    expect(await importRecord(record, flow.app)).toEqual(customer);
    expect(await importRecord({ ...record, addresses: record.addresses.toReversed() }, flow.app)).toEqual(customer);
    const identities = await flow.stores.identities.many(customer.identityIds);
    for (const { evidence } of identities) expect(evidence).toHaveLength(1);
  });

  test("records consent where it was given, and keeps since when", async () => {
    const flow = createFlow();
    const agreed = { ...record, addresses: [{ ...erika.sms, consent: true as const }, erika.email] };
    await importRecord(record, flow.app);
    expect(await flow.stores.identities.get(idOf(erika.sms))).not.toHaveProperty("consent");
    for (let times = 0; times < 2; times += 1) {
      await importRecord(agreed, flow.app);
      await flow.clock.advance(60_000);
    }
    await importRecord(record, flow.app);
    const consent = { at: "2026-11-02T09:00:00.000Z", by: "crm-17" };
    expect(await flow.stores.identities.get(idOf(erika.sms))).toMatchObject({ consent });
    expect(await flow.stores.identities.get(idOf(erika.email))).not.toHaveProperty("consent");
  });

  test("finds the customer again by the external id, whatever their addresses are by then", async () => {
    const flow = createFlow();
    const { id } = await importRecord(record, flow.app);
    const moved = { ...record, addresses: [{ channel: "sms", address: "+4915112345999" }] };
    expect((await importRecord(moved, flow.app)).id).toBe(id);
    expect((await customerAt(flow, erika.sms)).id).toBe(id);
  });

  test("joins who has written before, with their conversation", async () => {
    const flow = createFlow();
    const messageId = await write(flow, erika.sms, "Hello, could you please help me with my order?");
    const customer = await importRecord(record, flow.app);
    const conversation = await conversationOf(flow, messageId);
    expect(customer).toMatchObject({ name: record.name, openConversationId: conversation.id });
    expect(conversation.customerId).toBe(customer.id);
  });

  test("needs no external id: then the addresses say who it is", async () => {
    const flow = createFlow();
    const { externalId: _, ...anonymous } = record;
    const { id } = await importRecord(anonymous, flow.app);
    expect((await importRecord({ ...anonymous, name: "Erika M." }, flow.app)).id).toBe(id);
  });

  test.each([
    ["a number that is not E.164", { channel: "sms", address: "0151 12345678" }, "addresses[0].address", "E.164"],
    ["a mailbox without @", { channel: "email", address: "erika" }, "addresses[0].address", "mail address"],
    ["a web address nobody vouches for", { channel: "web", address: "4711" }, "addresses[0].address", "user:4711"],
    ["a channel that is not there", { channel: "fax", address: "1" }, "addresses[0].channel", "There is: "],
    [
      "a channel called as objects' own names",
      { channel: "toString", address: "1" },
      "addresses[0].channel",
      "no channel",
    ],
  ])("refuses %s, and says what is expected", async (_, address, field, message) => {
    const flow = createFlow();
    const refused = await importRecord({ ...record, addresses: [address] }, flow.app).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RecordRefused);
    expect(refused).toMatchObject({ field });
    expect((refused as RecordRefused).message).toContain(message);
    expect(await flow.stores.customers.many(["cus_none"])).toEqual([]);
  });

  test("refuses more attributes than a customer may have in all", async () => {
    const flow = createFlow();
    const many = (prefix: string) => Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${prefix}${n}`, n]));
    const { version } = await importRecord({ ...record, attributes: many("a") }, flow.app);
    const more = importRecord({ ...record, attributes: many("b") }, flow.app);
    await expect(more).rejects.toMatchObject({ field: "attributes" });
    expect((await customerAt(flow, erika.sms)).version).toBe(version);
  });
});
