import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../../../functions/socket/run.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { InboundStored } from "../../../shared/core/message.ts";
import { agent, available, createFlow, type Flow, onlyConversation } from "../../flow/harness.ts";
import { type ChatUnderTest, openChat } from "../chat/harness.ts";

/* What a desk says of what is before its agent, and whom that is told. */

let flow: Flow;
let chat: ChatUnderTest;
let conversationId: string;
let own: string;

beforeEach(async () => {
  flow = createFlow();
  await available(flow, "agent-en");
  chat = await openChat(flow);
  await chat.send({ type: "message", text: "Hello, could you please help me?", clientMessageId: "c1" });
  conversationId = (await onlyConversation(flow, agent("agent-en"), "assigned")).id;
  own = await openDesk("agent-en");
});

async function openDesk(agentId: string, supervisor = false): Promise<string> {
  const connectionId = `desk-${agentId}-${flow.desks.pushed.length}`;
  const expiresAt = new Date(flow.clock.now() + limits.socketTicketMs).toISOString();
  await flow.stores.sockets.putTicket({ id: connectionId, agentId, supervisor, expiresAt });
  await run({ route: "$connect", connectionId, ticket: connectionId }, flow.app);
  return connectionId;
}

const tell = (connectionId: string, frame: unknown) =>
  run({ route: "$default", connectionId, body: JSON.stringify(frame) }, flow.app);
const view = (connectionId: string, typing = false, id: string | null = conversationId) =>
  tell(connectionId, { type: "viewing", conversationId: id, typing });
const viewersToldTo = (connectionId: string) =>
  flow.desks
    .framesOf(connectionId)
    .filter((frame) => (frame as { type: string }).type === "viewers")
    .map((frame) => (frame as { viewers: unknown }).viewers);

describe("who looks at a conversation", () => {
  it("is told to the others who do, with whether they write, until they leave", async () => {
    const other = await openDesk("agent-de");
    await view(own);
    await view(other);
    await view(other, true);
    await view(other, true);
    await view(other, false, null);
    expect(viewersToldTo(own)).toEqual([
      [],
      [{ agentId: "agent-de", typing: false }],
      [{ agentId: "agent-de", typing: true }],
      [],
    ]);
    expect(viewersToldTo(other)[0]).toEqual([{ agentId: "agent-en", typing: false }]);
  });

  it("is not told of one's own other window", async () => {
    const second = await openDesk("agent-en");
    await view(own);
    await view(second);
    expect([viewersToldTo(own).at(-1), viewersToldTo(second).at(-1)]).toEqual([[], []]);
  });

  it("leaves with the connection, with another conversation, or by saying nothing for a while", async () => {
    const other = await openDesk("agent-de");
    await view(own);
    await view(other);
    await run({ route: "$disconnect", connectionId: other }, flow.app);
    expect(viewersToldTo(own).at(-1)).toEqual([]);
    const third = await openDesk("agent-de");
    await view(third);
    await flow.text("Hello, where is my parcel, please?", "+4915112345679");
    const [elsewhere] = (
      await flow.call(agent("agent-de"), "GET", "/v1/conversations?status=assigned")
    ).body.items.filter(({ id }: { id: string }) => id !== conversationId);
    await view(third, false, elsewhere.id);
    expect(viewersToldTo(own).at(-1)).toEqual([]);
    await view(third);
    await flow.advance(limits.viewingMs);
    await view(own);
    expect(viewersToldTo(own).at(-1)).toEqual([]);
  });

  it("may only look at what they may see", async () => {
    await view(own, false, `cnv_${"0".repeat(26)}`);
    expect(flow.desks.framesOf(own)).toEqual([{ type: "error", message: expect.stringContaining("no conversation") }]);
    const stranger = await openDesk("agent-of-another-pool");
    await view(stranger);
    expect(flow.desks.framesOf(stranger)).toMatchObject([{ type: "error" }]);
    const supervisor = await openDesk("sam", true);
    await view(supervisor);
    expect(viewersToldTo(supervisor)).toEqual([[]]);
  });
});

describe("the customer", () => {
  it("is told that the holder has read their messages, each time there are new ones", async () => {
    await view(own);
    const { messageId } = chat.told("ack")[0]!;
    const read = { type: "status", clientMessageId: "c1", messageId, status: "read" };
    expect(chat.told("status").filter(({ status }) => status === "read")).toEqual([read]);
    await view(own, true);
    expect(chat.told("status").filter(({ status }) => status === "read")).toHaveLength(1);
    await flow.advance(1_000);
    await chat.send({ type: "message", text: "And another thing", clientMessageId: "c2" });
    await view(own);
    expect(chat.told("status").at(-1)).toMatchObject({ clientMessageId: "c2", status: "read" });
    const back = await openChat(flow, { tokens: [chat.hello().sessionToken] });
    expect(back.hello().history.map(({ status }) => status)).toEqual(["read", "read"]);
  });

  it("has been read up to the last that came, whatever their provider's clock says", async () => {
    const shown = async () => (await flow.call(agent("agent-en"), "GET", `/v1/conversations/${conversationId}`)).body;
    const isUnread = async () => {
      const { lastInboundAt, readUpTo } = await shown();
      return lastInboundAt > (readUpTo ?? "");
    };
    expect(await isUnread()).toBe(true);
    await view(own);
    expect(await isUnread()).toBe(false);
    await flow.advance(1_000);
    // Sent before what was read, and on its way for longer.
    const item = (await flow.stores.messages.list(conversationId, { limit: 1 })).items[0]!;
    const createdAt = new Date(flow.clock.now()).toISOString();
    const [order, id, providerId] = [`2020${item.order.slice(4)}`, `msg_${"0".repeat(26)}`, "late"];
    await flow.stores.messages.create({ ...item, id, providerId, order, createdAt } as InboundStored);
    await view(own);
    expect((await shown()).readUpTo).toBe(createdAt);
  });

  it("is told that the holder writes", async () => {
    await view(own);
    expect(chat.told("typing")).toEqual([]);
    await view(own, true);
    expect(chat.told("typing")).toEqual([{ type: "typing" }]);
  });

  it("is told nothing of others who look or write", async () => {
    await view(await openDesk("agent-de"), true);
    await view(await openDesk("sam", true), true);
    expect(chat.told("typing")).toEqual([]);
    expect(chat.told("status").filter(({ status }) => status === "read")).toEqual([]);
  });
});

it.each([
  ["{"],
  ["null"],
  ['{"type":"shout"}'],
  ['{"type":"viewing"}'],
  ['{"type":"viewing","conversationId":1,"typing":false}'],
  ['{"type":"viewing","conversationId":null,"typing":"no"}'],
  ['{"type":"ping","extra":1}'],
])("a desk's frame that is wrong is answered, and the connection stays: %s", async (body) => {
  await run({ route: "$default", connectionId: own, body }, flow.app);
  await tell(own, { type: "ping" });
  expect(flow.desks.framesOf(own)).toMatchObject([{ type: "error", message: expect.any(String) }, { type: "pong" }]);
});

it("a desk that nobody knows any more is closed", async () => {
  await view("nobody");
  expect(flow.desks.gone).toContain("nobody");
});
