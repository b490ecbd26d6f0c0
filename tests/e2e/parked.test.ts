import { afterAll, beforeAll, expect, test } from "vitest";
import { startCloud, until, type CloudUnderTest } from "./harness.ts";

const customer = "+4915199000001";

let cloud: CloudUnderTest;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(() => cloud.stop());

test("a reply that the provider throttles for ever ends before an operator, who sends it on", async () => {
  await cloud.api("agent-en", "PUT", "/agents/agent-en/presence", { status: "available" });
  await cloud.text(customer, "Hello, could you please help me with my order?");
  const conversation = await until("the conversation is agent-en's", async () => {
    const { body } = await cloud.api("agent-en", "GET", "/conversations?status=assigned");
    return body.items[0];
  });
  cloud.twilio.behaviour.throttledCalls = 1_000;
  const path = `/conversations/${conversation.id}/messages`;
  const reply = await cloud.api("agent-en", "POST", path, { text: "Gladly." }, { "idempotency-key": "parked" });
  expect(reply.status).toBe(202);

  // Half an hour of deliveries, each a visibility time-out after the other, and the look-ups of what is unknown.
  await cloud.clock.advance(40 * 60_000);
  const parked = await until("the reply is parked", async () => {
    const { body } = await cloud.api("admin", "GET", "/parked");
    return body.items[0];
  });
  expect(parked).toMatchObject({ kind: "outbound", conversationId: conversation.id, sendId: reply.body.sendId });
  const shown = await cloud.api("agent-en", "GET", path);
  expect(shown.body.items.at(-1)).toMatchObject({ id: reply.body.id, status: "parked" });
  expect((await cloud.api("agent-en", "GET", `/conversations/${conversation.id}`)).body.gap).toBe(true);

  cloud.twilio.behaviour.throttledCalls = 0;
  expect((await cloud.api("admin", "POST", `/parked/${parked.id}/redrive`)).status).toBe(202);
  await cloud.clock.advance(60_000);
  await until("the customer has the reply", () => cloud.outbox(customer).some((item) => item.text === "Gladly."));
  expect((await cloud.api("admin", "GET", "/parked")).body.items).toEqual([]);
  expect((await cloud.api("agent-en", "GET", `/conversations/${conversation.id}`)).body.gap).toBe(false);
});

test("a reply that a carrier does not deliver brings its resolved conversation back", async () => {
  await cloud.text("+4915199000002", "Hello, do you please have this kettle in blue?");
  const conversation = await until("the conversation is agent-en's", async () => {
    const { body } = await cloud.api("agent-en", "GET", "/conversations?status=assigned");
    return body.items.find(({ subject }: { subject: string }) => subject.includes("kettle"));
  });
  cloud.twilio.behaviour.undeliveredWith = 30006;
  const path = `/conversations/${conversation.id}`;
  await cloud.api("agent-en", "POST", `${path}/messages`, { text: "We do." }, { "idempotency-key": "undelivered" });
  await cloud.api("agent-en", "POST", `${path}/resolve`);
  const back = await until("the conversation is back", async () => {
    const { body } = await cloud.api("agent-en", "GET", path);
    return body.unsent && body.status === "assigned" && body;
  });
  expect(back).toMatchObject({ agentId: "agent-en", closedAt: null });
});
