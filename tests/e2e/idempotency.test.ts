import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiAnswer } from "./api.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

const agent = "agent-en";
const customers = ["+4915112345630", "+4915112345631"];
let cloud: CloudUnderTest;
let conversationIds: string[];

beforeAll(async () => {
  cloud = await startCloud();
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
  for (const customer of customers)
    await cloud.text(customer, "Hello, my invoice is wrong, could you please check it?");
  conversationIds = await until("two conversations", async () => {
    const { items } = (await cloud.api(agent, "GET", `/conversations?agent=${agent}`)).body;
    const ids = customers.map((customer) => items.find((item: { address: string }) => item.address === customer)?.id);
    return ids.every(Boolean) && ids;
  });
});
afterAll(() => cloud?.stop());

const reply = (text: string, key: string | undefined, conversation = 0): Promise<ApiAnswer> =>
  cloud.api(
    agent,
    "POST",
    `/conversations/${conversationIds[conversation]}/messages`,
    { text },
    key === undefined ? {} : { "idempotency-key": key },
  );

const onPhone = (text: string): number => cloud.outbox(customers[0]!).filter((item) => item.text === text).length;

test("the same key and body is the same message, at once or later, and goes out once", async () => {
  const atOnce = await Promise.all(Array.from({ length: 5 }, () => reply("I am looking into it.", "key-1")));
  expect(atOnce.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  const [{ body: message }] = atOnce as [ApiAnswer];
  expect(new Set(atOnce.map(({ body }) => body.id))).toEqual(new Set([message.id]));
  await until("the reply on the phone", () => onPhone("I am looking into it.") > 0);

  const later = await reply("I am looking into it.", "key-1");
  expect([later.status, later.body.id]).toEqual([202, message.id]);
  await cloud.clock.advance(10 * 60_000);
  expect((await reply("I am looking into it.", "key-1")).body.id).toBe(message.id);
  await cloud.clock.settle();
  expect(onPhone("I am looking into it.")).toBe(1);
});

test("another body, a note or another conversation under the same key: 422, and nothing goes out", async () => {
  expect((await reply("It is 20 euros too much.", "key-2")).status).toBe(202);
  await until("the reply on the phone", () => onPhone("It is 20 euros too much.") > 0);
  const others = await Promise.all([
    reply("It is 30 euros too much.", "key-2"),
    reply("It is 20 euros too much.", "key-2", 1),
    cloud.api(
      agent,
      "POST",
      `/conversations/${conversationIds[0]}/messages`,
      { text: "It is 20 euros too much.", note: true },
      { "idempotency-key": "key-2" },
    ),
  ]);
  for (const { status, body } of others) {
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ field: "Idempotency-Key", message: "was used with another body" }]);
  }
  await cloud.clock.settle();
  expect(onPhone("It is 30 euros too much.")).toBe(0);
  expect(onPhone("It is 20 euros too much.")).toBe(1);
  expect(cloud.outbox(customers[1]!)).toEqual([]);
});

test("no key: 400, and nothing goes out", async () => {
  const answer = await reply("Without a key.", undefined);
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toEqual([{ field: "Idempotency-Key", message: "is missing" }]);
  await cloud.clock.settle();
  expect(onPhone("Without a key.")).toBe(0);
});

test("the same key of another caller is another message", async () => {
  expect((await reply("From the agent.", "key-3")).status).toBe(202);
  const note = await cloud.api(
    "supervisor",
    "POST",
    `/conversations/${conversationIds[0]}/messages`,
    { text: "From the supervisor.", note: true },
    { "idempotency-key": "key-3" },
  );
  expect([note.status, note.body.direction]).toEqual([202, "note"]);
});
