import { beforeEach, describe, expect, it } from "vitest";
import { identityIdOf } from "../../../shared/core/ids.ts";
import { agent, anna, available, createFlow, type Flow, onlyConversation, supervisor } from "../../flow/harness.ts";
import { type ChatUnderTest, openChat, vouch } from "./harness.ts";

/* Somebody whom the company vouches for is one customer, whatever they come by. */

let flow: Flow;
beforeEach(async () => {
  flow = createFlow();
  await available(flow, "agent-en");
});

const say = (chat: ChatUnderTest, text: string, clientMessageId = "c1") =>
  chat.send({ type: "message", text, clientMessageId });

const customerOf = async (channel: string, address: string) => {
  const { body } = await flow.call(supervisor, "GET", `/v1/customers?address=${encodeURIComponent(address)}`);
  expect(body.items, `${channel} ${address}`).toHaveLength(1);
  return body.items[0];
};

async function openVouched(claims: Record<string, unknown>, ...tokens: string[]): Promise<ChatUnderTest> {
  return openChat(flow, { tokens: [...tokens, await vouch(flow, claims)] });
}

describe("a vouched chat", () => {
  it("goes on with the conversation that was begun by text, and is answered where the customer wrote last", async () => {
    await flow.text("Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    const chat = await openVouched({ sub: "anna", phone: anna, name: "Anna" });
    await say(chat, "Now I am at my computer");
    const conversation = await onlyConversation(flow, agent("agent-en"), "assigned");
    expect(conversation).toMatchObject({ id, channel: "web", address: "user:anna" });
    const reply = { text: "Good." };
    const path = `/v1/conversations/${id}/messages`;
    await flow.call(agent("agent-en"), "POST", path, reply, { "idempotency-key": "vouched" });
    await flow.settle();
    expect(chat.told("message")).toMatchObject([{ text: "Good." }]);
    expect(await customerOf("sms", anna)).toMatchObject({ name: "Anna" });
  });

  it("is the customer's who texts, in whichever of two forms the number is written", async () => {
    await flow.text("Hello, could you please help me with my order?", "+5511987654321");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    const chat = await openVouched({ sub: "ana", phone: "+551187654321" });
    await say(chat, "Now I am at my computer");
    expect(await onlyConversation(flow, agent("agent-en"), "assigned")).toMatchObject({ id, address: "user:ana" });
  });

  it("shows nothing of other channels", async () => {
    await flow.text("Hello, could you please help me with my order?");
    const chat = await openVouched({ sub: "anna", phone: anna });
    expect(chat.hello().history).toEqual([]);
  });

  it("keeps the name that a customer has", async () => {
    await openVouched({ sub: "anna", name: "Anna" });
    await openVouched({ sub: "anna", name: "Somebody else" });
    const identity = await flow.stores.identities.get(identityIdOf("web", "user:anna"));
    expect(await flow.stores.customers.get(identity!.customerId)).toMatchObject({ name: "Anna" });
  });

  it("brings along what was said before anybody vouched, and hears the answers to it", async () => {
    const before = await openChat(flow);
    await say(before, "Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    await before.disconnect();
    const chat = await openVouched({ sub: "anna" }, before.hello().sessionToken);
    expect(chat.hello().history).toMatchObject([{ clientMessageId: "c1", status: "received" }]);
    const path = `/v1/conversations/${id}/messages`;
    await flow.call(agent("agent-en"), "POST", path, { text: "Of course." }, { "idempotency-key": "before" });
    await flow.settle();
    const { messageId } = chat.told("message")[0]!;
    await chat.send({ type: "read", messageId });
    expect(chat.told("error")).toEqual([]);
    await say(chat, "Thank you", "c2");
    expect(await onlyConversation(flow, agent("agent-en"), "assigned")).toMatchObject({ id, address: "user:anna" });
  });

  it("is the same on every device of the person's", async () => {
    const [one, other] = [await openVouched({ sub: "anna" }), await openVouched({ sub: "anna" })];
    await say(one, "Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    const path = `/v1/conversations/${id}/messages`;
    await flow.call(agent("agent-en"), "POST", path, { text: "Of course." }, { "idempotency-key": "devices" });
    await flow.settle();
    expect([one, other].map((chat) => chat.told("message").length)).toEqual([1, 1]);
  });

  it("is resumed by its token without another vouch", async () => {
    const chat = await openVouched({ sub: "anna" });
    await say(chat, "Hello");
    const back = await openChat(flow, { tokens: [chat.hello().sessionToken] });
    expect(back.hello().history).toMatchObject([{ clientMessageId: "c1" }]);
  });
});

describe("at a browser that several people use", () => {
  it("one person's session is never joined to the next one's", async () => {
    const anonymous = await openChat(flow);
    await say(anonymous, "Hello from Anna");
    const first = await openVouched({ sub: "anna" }, anonymous.hello().sessionToken);
    for (const token of [first.hello().sessionToken, anonymous.hello().sessionToken]) {
      const second = await openVouched({ sub: "ben" }, token);
      expect(second.hello().history).toEqual([]);
    }
    expect((await customerOf("web", "user:anna")).id).not.toBe((await customerOf("web", "user:ben")).id);
  });

  it("a session shows nothing of what was said under the vouch", async () => {
    const anonymous = await openChat(flow);
    await say(anonymous, "before");
    const vouched = await openVouched({ sub: "anna" }, anonymous.hello().sessionToken);
    await say(vouched, "after", "c2");
    const back = await openChat(flow, { tokens: [anonymous.hello().sessionToken] });
    expect(back.hello().history.map(({ text }) => text)).toEqual(["before"]);
  });
});
