import { describe, expect, test } from "vitest";
import { agent, anna, available, createFlow, numbers, onlyConversation, operator, supervisor } from "./harness.ts";
import { conversationIdOf, identityIdOf, messageIdOf } from "../../shared/core/ids.ts";

const german = "Guten Tag, ich habe eine Frage zu meiner letzten Bestellung bei Ihnen.";

describe("a text on its way in", () => {
  test("becomes a conversation of the agent who speaks its language", async () => {
    const flow = createFlow();
    await available(flow, "agent-en", "agent-de");
    await flow.text(german);
    const conversation = await onlyConversation(flow, agent("agent-de"), "assigned");
    expect(conversation).toMatchObject({ agentId: "agent-de", language: "de", channel: "sms", address: anna });
  });

  test("waits while nobody can take it, and is taken the moment somebody can", async () => {
    const flow = createFlow();
    await flow.text(german);
    expect(await onlyConversation(flow, supervisor, "waiting")).toMatchObject({ agentId: null });
    await available(flow, "agent-de");
    expect(await onlyConversation(flow, supervisor, "assigned")).toMatchObject({ agentId: "agent-de" });
  });

  test("joins the customer's open conversation, and opens another one after it was resolved", async () => {
    const flow = createFlow();
    await available(flow, "agent-en");
    await flow.text("Hello, I would like to know where my parcel is right now.");
    await flow.text("It was ordered last week.");
    const { id, messageVersion } = await onlyConversation(flow, agent("agent-en"), "assigned");
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, { messageVersion });
    await flow.settle();
    await flow.text("Hello again, there is something else that I would like to ask.");
    const next = await onlyConversation(flow, agent("agent-en"), "assigned");
    expect(next.id).not.toBe(id);
    const { body } = await flow.call(agent("agent-en"), "GET", `/v1/conversations/${id}/messages`);
    expect(body.items.map((message: { text: string }) => message.text)).toHaveLength(2);
  });

  test("of one word is answered in the language of the conversation before", async () => {
    const flow = createFlow();
    await available(flow, "agent-de");
    await flow.text(german);
    const { id } = await onlyConversation(flow, agent("agent-de"), "assigned");
    await flow.call(agent("agent-de"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    await flow.text("Rechnung?");
    expect(await onlyConversation(flow, agent("agent-de"), "assigned")).toMatchObject({ language: "de" });
  });

  test("is one message, however often the provider delivers it", async () => {
    const flow = createFlow();
    const { sid } = await flow.text(german);
    await flow.twilio.redeliver(sid);
    await flow.settle();
    const { id } = await onlyConversation(flow, supervisor, "waiting");
    const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${id}/messages`);
    expect(body.items).toHaveLength(1);
  });

  test("delivered again after its conversation was resolved opens nothing", async () => {
    const flow = createFlow();
    await available(flow, "agent-de");
    const { sid } = await flow.text(german);
    const { id } = await onlyConversation(flow, agent("agent-de"), "assigned");
    await flow.call(agent("agent-de"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    await flow.app.queues.inbound.send([again(sid)]);
    await flow.settle();
    expect((await flow.call(supervisor, "GET", "/v1/conversations")).body.items).toEqual([]);
    expect((await flow.stores.conversations.get(id))?.status).toBe("resolved");
  });

  test("whose plan names a conversation that has closed meanwhile gets a new plan, and a new conversation", async () => {
    const flow = createFlow();
    await available(flow, "agent-de");
    await flow.text(german);
    const { id } = await onlyConversation(flow, agent("agent-de"), "assigned");
    const applyMessage = flow.stores.conversations.applyMessage;
    flow.stores.conversations.applyMessage = async (...parameters) => {
      flow.stores.conversations.applyMessage = applyMessage;
      await flow.stores.conversations.close(id, 1, new Date(flow.clock.now()).toISOString(), 1_000);
      return applyMessage(...parameters);
    };
    const { sid } = await flow.text("Und noch eine Frage zu der Rechnung, bitte.");
    const messageId = messageIdOf("sms", accountSid, sid);
    const message = await flow.stores.messages.get(messageId);
    expect(message).toMatchObject({ planVersion: 1, conversationId: conversationIdOf(`${messageId}/1`) });
    expect((await flow.stores.conversations.get(message!.conversationId))?.status).toBe("assigned");
  });

  test("that its customer's slot was claimed for is carried on by the next one when it never arrives", async () => {
    const flow = createFlow();
    const create = flow.stores.messages.create;
    flow.stores.messages.create = async () => {
      throw new Error("crashed");
    };
    const { sid } = await flow.text(german);
    flow.stores.messages.create = create;
    flow.queues.inbound.waiting.length = 0;
    await flow.text("Sind Sie noch da? Ich warte auf eine Antwort.");
    const claimed = conversationIdOf(messageIdOf("sms", accountSid, sid));
    expect(await onlyConversation(flow, supervisor, "waiting")).toMatchObject({ id: claimed });
  });

  test("larger than an item of the table is cut there and kept whole in the bucket", async () => {
    const flow = createFlow();
    const text = "好".repeat(200_000);
    await flow.text(text);
    const { id } = await onlyConversation(flow, supervisor, "waiting");
    const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${id}/messages`);
    expect(body.items[0]).toMatchObject({ text: text.slice(0, 20_000), wholeText: { bytes: 600_000 } });
    const path = `/v1/conversations/${id}/messages/${body.items[0].id}/text`;
    expect((await flow.request(supervisor, "GET", path)).body).toBe(text);
  });

  test("that can't be read and is larger than an item is parked whole", async () => {
    const flow = createFlow();
    const body = { schemaVersion: 9, text: "x".repeat(500_000) };
    await flow.app.queues.inbound.send([{ body: body as never, groupId: "g", deduplicationId: "d" }]);
    await flow.settle();
    const [item] = (await flow.stores.parked.list({ limit: 10 })).items;
    expect(JSON.parse((await flow.app.blobs.get(item!.bodyKey!))!)).toEqual(body);
  });

  test("that an operator sends on after its conversation was resolved brings that before an agent again, and is in it once", async () => {
    const flow = createFlow();
    await available(flow, "agent-de");
    const applyMessage = flow.stores.conversations.applyMessage;
    flow.stores.conversations.applyMessage = async () => {
      throw new Error("crashed");
    };
    await flow.text(german);
    flow.stores.conversations.applyMessage = applyMessage;
    const dead = flow.queues.inbound.waiting.splice(0);
    await flow.drain(dead, "inbound");
    await flow.text("Sind Sie noch da? Ich warte auf eine Antwort.");
    const { id } = await onlyConversation(flow, agent("agent-de"), "assigned");
    await flow.call(agent("agent-de"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const [parked] = (await flow.call(operator, "GET", "/v1/parked")).body.items;
    await flow.call(operator, "POST", `/v1/parked/${parked.id}/redrive`);
    await flow.settle();
    const opened = await onlyConversation(flow, agent("agent-de"), "assigned");
    const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${opened.id}/messages`);
    expect(opened.id).toBe(id);
    expect(body.items).toMatchObject([{ text: german }, { text: "Sind Sie noch da? Ich warte auf eine Antwort." }]);
  });

  test("with a job of a later schema version is parked, where an operator sees it", async () => {
    const flow = createFlow();
    await flow.app.queues.inbound.send([{ body: { schemaVersion: 2 } as never, groupId: "g", deduplicationId: "d" }]);
    await flow.settle();
    expect((await flow.stores.parked.list({ limit: 10 })).items).toMatchObject([{ kind: "inbound" }]);
  });
});

describe("an automatic reply", () => {
  test("goes out once, however often its message is delivered", async () => {
    const flow = createFlow();
    const { sid } = await flow.text("Please tell me your opening hours on the weekend.");
    await flow.twilio.redeliver(sid);
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna }).map((item) => item.text)).toEqual(["We are here from nine to five."]);
  });
});

describe("STOP and START", () => {
  test("are kept in the history, never assigned, and count for one of our numbers alone", async () => {
    const flow = createFlow();
    await available(flow, "agent-en");
    await flow.text("STOP");
    const identity = await flow.stores.identities.get(identityIdOf("sms", anna));
    expect(Object.keys(identity!.optOuts)).toEqual(["sms-main"]);
    expect((await flow.call(supervisor, "GET", "/v1/conversations")).body.items).toEqual([]);
    await flow.text("START");
    expect((await flow.stores.identities.get(identityIdOf("sms", anna)))!.optOuts).toEqual({});
  });

  test("in words that mean something else too are read by an agent, unless they lift what was stopped", async () => {
    const flow = createFlow();
    await available(flow, "agent-en", "agent-de");
    await flow.text("Anmelden");
    const { id } = await onlyConversation(flow, supervisor, "assigned");
    const optOuts = async () => {
      const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${id}/messages`);
      return body.items.map(({ text, optOut }: { text: string; optOut: string | null }) => [text, optOut]);
    };
    expect(await optOuts()).toEqual([["Anmelden", null]]);
    await flow.text("STOP");
    await flow.text("Anmelden");
    expect((await flow.stores.identities.get(identityIdOf("sms", anna)))!.optOuts).toEqual({});
    expect(await optOuts()).toEqual([
      ["Anmelden", null],
      ["STOP", "stop"],
      ["Anmelden", "start"],
    ]);
  });

  test("refuse a reply with the reason, while the other number still answers", async () => {
    const flow = createFlow();
    await available(flow, "agent-en");
    await flow.text("Hello, could you please help me with my order?");
    await flow.text("STOP");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    const path = `/v1/conversations/${id}/messages`;
    const refused = await flow.call(
      agent("agent-en"),
      "POST",
      path,
      { text: "Of course." },
      { "idempotency-key": "1" },
    );
    expect(refused).toMatchObject({ status: 409, body: { reason: "opted-out" } });
    await flow.text("Hello from this one, could you please help me?", anna, numbers.second);
    const taken = await flow.call(agent("agent-en"), "POST", path, { text: "Of course." }, { "idempotency-key": "2" });
    expect(taken.status).toBe(202);
    await flow.settle();
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna })).toMatchObject([{ from: numbers.second, text: "Of course." }]);
  });
});

const accountSid = `AC${"5".repeat(32)}`;

const again = (sid: string) => ({
  body: {
    schemaVersion: 1 as const,
    receivedAt: "2026-11-02T09:00:00.000Z",
    message: {
      kind: "message" as const,
      channel: "sms",
      accountId: accountSid,
      providerId: sid,
      from: anna,
      inboxId: "sms-main",
      text: german,
      media: [],
    },
  },
  groupId: identityIdOf("sms", anna),
  deduplicationId: `again:${sid}`,
});
