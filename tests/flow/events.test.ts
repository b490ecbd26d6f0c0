import { describe, expect, it } from "vitest";
import { account, agent, anna, operator, supervisor } from "./harness.ts";
import { pass, reply, watched, type Watched } from "../functions/deliver/receiver.ts";
import { messageShape } from "../../functions/api/message-shape.ts";
import { conversationShape } from "../../functions/conversation-shape.ts";
import { run as route } from "../../functions/route/run.ts";
import { eventTypes } from "../../shared/core/events.ts";
import { limits } from "../../shared/core/limits.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import { enqueueConversation } from "../../shared/flow/pool-events.ts";
import { project } from "../../shared/flow/pool-projection.ts";
import { catchUp, type PooledMemory } from "../../shared/flow/pool-log.ts";
import { reopenConversation } from "../../shared/flow/reopen.ts";

const question = "Hello, could you please help me with my order?";

/** A conversation that agent-en holds, and the events that led there. */
async function assigned(events?: string[]): Promise<Watched & { id: string }> {
  const watching = await watched(events);
  await watching.flow.text(question);
  const { items } = (await watching.flow.call(agent("agent-en"), "GET", "/v1/conversations?status=assigned")).body;
  return { ...watching, id: items[0].id };
}

const post = ({ flow, id }: Watched & { id: string }, path: string, body: unknown = {}) =>
  flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/${path}`, body);

describe("events", () => {
  it("tell the life of a conversation in its order", async () => {
    const watching = await assigned();
    const { flow, receiver, id } = watching;
    await reply(flow, id, "Gladly.");
    await flow.settle();
    await flow.advance(1_000);
    await post(watching, "snooze", { until: new Date(flow.clock.now() + 3_600_000).toISOString() });
    await flow.settle();
    await pass(flow, 3_660_000);
    const { body } = await flow.call(agent("agent-en"), "GET", `/v1/conversations/${id}`);
    await post(watching, "resolve", { messageVersion: body.messageVersion });
    await flow.settle();
    await flow.advance(1_000);
    await post(watching, "reopen");
    await flow.settle();
    expect(receiver.of(id)).toHaveLength(receiver.taken.length);
    expect(receiver.types).toEqual([
      "message.received",
      "conversation.waiting",
      "conversation.assigned",
      "message.sent",
      "message.status",
      "message.status",
      "conversation.snoozed",
      "conversation.waiting",
      "conversation.assigned",
      "conversation.resolved",
      "conversation.reopened",
      "conversation.waiting",
      "conversation.assigned",
    ]);
    expect(new Set(receiver.taken.map(({ id: eventId }) => eventId)).size).toBe(receiver.taken.length);
    expect(receiver.taken.map(({ timestamp }) => timestamp)).toEqual(
      receiver.taken.map(({ timestamp }) => timestamp).toSorted(),
    );
    const statuses = receiver.taken.filter(({ type }) => type === "message.status");
    expect(statuses.map(({ data }) => data.message.status)).toEqual(["sent", "delivered"]);
  });

  it("tell once that a conversation was opened again, however much is written before its pool has seen it", async () => {
    const watching = await assigned();
    const { flow, receiver, id } = watching;
    await post(watching, "resolve");
    await flow.settle();
    await flow.advance(1_000);
    await reopenConversation((await flow.stores.conversations.get(id))!, flow.app);
    await flow.clock.advance(5);
    await enqueueConversation((await flow.stores.conversations.get(id))!, flow.app);
    await flow.settle();
    expect(receiver.types.filter((type) => type === "conversation.reopened")).toHaveLength(1);
  });

  it("show conversations and messages by the API's names and values", async () => {
    const { flow, receiver, id } = await assigned();
    await reply(flow, id, "Gladly.");
    await flow.settle();
    const conversation = conversationShape((await flow.stores.conversations.get(id))!);
    for (const { data, type } of receiver.taken) {
      // A reply has come since.
      const told = { ...conversation, ...data.conversation, lastMessageAt: conversation.lastMessageAt };
      expect(told).toEqual(conversation);
      if (type !== "message.received" && type !== "message.status") continue;
      const { attachments, textIsCut, ...message } = data.message;
      expect(messageShape((await flow.stores.messages.get(message.id))!)).toMatchObject(message);
      expect([attachments, textIsCut]).toEqual([0, false]);
    }
    expect(receiver.types).toContain("message.status");
  });

  it("say how a message refers to another one, so that a reaction is not read as a question", async () => {
    const { flow, receiver } = await assigned();
    const reaction: InboundMessage = {
      kind: "message",
      channel: "sms",
      accountId: account.accountSid,
      providerId: "SMreaction",
      from: anna,
      inboxId: "sms-main",
      text: "👍",
      media: [],
      context: { kind: "reaction", providerId: "SM1" },
      isQuiet: true,
    };
    await takeIn([reaction], flow.app);
    await flow.settle();
    const { message } = receiver.taken.at(-1)!.data;
    expect(message).toMatchObject({ text: "👍", context: { kind: "reaction", note: null, url: null, choiceId: null } });
    expect(receiver.taken[0]!.data.message).toMatchObject({ context: null });
  });

  it("never tell of internal notes", async () => {
    const { flow, receiver, id } = await assigned();
    const { length } = receiver.taken;
    const note = { text: "He sounds angry", note: true };
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/messages`, note, { "idempotency-key": "note" });
    await flow.settle();
    expect(receiver.taken).toHaveLength(length);
  });

  it("carry the beginning of a long text, and say so", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    await flow.text(`${"x".repeat(limits.maxEventTextCharacters - 1)}😀 and more`);
    const { text, textIsCut } = receiver.taken[0]!.data.message;
    expect([text.length, textIsCut]).toEqual([limits.maxEventTextCharacters, true]);
    expect(text.isWellFormed()).toBe(true);
    expect(receiver.taken[0]!.call.body!.length).toBeLessThan(20_000);
  });

  it("of a step that is repeated are the same, and told once", async () => {
    const { flow, receiver, id } = await assigned();
    const before = receiver.taken.length;
    const [message] = (await flow.stores.messages.list(id, { limit: 1 })).items;
    if (message?.direction !== "in") throw new Error("the first message is the customer's");
    const job = {
      channel: "sms",
      accountId: account.accountSid,
      providerId: message.providerId,
      from: anna,
      inboxId: "sms-main",
      text: question,
    };
    const body = {
      schemaVersion: 1 as const,
      message: { kind: "message" as const, media: [], ...job },
      receivedAt: message.createdAt,
    };
    const delivery = {
      messageId: "again",
      body,
      groupId: message.identityId,
      sequence: message.sequence,
      receiveCount: 2,
    };
    await route([delivery], flow.app);
    const pools = new Map<string, PooledMemory>();
    await catchUp("service", pools, flow.app, 0);
    const pooled = pools.get("service")!;
    pooled.unprojected = await flow.stores.poolLog.readAfter("service", 0);
    await flow.stores.poolLog.setWatermark("service", 0);
    await project(pooled, flow.app);
    await flow.settle();
    expect(receiver.tried).toHaveLength(before);
  });

  it("of a reply that was stored and not queued are told by the check a minute later", async () => {
    const { flow, receiver, id } = await assigned(["message.sent", "message.status"]);
    flow.queues.deliveries.failures = 1;
    const { status } = await reply(flow, id, "Gladly.");
    expect(status).toBe(500);
    await pass(flow, 120_000);
    await flow.settle();
    expect(receiver.types).toEqual(["message.sent", "message.status", "message.status"]);
  });

  it("of a status are told again by the delivery that comes again where telling failed", async () => {
    const { flow, receiver, id } = await assigned(["message.status"]);
    await reply(flow, id, "Gladly.");
    flow.queues.deliveries.failures = 1;
    await flow.settle();
    await flow.settle();
    expect(receiver.taken.map(({ data }) => data.message.status)).toEqual(["sent"]);
  });

  it("cost one read a minute where nobody listens", async () => {
    const { flow, webhook } = await watched();
    await flow.call(operator, "DELETE", `/v1/webhooks/${webhook.id}`);
    await flow.advance(limits.webhookListAgeMs);
    let reads = 0;
    const { list } = flow.stores.webhooks;
    flow.stores.webhooks.list = () => {
      reads += 1;
      return list();
    };
    for (let index = 0; index < 5; index += 1) await flow.text(question, `+4915100000${index}00`);
    expect(reads).toBe(1);
    expect(flow.queues.deliveries.waiting).toEqual([]);
  });

  it("are all documented", async () => {
    const { readFile } = await import("node:fs/promises");
    const readme = await readFile(new URL("../../shared/tools/webhook/README.md", import.meta.url), "utf8");
    expect(eventTypes.filter((type) => !readme.includes(`\`${type}\``))).toEqual([]);
  });
});

describe("customer.merged", () => {
  it("is told of a merge", async () => {
    const { flow, receiver } = await watched(["customer.merged"]);
    await flow.text("first");
    await flow.text("second", "+4915112345679");
    const all = await Promise.all(
      [anna, "+4915112345679"].map(
        async (address) =>
          (await flow.call(supervisor, "GET", `/v1/customers?address=${encodeURIComponent(address)}`)).body.items[0],
      ),
    );
    const [survivor, from] = all.map(({ id }) => id as string);
    const answer = await flow.call(supervisor, "POST", `/v1/customers/${survivor}/merge`, { from });
    expect(answer.status).toBeLessThan(300);
    await flow.settle();
    expect(receiver.taken.map(({ data }) => data)).toMatchObject([{ customerId: survivor, fromCustomerId: from }]);
  });
});
