import { afterAll, beforeAll, expect, test } from "vitest";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

let cloud: CloudUnderTest;
let bot: string;
beforeAll(async () => {
  cloud = await startCloud();
  bot = cloud.inboxes.find(({ id }) => id === "telegram")!.address;
  await cloud.api("agent-en", "PUT", "/agents/agent-en/presence", { status: "available" });
});
afterAll(() => cloud?.stop());

/** A picture of one pixel. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
const file = { contentType: "image/png", bytes: Uint8Array.from(picture) };

const does = async (from: string, action: object): Promise<string> => {
  const [done] = await cloud.providers.telegram.inbound({ from, to: bot, ...action });
  expect(done?.status).toBe(200);
  return done!.providerId;
};

const conversationOf = (customer: string) =>
  until(`a conversation with ${customer}`, async () => {
    const { body } = await cloud.api("agent-en", "GET", "/conversations?agent=agent-en");
    const ids = (body.items as { id: string }[]).map(({ id }) => id);
    for (const id of ids) {
      const { body: conversation } = await cloud.api("agent-en", "GET", `/conversations/${id}`);
      if (JSON.stringify(conversation).includes(customer)) return id;
    }
    return undefined;
  });

const messagesOf = async (id: string) =>
  (await cloud.api("agent-en", "GET", `/conversations/${id}/messages`)).body.items;

const write = (id: string, body: object) =>
  cloud.api("agent-en", "POST", `/conversations/${id}/messages`, body, { "idempotency-key": JSON.stringify(body) });

const phoneOf = (customer: string) => cloud.providers.telegram.outbox({ to: customer });

test("a picture comes from Telegram, and one goes there, with answers to choose from", async () => {
  const customer = "811000001";
  await does(customer, { text: "My parcel arrived like this. Could you please help me?", media: [file], name: "Ada" });
  const id = await conversationOf(customer);
  await until("the picture, known by its content", async () => {
    const [{ media }] = await messagesOf(id);
    return media[0]?.state === "stored" && media[0].contentType === "image/png";
  });
  const uploaded = await fetch(`${cloud.baseUrl}/v1/files`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${cloud.tokens["agent-en"]}`,
      "content-type": "image/png",
      "x-file-name": "label.png",
    },
    body: picture,
  });
  const { id: fileId } = (await uploaded.json()) as { id: string };
  expect((await write(id, { text: "Please send it back with this label.", media: [fileId] })).status).toBe(202);
  expect((await write(id, { text: "Shall we send another one?", quickReplies: ["Yes", "No"] })).status).toBe(202);
  const received = await until("both on the phone", () => phoneOf(customer).length >= 2 && phoneOf(customer));
  const withPicture = received.find(({ media }) => media)!;
  const shown = await fetch(new URL(withPicture.media![0]!.url, cloud.baseUrl));
  expect(Buffer.from(await shown.arrayBuffer())).toStrictEqual(picture);
  expect(received.at(-1)).toMatchObject({ text: "Shall we send another one?", buttons: ["Yes", "No"] });
  // Telegram's times are whole seconds, and nobody reads and answers within one.
  await cloud.clock.advance(2_000);
  await does(customer, { button: "Yes" });
  await until("the answer", async () => (await messagesOf(id)).at(-1).text === "Yes");
});

test("who blocks the bot can't be written to until they write again, and the desk is told before", async () => {
  const customer = "811000002";
  await does(customer, { text: "When do you open tomorrow? Please let me know." });
  const id = await conversationOf(customer);
  await does(customer, { blocks: true });
  expect((await write(id, { text: "At nine." })).status).toBe(202);
  await until("the refusal", async () => (await messagesOf(id)).at(-1).status === "failed");
  const refused = await write(id, { text: "At nine o'clock." });
  expect(refused).toMatchObject({ status: 409, body: { reason: "address-unreachable" } });
  await does(customer, { text: "Hello? Are you still there?" });
  await until("the way back", async () => (await write(id, { text: "At nine, as always." })).status === 202);
  await until("the answer on the phone", () => phoneOf(customer).some(({ text }) => text === "At nine, as always."));
});

test("a send whose answer was lost is never repeated, and a person is asked", async () => {
  const customer = "811000003";
  await does(customer, { text: "Is my order on its way? I would like to know." });
  const id = await conversationOf(customer);
  await cloud.clock.settle();
  cloud.providers.telegram.behaviour.acceptsThenTimesOut = 1;
  expect((await write(id, { text: "It is." })).status).toBe(202);
  await until("it is parked", async () => {
    await cloud.clock.advance(30_000);
    return (await messagesOf(id)).at(-1).status === "parked";
  });
  expect(phoneOf(customer).filter(({ text }) => text === "It is.")).toHaveLength(1);
  const { body } = await cloud.api("admin", "GET", "/sends?state=parked");
  expect(body.items).toHaveLength(1);
});
