import { beforeEach, describe, expect, it } from "vitest";
import { type Flow, onlyConversation } from "../../flow/harness.ts";
import { type ChatUnderTest, heldChat, type HeldChat, holder, openChat } from "./harness.ts";

/* Replies, statuses and typing between a chat and a desk; what a chat sees again when it comes back. */

let flow: Flow;
let chat: ChatUnderTest;
let conversationId: string;
let held: HeldChat;

beforeEach(async () => {
  held = await heldChat("Hello, could you please help me?");
  ({ flow, chat, conversationId } = held);
});

async function say(text: string, clientMessageId: string, from: ChatUnderTest = chat): Promise<void> {
  await flow.advance(1_000);
  await from.send({ type: "message", text, clientMessageId });
}

const reply = (text: string): Promise<string> => held.reply({ text });

async function statusOf(messageId: string): Promise<string> {
  const { body } = await flow.call(holder, "GET", `/v1/conversations/${conversationId}/messages`);
  return body.items.find(({ id }: { id: string }) => id === messageId).status;
}

const comeBack = (from: ChatUnderTest = chat): Promise<ChatUnderTest> =>
  openChat(flow, { tokens: [from.hello().sessionToken] });

describe("a reply", () => {
  it("reaches the open chat, and rises to delivered and read as the customer says", async () => {
    const messageId = await reply("Of course.");
    expect(chat.told("message")).toEqual([{ type: "message", messageId, text: "Of course.", at: expect.any(String) }]);
    expect(await statusOf(messageId)).toBe("sent");
    await chat.send({ type: "received", messageId });
    expect(await statusOf(messageId)).toBe("delivered");
    await chat.send({ type: "read", messageId });
    await chat.send({ type: "received", messageId });
    expect(await statusOf(messageId)).toBe("read");
    expect(chat.told("error")).toEqual([]);
  });

  it("reaches every open chat of the session", async () => {
    const other = await comeBack();
    await reply("Of course.");
    expect([chat, other].map((each) => each.told("message").length)).toEqual([1, 1]);
  });

  it("that nobody was there for is what the next hello shows, as sent", async () => {
    await chat.disconnect();
    const messageId = await reply("Of course.");
    expect(await statusOf(messageId)).toBe("sent");
    const back = await comeBack();
    expect(back.hello().history).toMatchObject([
      { direction: "in", clientMessageId: "c1", text: "Hello, could you please help me?", status: "received" },
      { direction: "out", messageId, text: "Of course.", status: "sent" },
    ]);
    expect(back.told("message")).toEqual([]);
  });

  it("is pushed again when the first push failed, under the same id", async () => {
    flow.app.chatSockets = {
      close: async () => {},
      push: async () => {
        flow.app.chatSockets = flow.chats;
        throw new Error("LimitExceededException");
      },
    };
    const messageId = await reply("Of course.");
    expect(await statusOf(messageId)).toBe("queued");
    expect(chat.told("message")).toEqual([]);
    await flow.advance(1_000);
    expect(await statusOf(messageId)).toBe("sent");
    expect(chat.told("message")).toMatchObject([{ messageId }]);
  });

  it("is nobody else's to read, mark or see again", async () => {
    const messageId = await reply("Of course.");
    const stranger = await openChat(flow);
    await stranger.send({ type: "read", messageId });
    expect(stranger.told("error")).toMatchObject([{ code: "unknown-message" }]);
    expect(stranger.hello().history).toEqual([]);
    expect(await statusOf(messageId)).toBe("sent");
    await chat.send({ type: "read", messageId: chat.told("ack")[0]!.messageId });
    expect(chat.told("error")).toMatchObject([{ code: "unknown-message" }]);
  });

  it("in handing over when the chat comes back is told once: by the hello, or right behind it", async () => {
    await chat.disconnect();
    const { audience } = flow.stores.chats;
    let back: ChatUnderTest | undefined;
    flow.stores.chats.audience = async (identityId) => {
      flow.stores.chats.audience = audience;
      const before = await audience(identityId);
      back = await comeBack();
      return before;
    };
    const messageId = await reply("Of course.");
    const told = back!.hello().history.filter((entry) => entry.messageId === messageId);
    expect(told.length + back!.told("message").length).toBe(1);
  });

  it("that was refused is never shown", async () => {
    await chat.disconnect();
    const messageId = await reply("Of course.");
    await flow.stores.messages.raiseStatus(messageId, {
      status: "failed",
      at: new Date(flow.clock.now()).toISOString(),
    });
    expect((await comeBack()).hello().history).toMatchObject([{ direction: "in" }]);
  });
});

describe("a chat that comes back", () => {
  it("sees what it said, in the order in which it was said, and which of its messages arrived", async () => {
    for (const each of [2, 3, 4]) await say(`message ${each}`, `c${each}`);
    await reply("One moment.");
    await say("message 5", "c5");
    const { history } = (await comeBack()).hello();
    expect(history.map(({ text }) => text)).toEqual([
      "Hello, could you please help me?",
      "message 2",
      "message 3",
      "message 4",
      "One moment.",
      "message 5",
    ]);
    expect(history.flatMap(({ clientMessageId }) => clientMessageId ?? [])).toEqual(["c1", "c2", "c3", "c4", "c5"]);
    expect(history[0]!.at).toBe(chat.told("ack")[0]!.at);
  });

  it("sees the last conversation beside the one that is open, and no notes", async () => {
    const note = { text: "for colleagues", note: true };
    await flow.call(holder, "POST", `/v1/conversations/${conversationId}/messages`, note, {
      "idempotency-key": "note",
    });
    await flow.call(holder, "POST", `/v1/conversations/${conversationId}/resolve`);
    await flow.settle();
    expect((await comeBack()).hello().history.map(({ text }) => text)).toEqual(["Hello, could you please help me?"]);
    await say("Another question about my order", "c2");
    expect((await onlyConversation(flow, holder, "assigned")).id).not.toBe(conversationId);
    expect((await comeBack()).hello().history.map(({ clientMessageId }) => clientMessageId)).toEqual(["c1", "c2"]);
  });

  it("sees the newest that fit into a frame", async () => {
    for (let count = 2; count <= 12; count += 1) await say(`${count} `.padEnd(16_000, "x"), `c${count}`);
    const { history } = (await comeBack()).hello();
    expect(history.map(({ clientMessageId }) => clientMessageId)).toEqual([
      "c6",
      "c7",
      "c8",
      "c9",
      "c10",
      "c11",
      "c12",
    ]);
  });

  it("goes on in the conversation that it left", async () => {
    await chat.disconnect();
    await say("Are you there?", "c2", await comeBack());
    const { body } = await flow.call(holder, "GET", `/v1/conversations/${conversationId}/messages`);
    expect(body.items).toHaveLength(2);
  });
});

it("a customer who types is seen by whoever holds their conversation", async () => {
  await flow.stores.sockets.put({
    connectionId: "desk",
    agentId: "agent-en",
    supervisor: false,
    expiresAt: new Date(flow.clock.now() + 60_000).toISOString(),
  });
  await chat.send({ type: "typing" });
  expect(flow.desks.framesOf("desk")).toEqual([{ type: "typing", conversationId }]);
  await (await openChat(flow)).send({ type: "typing" });
  expect(flow.desks.framesOf("desk")).toHaveLength(1);
});
