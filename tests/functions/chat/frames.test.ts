import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../../../functions/chat/run.ts";
import { limits } from "../../../shared/core/limits.ts";
import { agent, available, createFlow, type Flow, onlyConversation } from "../../flow/harness.ts";
import { type ChatUnderTest, openChat } from "./harness.ts";

let flow: Flow;
let chat: ChatUnderTest;
beforeEach(async () => {
  flow = createFlow();
  chat = await openChat(flow);
});

const message = (text: unknown, clientMessageId: unknown = "c1") => ({ type: "message", text, clientMessageId });
const unknown = expect.stringContaining('"type" is one of');

describe("a frame that is wrong is answered, and the chat stays open", () => {
  it.each([
    ["no JSON", "{", { code: "not-json" }],
    ["empty", "", { code: "not-json" }],
    ["a list", "[]", { code: "not-json" }],
    ["a number", "1", { code: "not-json" }],
    ["null", "null", { code: "not-json" }],
    ["of no type", {}, { code: "unknown-type", message: unknown }],
    ["of an unknown type", { type: "shout" }, { code: "unknown-type", message: unknown }],
    ["of a type from the prototype", { type: "constructor" }, { code: "unknown-type", message: unknown }],
    ["of a type that is no text", { type: 1 }, { code: "unknown-type", message: unknown }],
    [
      "without a text",
      { type: "message", clientMessageId: "c1" },
      { code: "invalid-field", message: '"text" must be text.', clientMessageId: "c1" },
    ],
    [
      "with a text that is none",
      message(1),
      { code: "invalid-field", message: '"text" must be text.', clientMessageId: "c1" },
    ],
    ["with a blank text", message(" \n\t "), { code: "text-blank", clientMessageId: "c1" }],
    [
      "with a text too long",
      message("ä".repeat(8 * 1024 + 1)),
      { code: "text-too-long", message: expect.stringContaining("16386 bytes"), clientMessageId: "c1" },
    ],
    [
      "without an id",
      { type: "message", text: "hi" },
      { code: "invalid-field", message: expect.stringContaining('"clientMessageId"') },
    ],
    [
      "with an empty id",
      message("hi", ""),
      { code: "invalid-field", message: expect.stringContaining('"clientMessageId"') },
    ],
    ["with an id too long", message("hi", "x".repeat(129)), { code: "invalid-field" }],
    ["with an id that is no text", message("hi", 7), { code: "invalid-field" }],
    [
      "with half a character as id",
      '{"type":"message","text":"hi","clientMessageId":"\\ud800"}',
      { code: "invalid-field" },
    ],
    [
      "with a field too many",
      { ...message("hi"), from: "user:anna" },
      { code: "invalid-field", message: '"from" is not known.', clientMessageId: "c1" },
    ],
    ["about no message", { type: "read" }, { code: "invalid-field", message: expect.stringContaining('"messageId"') }],
    ["about a message with a strange id", { type: "received", messageId: "snd_1" }, { code: "invalid-field" }],
    [
      "about a message that there is not",
      { type: "read", messageId: `msg_${"0".repeat(26)}` },
      { code: "unknown-message" },
    ],
  ])("%s", async (_, frame, error) => {
    await chat.send(frame);
    expect(chat.told("error")).toEqual([
      expect.objectContaining({ type: "error", message: expect.stringMatching(/\S/), ...error }),
    ]);
    await chat.send({ type: "ping" });
    expect(chat.told("pong")).toHaveLength(1);
    expect(flow.queues.inbound.waiting).toEqual([]);
  });
});

describe("a message", () => {
  it("is acknowledged, routed, and said to be received", async () => {
    await available(flow, "agent-en");
    await chat.send(message("Hello, could you please help me?"));
    const { channel, address, id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    expect({ channel, address }).toEqual({ channel: "web", address: expect.stringMatching(/^ses_/) });
    const { body } = await flow.call(agent("agent-en"), "GET", `/v1/conversations/${id}/messages`);
    const [stored] = body.items;
    expect(stored).toMatchObject({ direction: "in", text: "Hello, could you please help me?" });
    const about = { clientMessageId: "c1", messageId: stored.id };
    expect(chat.frames().slice(1)).toEqual([
      { type: "ack", ...about, at: expect.any(String) },
      { type: "status", ...about, status: "received" },
    ]);
  });

  it("that comes again is acknowledged under the same id, and is there once", async () => {
    await chat.send(message("Hello"));
    await flow.advance(10 * 60_000);
    await chat.send(message("Hello"));
    const [first, second] = chat.told("ack");
    expect(second!.messageId).toBe(first!.messageId);
    const conversations = await flow.call(agent("agent-en"), "GET", "/v1/conversations?status=waiting");
    expect(conversations.body.items).toHaveLength(1);
    const { body } = await flow.call(
      agent("agent-en"),
      "GET",
      `/v1/conversations/${conversations.body.items[0].id}/messages`,
    );
    expect(body.items).toHaveLength(1);
  });

  it("of the same id in another session is another one", async () => {
    await chat.send(message("Hello"));
    const other = await openChat(flow);
    await other.send(message("Hello"));
    expect(other.told("ack")[0]!.messageId).not.toBe(chat.told("ack")[0]!.messageId);
  });

  it("is acknowledged only when it is durable", async () => {
    flow.queues.inbound.failures = 1;
    await chat.send(message("Hello"));
    expect(chat.told("ack")).toEqual([]);
    expect(chat.told("error")).toMatchObject([{ code: "failed", clientMessageId: "c1" }]);
    await chat.send(message("Hello"));
    expect(chat.told("ack")).toHaveLength(1);
  });

  it("may have exactly 16 KB", async () => {
    await chat.send(message("x".repeat(limits.maxChatTextBytes)));
    expect(chat.told("ack")).toHaveLength(1);
  });

  it("with half a character is kept with a whole one in its place", async () => {
    await chat.send('{"type":"message","text":"hi \\ud800","clientMessageId":"c1"}');
    const stored = await flow.stores.messages.get(chat.told("ack")[0]!.messageId);
    expect(stored?.text).toBe("hi \ufffd");
  });

  it("is one too many for its session, until the next minute", async () => {
    for (let count = 0; count < limits.maxChatMessagesPerWindow; count += 1)
      await chat.send(message("hi", `c${count}`));
    await chat.send(message("hi", "late"));
    expect(chat.told("error")).toMatchObject([{ code: "rate-limited", clientMessageId: "late" }]);
    const { retryAfterMs } = chat.told("error")[0]!;
    expect(retryAfterMs).toBeGreaterThan(0);
    await chat.send({ type: "ping" });
    expect(chat.told("pong")).toHaveLength(1);
    await flow.advance(retryAfterMs!);
    await chat.send(message("hi", "late"));
    expect(chat.told("ack").at(-1)).toMatchObject({ clientMessageId: "late" });
  });
});

it("a chat that nobody knows any more is closed", async () => {
  await run({ route: "$default", connectionId: "nobody", body: "{}", takenAt: flow.clock.now() }, flow.app);
  expect(flow.chats.gone).toContain("nobody");
  await flow.advance(limits.socketLifeMs);
  await chat.send({ type: "ping" });
  expect(flow.chats.gone).toContain(chat.connectionId);
});
