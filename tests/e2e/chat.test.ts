import { once } from "node:events";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Chat } from "../../web/widget/chat.ts";
import { memoryStorage } from "../../web/widget/storage.ts";
import { type ChatClient, openChat } from "./chat-client.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { contract, dot, upload } from "./upload.ts";
import { unreliableNetwork } from "./unreliable-network.ts";

const supervisor = "supervisor";
const holder = "agent-en";
let cloud: CloudUnderTest;

beforeAll(async () => {
  cloud = await startCloud();
  expect((await cloud.api(holder, "PUT", `/agents/${holder}/presence`, { status: "available" })).status).toBe(200);
});
afterAll(() => cloud?.stop());

interface Shown {
  id: string;
  address: string;
  channel: string;
  customerId: string;
}

interface ShownMessage {
  id: string;
  direction: string;
  text: string;
  status: string;
}

const listed = async (status: string): Promise<Shown[]> =>
  (await cloud.api(supervisor, "GET", `/conversations?status=${status}`)).body.items;

/** The conversation whose opening text this is, once somebody holds it. */
const assigned = (subject: string): Promise<Shown> =>
  until(`${subject} is assigned`, async () =>
    (await listed("assigned")).find((item) => (item as Shown & { subject: string }).subject === subject),
  );

const messagesOf = async ({ id }: Pick<Shown, "id">): Promise<ShownMessage[]> => {
  const all: ShownMessage[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await cloud.api(supervisor, "GET", `/conversations/${id}/messages${query}`);
    all.push(...body.items);
    cursor = body.cursor;
  } while (cursor);
  return all;
};

let replies = 0;
async function reply({ id }: Shown, text: string, media?: string[]): Promise<string> {
  replies += 1;
  const headers = { "idempotency-key": `chat-${replies}` };
  const { status, body } = await cloud.api(holder, "POST", `/conversations/${id}/messages`, { text, media }, headers);
  expect(status).toBe(202);
  return body.id;
}

const resolve = async ({ id }: Shown): Promise<void> => {
  expect((await cloud.api(supervisor, "POST", `/conversations/${id}/resolve`, {})).status).toBe(200);
};

function vouch(claims: Record<string, unknown>): Promise<string> {
  const whole = { aud: "web", exp: Math.floor(cloud.clock.now() / 1000) + 300, ...claims };
  return new SignJWT(whole).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(cloud.vouchSecret));
}

const hello = (chat: ChatClient) => chat.frame("hello", ({ type }) => type === "hello");
const say = (chat: ChatClient, text: string, clientMessageId: string) =>
  chat.send({ type: "message", text, clientMessageId });

test("a chat is routed, answered, and each side learns what became of its messages", async () => {
  const chat = await openChat(cloud.chatUrl);
  expect(await hello(chat)).toMatchObject({ history: [], inbox: { name: "Switchyard Service" } });
  expect(chat.frames[0].type).toBe("hello");
  say(chat, "Hello, how do I return my order?", "c1");
  const { messageId } = await chat.frame("ack", ({ type }) => type === "ack");
  await chat.frame("received", ({ type, status }) => type === "status" && status === "received");
  const conversation = await assigned("Hello, how do I return my order?");
  expect(await messagesOf(conversation)).toMatchObject([{ id: messageId, direction: "in" }]);

  const replyId = await reply(conversation, "With the label in the parcel.");
  await chat.frame("the reply", (frame) => frame.type === "message" && frame.messageId === replyId);
  chat.send({ type: "received", messageId: replyId });
  const statusIs = (status: string) => async () => (await messagesOf(conversation)).at(-1)?.status === status;
  await until("delivered", statusIs("delivered"));
  chat.send({ type: "read", messageId: replyId });
  await until("read", statusIs("read"));
  await chat.close();
  await resolve(conversation);
});

test("an agent's files come with the text in one frame, and again under new links in the next hello", async () => {
  const chat = await openChat(cloud.chatUrl);
  const { sessionToken } = await hello(chat);
  say(chat, "Hello, could you please show me the way?", "c1");
  const conversation = await assigned("Hello, could you please show me the way?");
  const messageId = await reply(conversation, "Here it is.", await upload(cloud, holder, dot, contract));
  const told = await chat.frame("the reply", ({ type }) => type === "message");
  expect(told).toMatchObject({ messageId, text: "Here it is.", media: [{ name: dot.name }, { name: contract.name }] });
  await chat.close();
  await cloud.clock.advance(60_000);
  const back = await openChat(cloud.chatUrl, { tokens: [sessionToken] });
  const { history } = await hello(back);
  const [first, second] = [told.media, history.at(-1).media];
  for (const [place, { contentType, bytes }] of [dot, contract].entries()) {
    expect(second[place].url).not.toBe(first[place].url);
    for (const { url } of [first[place], second[place]]) {
      const file = await fetch(url);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, contentType]);
      expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
    }
  }
  await back.close();
  await resolve(conversation);
});

describe("the connection", () => {
  const refusal = async (protocols: string[], origin?: string, query = ""): Promise<number> => {
    const socket = new WebSocket(cloud.chatUrl + query, protocols, { origin });
    socket.on("error", () => {});
    const [, response] = await once(socket, "unexpected-response");
    return response.statusCode;
  };

  test("is refused with a status that says why", async () => {
    const expired = await vouch({ sub: "late", exp: Math.floor(cloud.clock.now() / 1000) - 60 });
    expect(await refusal(["switchyard.v1", expired])).toBe(401);
    expect(await refusal(["chat.v9"])).toBe(400);
    expect(await refusal(["switchyard.v1"], undefined, "?inbox=nowhere")).toBe(404);
  });

  test("stays open after every kind of bad frame, and ends after one over 32 KB", async () => {
    const chat = await openChat(cloud.chatUrl);
    await hello(chat);
    const bad = ["{", "[]", "7", '{"type":"shout"}', '{"type":"message","text":7,"clientMessageId":"c"}'];
    bad.push(JSON.stringify({ type: "message", text: "x".repeat(16 * 1024 + 1), clientMessageId: "c" }));
    for (const frame of bad) chat.send(frame);
    const errors = () => chat.frames.filter(({ type }) => type === "error");
    await until("an error each", () => errors().length === bad.length);
    chat.send({ type: "ping" });
    await chat.frame("pong", ({ type }) => type === "pong");
    const closed = once(chat.socket, "close");
    chat.send({ type: "message", text: "x".repeat(33 * 1024), clientMessageId: "c" });
    expect((await closed)[0]).toBe(1009);
  });

  test("comes back under its token to what was said, and a repeated message is there once", async () => {
    const chat = await openChat(cloud.chatUrl);
    const { sessionToken } = await hello(chat);
    say(chat, "Hello, is the shop in the station open?", "once");
    const { messageId } = await chat.frame("ack", ({ type }) => type === "ack");
    const conversation = await assigned("Hello, is the shop in the station open?");
    await chat.close();
    await reply(conversation, "It is.");
    const back = await openChat(cloud.chatUrl, { tokens: [sessionToken] });
    const { history } = await until("both in the history", async () => {
      const frame = await hello(back);
      return frame.history.length === 2 && frame;
    });
    expect(history).toMatchObject([
      { clientMessageId: "once", messageId, direction: "in" },
      { direction: "out", text: "It is." },
    ]);
    say(back, "Hello, is the shop in the station open?", "once");
    expect(await back.frame("ack", ({ type }) => type === "ack")).toMatchObject({ messageId });
    await cloud.clock.settle();
    expect(await messagesOf(conversation)).toHaveLength(2);
    await back.close();
    await resolve(conversation);
  });
});

test("50 forced disconnects and a reload in mid-send: every message once, in order, on both sides", async () => {
  const network = await unreliableNetwork(new URL(cloud.baseUrl));
  const storage = memoryStorage();
  const open = (): Chat => {
    const chat = new Chat(network.through(cloud.chatUrl), storage, ({ isOnline }) => {
      if (!isOnline) queueMicrotask(() => chat.hurry());
    });
    chat.connect();
    return chat;
  };
  let chat = open();
  const texts = ["Hello, a long story about my order"];
  for (let count = 1; count < 60; count += 1) texts.push(`part ${count}`);
  let cuts = 0;
  const answers: string[] = [];
  try {
    chat.send(texts[0]!);
    const conversation = await assigned(texts[0]!);
    for (const [index, text] of texts.entries()) {
      if (index === 0) continue;
      chat.send(text);
      if (index % 10 === 5) answers.push(await reply(conversation, `answer ${answers.length}`));
      if (index === 30) {
        // The page is loaded anew while messages are under way.
        chat.end();
        chat = open();
      }
      // Now and then before the message has left, now and then between it and its acknowledgement.
      if (index % 3 === 0) await until("online", () => chat.state.isOnline);
      if (cuts < 50) cuts += network.cut();
    }
    while (cuts < 50) {
      await until("online", () => chat.state.isOnline);
      cuts += network.cut();
    }
    const isSettled = (): boolean =>
      chat.state.lines.length === texts.length + answers.length &&
      chat.state.lines.every(({ own, status }) => !own || status === "received");
    await until("everything arrived", isSettled, 30_000);
    const stored = await messagesOf(conversation);
    expect(stored.filter(({ direction }) => direction === "in").map(({ text }) => text)).toEqual(texts);
    expect(chat.state.lines.filter(({ own }) => own).map(({ text }) => text)).toEqual(texts);
    expect(chat.state.lines.filter(({ own }) => !own).map(({ key }) => key)).toEqual(answers);
    await resolve(conversation);
  } finally {
    chat.end();
    await network.stop();
  }
});
