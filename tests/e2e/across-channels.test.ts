import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as fc from "fast-check";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatClient, openChat } from "./chat-client.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

/* One person on several channels: whatever they write by, and however close together, it is one conversation. */

const agent = "agent-en";
const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const pairs = isFull ? 200 : 20;
/** so many customers begin at the same time */
const atOnce = 5;
const seed = Number(process.env["SWITCHYARD_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
let cloud: CloudUnderTest;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

interface Shown {
  id: string;
  status: string;
  channel: string;
  address: string;
  customerId: string;
  continuedIn: string | null;
}

interface Message {
  direction: string;
  channel: string;
  text: string;
  status: string;
}

interface Person {
  phone: string;
  /** what the shop knows them as */
  subject: string;
  email?: string;
}

const get = async <Answer>(path: string, user = "supervisor"): Promise<Answer> => {
  const { status, body } = await cloud.api(user, "GET", path);
  expect(status, path).toBe(200);
  return body;
};

const customersAt = async (address: string): Promise<{ id: string; openConversationId: string | null }[]> =>
  (
    await get<{ items: { id: string; openConversationId: string | null }[] }>(
      `/customers?${new URLSearchParams({ address })}`,
    )
  ).items;

const historyOf = async (customerId: string): Promise<Shown[]> =>
  (await get<{ items: Shown[] }>(`/customers/${customerId}/history`)).items;

const messagesOf = async ({ id }: Pick<Shown, "id">): Promise<Message[]> =>
  (await get<{ items: Message[] }>(`/conversations/${id}/messages`)).items;

const vouchFor = ({ phone, subject, email }: Person): Promise<string> =>
  new SignJWT({ phone, email })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(subject)
    .setAudience("web")
    .setExpirationTime(Math.floor(cloud.clock.now() / 1000) + 300)
    .sign(new TextEncoder().encode(cloud.vouchSecret));

async function say(chat: ChatClient, text: string): Promise<void> {
  chat.send({ type: "message", text, clientMessageId: text });
  await chat.frame("its acknowledgement", ({ type, clientMessageId }) => type === "ack" && clientMessageId === text);
}

/** The only conversation of whoever has this address, once an agent holds it and the last of so many messages in counts. */
const heldWith = (address: string, channel: string, count: number): Promise<Shown> =>
  until(`${count} messages in one conversation with ${address}, the last by ${channel}`, async () => {
    const [customer] = await customersAt(address);
    const history = customer?.openConversationId ? await historyOf(customer.id) : [];
    const [conversation] = history;
    if (conversation?.status !== "assigned" || conversation.channel !== channel) return undefined;
    const messages = await messagesOf(conversation);
    expect(history).toHaveLength(1);
    return messages.filter(({ direction }) => direction === "in").length === count && conversation;
  });

let replies = 0;
async function reply({ id }: Shown, text: string, identityId?: string): Promise<void> {
  replies += 1;
  const headers = { "idempotency-key": `across-${replies}` };
  const { status } = await cloud.api(agent, "POST", `/conversations/${id}/messages`, { text, identityId }, headers);
  expect(status).toBe(202);
}

test("a text, a vouched chat and a mail are one conversation, answered on the channel last used or where the agent says", async () => {
  const person = { phone: "+4915112345800", subject: "bea", email: "bea@customer.example" };
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
  const onPhone = (text: string) => cloud.outbox(person.phone).some((each) => each.text === text);
  const inMailbox = async (text: string) =>
    (await cloud.mail.received(person.email)).some((each) => each.text.startsWith(text));

  await cloud.text(person.phone, "Hello, where is my bicycle?");
  const first = await heldWith(person.phone, "sms", 1);
  expect(first.address).toBe(person.phone);
  await reply(first, "I am looking.");
  await until("the answer on the phone", () => onPhone("I am looking."));

  const chat = await openChat(cloud.chatUrl, { tokens: [await vouchFor(person)] });
  await say(chat, "I am at my computer now");
  const byChat = await heldWith(person.phone, "web", 2);
  expect(byChat).toMatchObject({ id: first.id, address: "user:bea" });
  await reply(byChat, "It left our house today.");
  await chat.frame("the answer in the chat", ({ text }) => text === "It left our house today.");
  await chat.close();

  await cloud.mail.send({ from: person.email, to: "support@switchyard.test", subject: "Bill", text: "And the bill?" });
  const byMail = await heldWith(person.email, "email", 3);
  expect(byMail).toMatchObject({ id: first.id, address: person.email });
  await reply(byMail, "It lies in the parcel.");
  await until("the answer in the mailbox", () => inMailbox("It lies in the parcel."));

  const { items: routes } = await get<{
    items: { identityId: string; channel: string; canSend: { allowed: boolean } }[];
  }>(`/conversations/${first.id}/routes`);
  expect(routes.map(({ channel }) => channel).toSorted()).toEqual(["email", "sms", "web"]);
  await reply(byMail, "It rings now.", routes.find(({ channel }) => channel === "sms")!.identityId);
  await until("the text that the agent chose", () => onPhone("It rings now."));
  await cloud.clock.settle();
  expect(cloud.outbox(person.phone).map(({ text }) => text)).toEqual(["I am looking.", "It rings now."]);
  expect((await cloud.api(agent, "POST", `/conversations/${first.id}/resolve`, {})).status).toBe(200);
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "offline" })).status).toBe(200);
});

const pause = (milliseconds: number): Promise<void> => new Promise((go) => setTimeout(go, milliseconds));

/** How one person begins. */
interface Beginning {
  /** milliseconds before the text, before the chat, and in the chat before each step */
  text: number;
  connect: number;
  step: number;
  /** writes in the chat before they sign in to the shop */
  isGuest: boolean;
}

const delay = fc.integer({ min: 0, max: 100 });
const beginning: fc.Arbitrary<Beginning> = fc.record({
  text: delay,
  connect: delay,
  step: delay,
  isGuest: fc.boolean(),
});

/** One person's first text and first word in a chat that vouches for them. */
async function beginTwice({ phone, subject }: Person, { text, connect, step, isGuest }: Beginning): Promise<void> {
  const vouch = await vouchFor({ phone, subject });
  const byText = async () => {
    await pause(text);
    await cloud.text(phone, `text of ${subject}`);
  };
  const byChat = async () => {
    await pause(connect);
    const chat = await openChat(cloud.chatUrl, { tokens: isGuest ? [] : [vouch] });
    const { sessionToken } = await chat.frame("hello", ({ type }) => type === "hello");
    await pause(step);
    await say(chat, `chat of ${subject}`);
    await chat.close();
    if (!isGuest) return;
    await pause(step);
    const again = await openChat(cloud.chatUrl, { tokens: [sessionToken, vouch] });
    await again.frame("hello", ({ type }) => type === "hello");
    await again.close();
  };
  await Promise.all([byText(), byChat()]);
}

interface Item {
  pk: string;
  sk: string;
  openedAt?: string;
  closedAt?: string;
  continuedIn?: string;
  direction?: string;
  text?: string;
}

/** What the table holds under a prefix, each item once. */
async function stored(prefix: string): Promise<Item[]> {
  const { items } = await cloud.dump();
  return Object.values(items)
    .flat()
    .map((item) => unmarshall(item as Parameters<typeof unmarshall>[0]) as Item)
    .filter(({ pk, sk }) => pk.startsWith(prefix) && sk === "ITEM");
}

test(
  `${pairs} people who begin by text and chat at the same instant have one conversation each, and nothing is lost`,
  { timeout: 600_000 },
  async () => {
    console.log(`across channels: ${pairs} people, SWITCHYARD_SEED=${seed}`);
    const beginnings = fc.sample(beginning, { numRuns: pairs, seed });
    const people = beginnings.map((_, index): Person => {
      const digits = String(index).padStart(4, "0");
      return { phone: `+4915120${digits}00`, subject: `twice-${digits}` };
    });
    const before = new Set((await stored("CNV#")).map(({ pk }) => pk));
    for (let start = 0; start < pairs; start += atOnce)
      await Promise.all(
        people.slice(start, start + atOnce).map((person, index) => beginTwice(person, beginnings[start + index]!)),
      );
    await cloud.clock.settle();

    const conversations = (await stored("CNV#")).filter(({ pk }) => !before.has(pk));
    const open = conversations
      .filter(({ closedAt }) => closedAt === undefined)
      .map(({ pk }) => pk.slice("CNV#".length));
    const merged = conversations.filter(({ closedAt }) => closedAt !== undefined);
    console.log(`across channels: ${merged.length} of ${pairs} had begun two conversations, which were made one`);
    expect(open).toHaveLength(pairs);
    for (const { continuedIn } of merged) expect(open).toContain(continuedIn);

    const seen = new Set<string>();
    for (const { phone, subject } of people) {
      const [[byPhone], [byChat]] = await Promise.all([customersAt(phone), customersAt(`user:${subject}`)]);
      expect(byChat, subject).toEqual(byPhone);
      seen.add(byPhone!.openConversationId!);
      const history = await historyOf(byPhone!.id);
      const [kept, ...others] = history.filter(({ status }) => status !== "resolved");
      expect(others, subject).toEqual([]);
      expect(kept?.id, subject).toBe(byPhone!.openConversationId);
      const goOnIn = history.filter(({ id }) => id !== kept?.id).map(({ continuedIn }) => continuedIn);
      expect(new Set([...goOnIn, kept?.id]), subject).toEqual(new Set([kept?.id]));
      const messages = (await Promise.all(history.map(messagesOf))).flat();
      const written = messages.filter(({ direction }) => direction === "in").map(({ text }) => text);
      expect(written.toSorted(), subject).toEqual([`chat of ${subject}`, `text of ${subject}`]);
    }
    expect(seen).toEqual(new Set(open));
    expect((await get<{ items: unknown[] }>("/parked", "admin")).items).toEqual([]);
  },
);
