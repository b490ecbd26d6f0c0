import { describe, expect, test } from "vitest";
import { createCounters } from "./counters.ts";
import { agent, available, onlyConversation, operator, supervisor, type Flow } from "./harness.ts";
import { identityIdAt } from "../../shared/core/address.ts";
import { importRecord, RecordRefused } from "../../shared/flow/import.ts";
import type { HttpCall } from "../../shared/ports/http.ts";

/* Whatever another system calls its customers is its own: the same name at another inbox is somebody else. */

const at = (inboxId: string) => ({ channel: "custom", address: "1042", inboxId });
const [counterId, kioskId] = [identityIdAt(at("counter")), identityIdAt(at("kiosk"))];
const admin = { id: "ada", role: "admin" } as const;
const says = (text: string) => ({ type: "message", from: "1042", text });

/** Both systems have a customer whom they call 1042; one conversation each. */
async function bothWritten() {
  const { flow, post } = createCounters();
  await available(flow, "agent-en");
  await post("counter", says("Hello, is my passport ready?"));
  const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
  expect(await post("kiosk", says("Please repeat that for me, which number was it?"))).toBe(200);
  const held = (await flow.call(agent("agent-en"), "GET", "/v1/conversations?status=assigned")).body.items;
  return { flow, post, id, kiosk: held.find((each: { id: string }) => each.id !== id) };
}

/** What goes out next, and where to. */
function heard(flow: Flow): HttpCall[] {
  const calls: HttpCall[] = [];
  flow.network.next.push(async (call) => (calls.push(call), { status: 200, headers: {}, body: "{}" }));
  return calls;
}

const customersAt = async (flow: Flow) => (await flow.call(supervisor, "GET", "/v1/customers?address=1042")).body.items;

describe("an address that is an inbox's own", () => {
  test("is nobody else's at another inbox: who signs for that one neither writes in their name nor reads their answers", async () => {
    const { flow, id, kiosk } = await bothWritten();
    expect(kiosk).toMatchObject({ inboxId: "kiosk", address: "1042" });
    const conversation = (await flow.call(agent("agent-en"), "GET", `/v1/conversations/${id}`)).body;
    expect(conversation).toMatchObject({ inboxId: "counter", address: "1042" });
    const path = `/v1/conversations/${id}/messages`;
    expect(
      (await flow.call(agent("agent-en"), "GET", path)).body.items.map(({ text }: { text: string }) => text),
    ).toEqual(["Hello, is my passport ready?"]);
    const calls = heard(flow);
    await flow.call(agent("agent-en"), "POST", path, { text: "Passport X123 is ready." }, { "idempotency-key": "1" });
    await flow.settle();
    expect(calls.map(({ url, body }) => [url, JSON.parse(body!).to])).toEqual([
      ["https://counter.example/replies", "1042"],
    ]);
  });

  test("finds everybody who has it, each with their inbox", async () => {
    const { flow } = await bothWritten();
    const found = await customersAt(flow);
    const identities = found.flatMap((each: { identities: object[] }) => each.identities);
    expect(identities).toHaveLength(2);
    expect(identities).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: counterId, address: "1042", inboxId: "counter" }),
        expect.objectContaining({ id: kioskId, address: "1042", inboxId: "kiosk" }),
      ]),
    );
    await flow.text("Hello, could you please help me with my order?");
    const [texter] = (await flow.call(supervisor, "GET", "/v1/customers?address=%2B4915112345678")).body.items;
    expect(texter?.identities[0] ?? { inboxId: null }).toMatchObject({ inboxId: null });
  });

  test("is blocked there alone", async () => {
    const { flow } = await bothWritten();
    await flow.call(supervisor, "PUT", `/v1/identities/${counterId}/blocked`, { blocked: true });
    expect((await flow.stores.identities.get(counterId))?.blocked).toMatchObject({ by: supervisor.id });
    expect((await flow.stores.identities.get(kioskId))?.blocked).toBeUndefined();
  });

  test("is exported and erased alone, and somebody new afterwards", async () => {
    const { flow, post } = await bothWritten();
    const { customerId } = (await flow.stores.identities.get(counterId))!;
    const exported = (await flow.call(admin, "GET", `/v1/customers/${customerId}/export`)).body;
    expect(exported.identities).toMatchObject([{ id: counterId, inboxId: "counter" }]);
    await flow.call(admin, "DELETE", `/v1/customers/${customerId}`);
    expect(await flow.stores.identities.get(counterId)).toBeUndefined();
    expect(await flow.stores.identities.get(kioskId)).toBeDefined();
    await post("counter", says("Hello again, it is me."));
    expect(await flow.stores.identities.get(counterId)).toMatchObject({ address: "1042", inboxId: "counter" });
    expect(await customersAt(flow)).toHaveLength(2);
  });

  test("is one person's with others by evidence, and is answered from its own inbox", async () => {
    const { flow, id } = await bothWritten();
    const [counter, kiosk] = await Promise.all([counterId, kioskId].map((each) => flow.stores.identities.get(each)));
    await flow.call(supervisor, "POST", `/v1/customers/${counter!.customerId}/merge`, { from: kiosk!.customerId });
    await flow.settle();
    const { items } = (await flow.call(agent("agent-en"), "GET", `/v1/conversations/${id}/routes`)).body;
    expect(items.map(({ identityId, inboxId }: Record<string, string>) => [identityId, inboxId]).toSorted()).toEqual(
      [
        [counterId, "counter"],
        [kioskId, "kiosk"],
      ].toSorted(),
    );
  });
});

describe("a record that names an address of a custom channel", () => {
  const record = (inboxId?: string, channel = "custom", address = "1042") => ({
    externalId: "17",
    name: "Erika",
    addresses: [{ channel, address, ...(inboxId !== undefined && { inboxId }) }],
  });

  test("says whose it is, and is the one who writes from there", async () => {
    const { flow, post } = createCounters();
    const { id } = await importRecord(record("kiosk"), flow.app);
    await post("counter", says("Hello, is my passport ready?"));
    await post("kiosk", says("Hello, is my passport ready?"));
    expect((await flow.stores.identities.get(kioskId))?.customerId).toBe(id);
    expect((await flow.stores.identities.get(counterId))?.customerId).not.toBe(id);
  });

  test.each([
    [record(), /Say to which inbox it belongs.*counter, kiosk/],
    [record("shop"), /no inbox "shop" of "custom"\. There is: counter, kiosk/],
    [record("counter", "web", "user:4711"), /Leave it out/],
  ])("is refused where that is not clear: %j", async (given, message) => {
    const { flow } = createCounters();
    const refused = importRecord(given, flow.app);
    await expect(refused).rejects.toThrow(RecordRefused);
    await expect(refused).rejects.toMatchObject({
      field: "addresses[0].inboxId",
      message: expect.stringMatching(message),
    });
    const body = { records: [given] };
    const { results } = (await flow.call(operator, "POST", "/v1/customers/import", body)).body;
    expect(results).toMatchObject([{ index: 0, error: { field: "addresses.0.inboxId" } }]);
  });
});
