import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "../harness.ts";
import { type Fields, messagesUrl, newMessageSid, postText, signatureOf, textFields } from "../webhook.ts";
import { openTarget, supervisor, type Target } from "./target.ts";

/*
 * Runs against the embedded cloud and against a deployed stack: what comes in. Nothing goes out, so no phone rings.
 */

/** Numbers for fiction: nobody has them. */
const newCustomer = (): string => `+1202555${String(100 + Math.floor(Math.random() * 100)).padStart(4, "0")}`;
/** A deployed stack may be cold. */
const withinMs = 30_000;

let target: Target;
let openIds: string[] = [];

beforeAll(async () => {
  target = await openTarget();
});
afterEach(async () => {
  for (const id of openIds) await target.api(supervisor, "POST", `/conversations/${id}/resolve`, {});
  openIds = [];
});
afterAll(() => target?.stop());

interface Shown {
  id: string;
  language: string;
  queueId: string;
  channel: string;
}

interface Message {
  id: string;
  text: string;
}

const openConversationOf = async (customer: string): Promise<Shown | undefined> => {
  const { body } = await target.api(supervisor, "GET", `/customers?address=${encodeURIComponent(customer)}`);
  const id: string | null | undefined = body.items[0]?.openConversationId;
  if (!id) return undefined;
  const { body: conversation } = await target.api(supervisor, "GET", `/conversations/${id}`);
  return conversation;
};

const messagesOf = async (id: string): Promise<Message[]> =>
  (await target.api(supervisor, "GET", `/conversations/${id}/messages`)).body.items;

/** Waits until the text is in an open conversation of its customer. */
const arrived = ({ From: customer = "", Body: body = "" }: Fields): Promise<Shown & { messages: Message[] }> =>
  until(
    `"${body}" in a conversation`,
    async () => {
      const conversation = await openConversationOf(customer);
      if (!conversation?.id) return undefined;
      if (!openIds.includes(conversation.id)) openIds.push(conversation.id);
      const messages = await messagesOf(conversation.id);
      return messages.some(({ text }) => text === body) && { ...conversation, messages };
    },
    withinMs,
  );

test("a text that the carrier signed is routed by what it says, once, and its decision can be read", async () => {
  const text = `Guten Tag, meine Rechnung stimmt nicht. Können Sie mir bitte helfen? ${newMessageSid()}`;
  const fields = textFields(target, newCustomer(), text);
  const answers = await Promise.all(Array.from({ length: 5 }, () => postText(target, fields)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const { id, messages, ...conversation } = await arrived(fields);
  expect(conversation).toMatchObject({ channel: "sms", language: "de", queueId: "billing" });
  expect(messages.filter((message) => message.text === text)).toHaveLength(1);
  const { body } = await target.api(supervisor, "GET", `/conversations/${id}/decisions`);
  const decision = body.items.find(({ messageId }: { messageId: string }) =>
    messages.some((message) => message.id === messageId && message.text === text),
  );
  expect(decision).toMatchObject({ kind: "route", language: "de" });
});

test("a text that the carrier did not sign for this address is refused", async () => {
  const fields = textFields(target, newCustomer(), "Let me in.");
  const elsewhere = signatureOf(target, "https://elsewhere.example/webhooks/twilio/messages", fields);
  for (const signature of [null, "c2lnbmF0dXJl", elsewhere]) {
    expect((await postText(target, fields, signature)).status).toBe(403);
  }
  expect((await fetch(messagesUrl(target), { method: "POST" })).status).toBe(403);
});

test("without a token nothing is told", async () => {
  for (const path of ["/conversations", "/queues", "/parked"]) {
    expect((await fetch(`${target.baseUrl}/v1${path}`)).status, path).toBe(401);
  }
});
