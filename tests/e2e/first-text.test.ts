import { afterAll, beforeAll, expect, test } from "vitest";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

let cloud: CloudUnderTest;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

test("a text reaches the agent with its language, and the reply is on the phone", async () => {
  const customer = "+4915112345601";
  expect((await cloud.api("agent-de", "PUT", "/agents/agent-de/presence", { status: "available" })).status).toBe(200);
  await cloud.text(customer, "Guten Tag, meine Rechnung stimmt nicht. Können Sie mir bitte helfen?");
  const conversation = await until("a conversation of agent-de", async () => {
    const { body } = await cloud.api("agent-de", "GET", "/conversations?agent=agent-de");
    return body.items[0];
  });
  expect(conversation).toMatchObject({ status: "assigned", agentId: "agent-de", channel: "sms" });
  const reply = await cloud.api(
    "agent-de",
    "POST",
    `/conversations/${conversation.id}/messages`,
    { text: "Gern!" },
    { "idempotency-key": "reply-1" },
  );
  expect(reply.status).toBe(202);
  const received = await until("the reply on the phone", () =>
    cloud.outbox(customer).find(({ text }) => text === "Gern!"),
  );
  expect(received.from).toBe(cloud.account.numbers[0]);
});
