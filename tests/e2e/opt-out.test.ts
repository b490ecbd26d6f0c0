import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiAnswer } from "./api.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

const agent = "agent-en";
const customer = "+4915112345620";
let cloud: CloudUnderTest;
let first: string;
let second: string;

beforeAll(async () => {
  cloud = await startCloud();
  [first = "", second = ""] = cloud.account.numbers;
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
});
afterAll(() => cloud?.stop());

const reply = (conversationId: string, text: string): Promise<ApiAnswer> =>
  cloud.api(agent, "POST", `/conversations/${conversationId}/messages`, { text }, { "idempotency-key": text });

const ofCustomer = async (address: string): Promise<{ id: string; messageVersion: number } | undefined> => {
  const { body } = await cloud.api(agent, "GET", `/conversations?agent=${agent}`);
  return body.items.find((item: { address: string }) => item.address === address);
};

/** Sends a text and waits until it has been taken into the conversation: replies then go where it came from. */
const textAndSee = async (text: string, to: string): Promise<string> => {
  const before = (await ofCustomer(customer))?.messageVersion ?? 0;
  await cloud.text(customer, text, to);
  const conversation = await until(`"${text}" in the conversation`, async () => {
    const found = await ofCustomer(customer);
    return found && found.messageVersion > before && found;
  });
  return conversation.id;
};

const received = (text: string): Promise<{ from: string }> =>
  until(`"${text}" on the phone`, () => cloud.outbox(customer).find((item) => item.text === text));

test("STOP shuts one number for replies, with the reason, until START; the other number stays open", async () => {
  const conversationId = await textAndSee("Hello, could you please send me my invoice again?", first);
  expect((await reply(conversationId, "Of course.")).status).toBe(202);
  expect((await received("Of course.")).from).toBe(first);

  expect(await textAndSee("STOP", first)).toBe(conversationId);
  const refused = await reply(conversationId, "One more thing.");
  expect(refused.status).toBe(409);
  expect(refused.headers.get("content-type")).toContain("application/problem+json");
  expect(refused.body).toMatchObject({
    reason: "opted-out",
    alternatives: [{ kind: "wait-for-opt-in", inboxId: "sms-main" }],
  });
  expect(refused.body.detail).toContain("START");

  expect(await textAndSee("I would still like to have that invoice, here please.", second)).toBe(conversationId);
  expect((await reply(conversationId, "You get it here.")).status).toBe(202);
  expect((await received("You get it here.")).from).toBe(second);

  expect(await textAndSee("start", first)).toBe(conversationId);
  expect((await reply(conversationId, "Welcome back.")).status).toBe(202);
  expect((await received("Welcome back.")).from).toBe(first);

  const texts = cloud.outbox(customer).map(({ text }) => text);
  expect(texts).toEqual(["Of course.", "You get it here.", "Welcome back."]);
});

test("STOP from somebody without a conversation is kept, opens none, and holds for what comes later", async () => {
  const stranger = "+4915112345621";
  await cloud.text(stranger, "Stop", first);
  await cloud.clock.settle();
  const { body } = await cloud.api("supervisor", "GET", "/conversations");
  expect(body.items.filter(({ address }: { address: string }) => address === stranger)).toEqual([]);

  await cloud.text(stranger, "Hello, what are your prices for the large box?", first);
  const { id } = await until("the conversation", () => ofCustomer(stranger));
  expect((await reply(id, "It is 20 euros.")).body).toMatchObject({ status: 409, reason: "opted-out" });
  expect(cloud.outbox(stranger)).toEqual([]);
});
