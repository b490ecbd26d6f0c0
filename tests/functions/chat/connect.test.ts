import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../../../functions/chat/run.ts";
import { limits } from "../../../shared/core/limits.ts";
import { configuration, createFlow, type Flow, origin } from "../../flow/harness.ts";
import { openChat, vouch } from "./harness.ts";

let flow: Flow;
beforeEach(() => {
  flow = createFlow();
});

describe("a chat opens", () => {
  it("under our subprotocol, and is greeted first of all", async () => {
    const chat = await openChat(flow);
    expect(chat.status).toBe(200);
    expect(chat.headers).toEqual({ "sec-websocket-protocol": "switchyard.v1" });
    expect(chat.frames()).toEqual([
      { type: "hello", sessionToken: expect.stringMatching(/^ey/), history: [], inbox: { name: "web" } },
    ]);
  });

  it("without a subprotocol, which is then not answered", async () => {
    const chat = await openChat(flow, { protocols: [] });
    expect({ status: chat.status, headers: chat.headers }).toEqual({ status: 200, headers: {} });
  });

  it.each([undefined, origin, "https://shop.example"])("from %s", async (from) => {
    expect((await openChat(flow, { origin: from })).status).toBe(200);
  });

  it("from any page where the inbox says so", async () => {
    const inboxes = configuration.inboxes.map((inbox) => ({ ...inbox, origins: ["*"] }));
    flow = createFlow({ ...configuration, inboxes });
    expect((await openChat(flow, { origin: "https://anywhere.example" })).status).toBe(200);
  });

  it("with hello as its first frame even when the customer is faster than we are", async () => {
    const handshake = { connectionId: "eager", sourceIp: "192.0.2.1", protocols: ["switchyard.v1"] };
    await run({ route: "$connect", ...handshake }, flow.app);
    const body = JSON.stringify({ type: "ping" });
    await run({ route: "$default", connectionId: "eager", body, takenAt: flow.clock.now() }, flow.app);
    await flow.settle();
    expect(flow.chats.framesOf("eager")).toMatchObject([{ type: "hello" }, { type: "pong" }]);
  });

  it("with one hello, although the customer answers it before we have noted that it was said", async () => {
    const handshake = { connectionId: "quick", sourceIp: "192.0.2.1", protocols: ["switchyard.v1"] };
    await run({ route: "$connect", ...handshake }, flow.app);
    const push = flow.chats.push.bind(flow.chats);
    flow.chats.push = async (connectionId, data) => {
      flow.chats.push = push;
      const outcome = await push(connectionId, data);
      const body = JSON.stringify({ type: "ping" });
      await run({ route: "$default", connectionId, body, takenAt: flow.clock.now() }, flow.app);
      return outcome;
    };
    await flow.settle();
    expect(flow.chats.framesOf("quick")).toMatchObject([{ type: "hello" }, { type: "pong" }]);
  });

  it("and is greeted as soon as its connection stands", async () => {
    const connectionId = "slow";
    flow.chats.gone.add(connectionId);
    const handshake = { connectionId, sourceIp: "192.0.2.1", protocols: ["switchyard.v1"] };
    await run({ route: "$connect", ...handshake }, flow.app);
    await flow.settle();
    expect(flow.chats.framesOf(connectionId)).toEqual([]);
    flow.chats.gone.delete(connectionId);
    await flow.advance(1_000);
    expect(flow.chats.framesOf(connectionId)).toMatchObject([{ type: "hello" }]);
  });

  it("and is forgotten when it never stood", async () => {
    flow.chats.gone.add("never");
    const handshake = { connectionId: "never", sourceIp: "192.0.2.1", protocols: ["switchyard.v1"] };
    await run({ route: "$connect", ...handshake }, flow.app);
    await flow.advance(limits.socketOpeningMs + 2_000);
    expect(await flow.stores.chats.get("never")).toBeUndefined();
    expect(flow.queues.timers.waiting).toEqual([]);
  });
});

describe("a chat is refused", () => {
  it.each(["https://elsewhere.example", "null", "https://shop.example.evil.example"])("from %s", async (from) => {
    const chat = await openChat(flow, { origin: from });
    expect(chat.status).toBe(403);
    expect(chat.reason).toContain('"origins"');
    expect(flow.logged).toContain("chat.refused");
  });

  it("to an inbox that there is not, or that is of another channel", async () => {
    for (const inboxId of ["nowhere", "support"]) {
      const chat = await openChat(flow, { inboxId });
      expect(chat).toMatchObject({ status: 404, reason: `There is no chat inbox "${inboxId}".` });
    }
  });

  it("under another subprotocol than ours", async () => {
    expect(await openChat(flow, { protocols: ["chat.v2"] })).toMatchObject({
      status: 400,
      reason: expect.stringContaining("switchyard.v1"),
    });
  });

  it("with a token that is none", async () => {
    expect(await openChat(flow, { tokens: ["nonsense"] })).toMatchObject({
      status: 401,
      reason: "The vouch was not accepted: it is no JWT signed with HS256.",
    });
  });

  it("with two tokens of a kind", async () => {
    const { sessionToken } = (await openChat(flow)).hello();
    expect((await openChat(flow, { tokens: [sessionToken, sessionToken] })).status).toBe(401);
  });

  it("with a session that has expired, unless somebody vouches", async () => {
    const { sessionToken } = (await openChat(flow)).hello();
    await flow.advance(limits.chatSessionMs);
    expect(await openChat(flow, { tokens: [sessionToken] })).toMatchObject({
      status: 401,
      reason: "The session token was not accepted: it has expired.",
    });
    const tokens = [sessionToken, await vouch(flow, { sub: "anna" })];
    expect((await openChat(flow, { tokens })).status).toBe(200);
  });

  it("when one address opens too many, until the next minute", async () => {
    for (let count = 0; count < limits.maxChatConnectsPerWindow; count += 1)
      expect((await openChat(flow)).status).toBe(200);
    expect((await openChat(flow)).status).toBe(429);
    expect((await openChat(flow, { sourceIp: "192.0.2.2" })).status).toBe(200);
    await flow.advance(limits.chatRateWindowMs);
    expect((await openChat(flow)).status).toBe(200);
  });

  it("and leaves no trace", async () => {
    const { connectionId } = await openChat(flow, { origin: "https://elsewhere.example" });
    expect(await flow.stores.chats.get(connectionId)).toBeUndefined();
    expect(flow.chats.pushed).toEqual([]);
  });
});
