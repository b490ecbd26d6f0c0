import { describe, expect, test } from "vitest";
import { chirp, chirpId, createChirpFlow, inboxId, number, stored, storedIdOf, take, taken } from "./chirp.ts";
import { agent, available, onlyConversation, supervisor, type Flow } from "./harness.ts";
import { windowKey } from "../../shared/core/conversation.ts";
import { firstCustomerIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage, InboundStored } from "../../shared/core/message.ts";
import { eraseCustomer } from "../../shared/flow/erase.ts";
import { exportCustomer } from "../../shared/flow/export.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

const thumb: Partial<InboundMessage> = {
  text: "👍",
  isQuiet: true,
  context: { kind: "reaction", providerId: "mid.1" },
};

const conversation = async (flow: Flow, id: string) => (await flow.stores.conversations.get(id))!;

async function resolved(flow: Flow): Promise<string> {
  await available(flow, "agent-en");
  const { conversationId } = await taken(flow);
  await flow.call(agent("agent-en"), "POST", `/v1/conversations/${conversationId}/resolve`, {});
  await flow.settle();
  expect((await conversation(flow, conversationId)).closedAt).toBeDefined();
  return conversationId;
}

describe("what is quiet", () => {
  test("joins the open conversation, and neither changes where answers go nor what is to be seen", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow);
    const before = await conversation(flow, conversationId);
    const reaction = await taken(flow, thumb);
    expect(reaction).toMatchObject({ conversationId, text: "👍", context: thumb.context });
    expect(reaction.decision).toMatchObject({ kind: "keep", reason: "quiet" });
    const { messageVersion, identityId, inboxId: inbox } = await conversation(flow, conversationId);
    expect([messageVersion, identityId, inbox]).toEqual([before.messageVersion, before.identityId, before.inboxId]);
  });

  test("opens nothing, and opens nothing again that is resolved", async () => {
    const flow = createChirpFlow();
    const id = await resolved(flow);
    const answered = await flow.stores.messages.list(id, { limit: 1 });
    await flow.stores.messages.addProviderId("chirp", "mid.1", answered.items[0]!.id);
    const reaction = await taken(flow, { ...thumb, answers: { providerIds: ["mid.1"] } });
    expect(reaction.conversationId).not.toBe(id);
    expect((await conversation(flow, id)).closedAt).toBeDefined();
    expect(await flow.stores.conversations.get(reaction.conversationId)).toBeUndefined();
    expect((await flow.call(supervisor, "GET", "/v1/conversations")).body.items).toEqual([]);
  });

  test("does not undo a resolving that was under way", async () => {
    const flow = createChirpFlow();
    await available(flow, "agent-en");
    const { conversationId } = await taken(flow);
    const close = flow.stores.conversations.close;
    flow.stores.conversations.close = async (...parameters) => {
      flow.stores.conversations.close = close;
      await flow.work.route([delivery(chirp(thumb), "9".repeat(20))]);
      return close(...parameters);
    };
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${conversationId}/resolve`, {});
    await flow.settle();
    expect((await conversation(flow, conversationId)).closedAt).toBeDefined();
  });

  test("goes with what was set aside, and does not wake it", async () => {
    const flow = createChirpFlow();
    await available(flow, "agent-en");
    const { conversationId } = await taken(flow);
    const until = new Date(flow.clock.now() + 3_600_000).toISOString();
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${conversationId}/snooze`, { until });
    await flow.settle();
    await taken(flow, thumb);
    expect(await conversation(flow, conversationId)).toMatchObject({ status: "snoozed" });
    await taken(flow);
    expect(await conversation(flow, conversationId)).toMatchObject({ status: "assigned" });
  });
});

const delivery = (message: InboundMessage, sequence: string) =>
  ({
    messageId: `q-${message.providerId}`,
    body: { schemaVersion: 1, message, receivedAt: "2026-11-02T09:00:00.000Z" },
    groupId: "group",
    sequence,
    receiveCount: 1,
  }) as never;

describe("an address", () => {
  test("that is written in two ways is one identity, and answers go where the last message came from", async () => {
    const flow = createChirpFlow();
    const { conversationId, identityId } = await taken(flow);
    const other = await taken(flow, { from: "+5215512345678" });
    expect(other).toMatchObject({ conversationId, identityId });
    expect(await conversation(flow, conversationId)).toMatchObject({ address: "+5215512345678" });
    expect(await flow.stores.identities.get(identityId)).toMatchObject({ address: number });
    await taken(flow, { from: number, replyTo: "5215512345678" });
    expect(await conversation(flow, conversationId)).toMatchObject({ address: "5215512345678" });
  });

  test("is answered in the form in which it was written, too, once a merge is undone", async () => {
    const flow = createChirpFlow();
    const { conversationId, identityId } = await taken(flow, { from: "+5215512345678" });
    await flow.advance(1000);
    const other = await taken(flow, { from: "+525599999999" });
    const [survivorId, fromId] = [firstCustomerIdOf(identityId), firstCustomerIdOf(other.identityId)];
    const evidence = { kind: "agent", at: "2026-11-02T09:00:00.000Z", by: "sam" } as const;
    const result = await mergeCustomers({ survivorId, fromId, evidence }, flow.app);
    await taken(flow, { from: "+525599999999" });
    expect(await conversation(flow, conversationId)).toMatchObject({ address: "+525599999999" });
    await undoMerge(result.outcome === "merged" ? result.merge.id : "", "sam", flow.app);
    expect(await conversation(flow, conversationId)).toMatchObject({ identityId, address: "+5215512345678" });
  });

  test("is found by either form", async () => {
    const flow = createChirpFlow();
    await available(flow, "agent-en");
    await taken(flow);
    for (const address of [number, "+5215512345678"]) {
      const { body } = await flow.call(supervisor, "GET", `/v1/customers?address=${encodeURIComponent(address)}`);
      expect(body.items).toHaveLength(1);
    }
  });
});

describe("a window", () => {
  const key = windowKey(chirpId(number), inboxId);
  const windows = async (flow: Flow, id: string) => (await conversation(flow, id)).windows;

  test("opens with what the customer writes, by the provider's clock, and never moves back", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { providerTime: "2026-11-02T08:59:30.000Z" });
    expect(await windows(flow, conversationId)).toEqual({ [key]: "2026-11-02T08:59:30.000Z" });
    await taken(flow, { providerTime: "2026-11-02T08:58:00.000Z" });
    expect(await windows(flow, conversationId)).toEqual({ [key]: "2026-11-02T08:59:30.000Z" });
    await taken(flow);
    expect(await windows(flow, conversationId)).toEqual({ [key]: "2026-11-02T09:00:00.000Z" });
  });

  test("is not opened for longer by a clock that is ahead, nor by what is quiet", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { providerTime: "2026-11-02T12:00:00.000Z" });
    await flow.advance(60_000);
    await taken(flow, thumb);
    expect(await windows(flow, conversationId)).toEqual({ [key]: "2026-11-02T09:00:00.000Z" });
  });

  test("is remembered at the address once the conversation is resolved", async () => {
    const flow = createChirpFlow();
    await resolved(flow);
    const { lastInboundAt } = (await flow.stores.identities.get(chirpId(number)))!;
    expect(lastInboundAt).toEqual({ [inboxId]: "2026-11-02T09:00:00.000Z" });
  });

  test("is remembered at the address whose conversation a merge closes, and whose the merge's undoing parts", async () => {
    const flow = createChirpFlow();
    const other = "+525587654321";
    const first = await taken(flow);
    await flow.advance(60_000);
    const second = await taken(flow, { from: other });
    const [survivorId, fromId] = [first, second].map(({ identityId }) => firstCustomerIdOf(identityId)) as [
      string,
      string,
    ];
    const evidence = { kind: "agent", at: "2026-11-02T09:02:00.000Z", by: "agent-en" } as const;
    const merged = await mergeCustomers({ survivorId, fromId, evidence }, flow.app);
    await flow.settle();
    const lastInbound = async () => (await flow.stores.identities.get(chirpId(other)))!.lastInboundAt;
    expect(await lastInbound()).toEqual({ [inboxId]: "2026-11-02T09:01:00.000Z" });
    await flow.advance(60_000);
    expect(await taken(flow, { from: other })).toMatchObject({ conversationId: first.conversationId });
    if (merged.outcome !== "merged") throw new Error(merged.outcome);
    await undoMerge(merged.merge.id, "admin", flow.app);
    expect(await lastInbound()).toEqual({ [inboxId]: "2026-11-02T09:02:00.000Z" });
  });

  test("opens with a START too that no conversation is there for", async () => {
    const flow = createChirpFlow();
    await resolved(flow);
    await flow.advance(60_000);
    await taken(flow, { text: "STOP", optOut: "stop" });
    await flow.advance(60_000);
    await taken(flow, { text: "START", optOut: "start" });
    const { lastInboundAt } = (await flow.stores.identities.get(chirpId(number)))!;
    expect(lastInboundAt).toEqual({ [inboxId]: "2026-11-02T09:02:00.000Z" });
  });

  test("of a channel without one costs nothing", async () => {
    const flow = createChirpFlow();
    await available(flow, "agent-en");
    await flow.text("Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    expect(await conversation(flow, id)).not.toHaveProperty("windows");
    flow.stores.identities.setLastInbound = async () => {
      throw new Error("Nothing is to be remembered.");
    };
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    expect((await conversation(flow, id)).closedAt).toBeDefined();
  });
});

describe("files that came with a message", () => {
  const picture = { contentType: "image/jpeg", providerId: "media-1" };
  const letter = {
    contentType: "application/pdf",
    data: Buffer.from("%PDF-1.7").toString("base64"),
    name: "letter.pdf",
  };
  const jobs = (flow: Flow): unknown[] => flow.queues.media.waiting.map(({ body }) => body);

  test("are stored under types that are ones", async () => {
    const good = ["image/*", "text/plain; charset=utf-8", "application/vnd.oasis.opendocument.text"];
    const bad = ["", "text/html\r\nX-Evil: 1", "no type", `text/${"x".repeat(500_000)}`];
    const media = [...good, ...bad].map((contentType) => ({ ...picture, contentType }));
    const stored = (await taken(createChirpFlow(), { media })).media.map(({ contentType }) => contentType);
    expect(stored).toEqual([...good, ...bad.map(() => "application/octet-stream")]);
  });

  test("are stored under names that read as what they are", async () => {
    const names = [
      "invoice_\u202Efdp.exe",
      "../../tmp/a\u2066b\u200B.pdf",
      "\u202E",
      "請求書.pdf",
      `${"x".repeat(300)}.pdf`,
    ];
    const { media } = await taken(createChirpFlow(), { media: names.map((name) => ({ ...picture, name })) });
    expect(media.map(({ name }) => name)).toEqual([
      "invoice_fdp.exe",
      "ab.pdf",
      undefined,
      "請求書.pdf",
      "x".repeat(200),
    ]);
  });

  test("are fetched once the message is stored, and those within it lie in the bucket before", async () => {
    const flow = createChirpFlow();
    const message = await taken(flow, { media: [picture, letter] });
    expect(jobs(flow)).toEqual([0, 1].map((index) => ({ schemaVersion: 1, messageId: message.id, index })));
    const [first, second] = message.media;
    expect(first).toEqual(picture);
    expect(second).toEqual({ contentType: "application/pdf", name: "letter.pdf", key: expect.any(String), bytes: 8 });
    expect(second!.key).toMatch(new RegExp(`^media/${message.id}/`));
    expect(await flow.blobs.get(second!.key!)).toBe("%PDF-1.7");
  });

  test("are not fetched again when the message comes again, and leave one object", async () => {
    const flow = createChirpFlow();
    const message = chirp({ media: [picture, letter] });
    await take(flow, message);
    const id = storedIdOf(message);
    await flow.stores.messages.setMedia(id, 0, { contentType: "image/png", key: `media/${id}/picture`, bytes: 3 });
    flow.queues.media.waiting.length = 0;
    await flow.work.route([delivery(message, "9".repeat(20))]);
    expect(jobs(flow)).toEqual([{ schemaVersion: 1, messageId: id, index: 1 }]);
    expect(Array.from(flow.blobs.objects.keys())).toHaveLength(1);
    expect((await stored(flow, message)).media[0]).toMatchObject({ contentType: "image/png" });
  });

  test("are exported with links, and erased with their message", async () => {
    const flow = createChirpFlow();
    const message = await taken(flow, { media: [letter] });
    const { customerId } = (await flow.stores.identities.get(message.identityId))!;
    const exported = (await exportCustomer(customerId, flow.app))!;
    expect(exported.conversations[0]!.messages[0]!.objects).toMatchObject([
      { key: message.media[0]!.key, url: expect.stringContaining("as=letter.pdf") },
    ]);
    await eraseCustomer(customerId, "admin", flow.app);
    expect(flow.blobs.objects.size).toBe(0);
    expect(await flow.stores.identities.get(message.identityId)).toBeUndefined();
  });
});

describe("what the provider says beyond what we know", () => {
  const unknownFields = { mood: { name: "glad" } };

  test("is stored, shown to people and exported, and changes nothing", async () => {
    const flow = createChirpFlow();
    const plain = await taken(flow);
    const message = await taken(flow, { unknownFields });
    expect(message).toMatchObject({ unknownFields, decision: { kind: "route" }, conversationId: plain.conversationId });
    const shown = await flow.call(supervisor, "GET", `/v1/conversations/${message.conversationId}/messages`);
    const fieldsOf = new Map(shown.body.items.map((item: InboundStored) => [item.id, item.unknownFields]));
    expect(fieldsOf).toEqual(
      new Map([
        [plain.id, null],
        [message.id, unknownFields],
      ]),
    );
    const { customerId } = (await flow.stores.identities.get(message.identityId))!;
    expect(JSON.stringify(await exportCustomer(customerId, flow.app))).toContain('"mood":{"name":"glad"}');
  });
});
