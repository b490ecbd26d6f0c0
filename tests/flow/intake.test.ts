import { describe, expect, test } from "vitest";
import { chirp, chirpId, createChirpFlow, inboxId, number, stored, take, taken } from "./chirp.ts";
import { available, onlyConversation, agent, operator, type Flow } from "./harness.ts";
import { outbound } from "../stores/samples.ts";
import { limits } from "../../shared/core/limits.ts";
import type { InboundMessage, OutboundStored, SendStatus, StatusUpdate } from "../../shared/core/message.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import type { InboundJob } from "../../shared/ports/queues.ts";

describe("a request of many events", () => {
  const batch = () => Array.from({ length: 24 }, (_, position) => chirp({ from: `+52551234567${position % 3}` }));

  test("is one object and one message, and each of them is in once", async () => {
    const flow = createChirpFlow();
    const messages = batch();
    await takeIn([...messages, { kind: "ignored", reason: "typing" }], flow.app);
    expect(flow.queues.inbound.waiting).toHaveLength(1);
    expect(Array.from(flow.blobs.objects.keys(), (key) => key.split("/")[0])).toEqual(["batches"]);
    expect(flow.logged).toEqual(["inbound.ignored"]);
    await take(flow, ...messages);
    const texts = await Promise.all(messages.map(async (message) => (await stored(flow, message)).text));
    expect(texts).toEqual(messages.map(({ text }) => text));
    expect(flow.queues.inbound.waiting).toEqual([]);
  });

  test("keeps the order of each sender", async () => {
    const flow = createChirpFlow();
    const messages = batch();
    await take(flow, ...messages);
    const sequences = await Promise.all(messages.map(async (message) => (await stored(flow, message)).sequence));
    for (const sender of [0, 1, 2]) {
      const own = sequences.filter((_, position) => position % 3 === sender);
      expect(own).toEqual(own.toSorted());
    }
  });

  test("of ten is put on the queue at once", async () => {
    const flow = createChirpFlow();
    await takeIn(batch().slice(0, limits.maxQueueBatchMessages), flow.app);
    expect(flow.queues.inbound.waiting).toHaveLength(limits.maxQueueBatchMessages);
    expect(flow.blobs.objects.size).toBe(0);
  });

  test("comes again where the queue did not take all of it", async () => {
    const flow = createChirpFlow();
    const messages = batch();
    await takeIn(messages, flow.app);
    flow.queues.inbound.failures = 1;
    await flow.settle();
    expect(flow.queues.inbound.waiting.map(({ receiveCount }) => receiveCount)).toEqual([1]);
    await flow.settle();
    expect((await stored(flow, messages.at(-1)!)).text).toBe(messages.at(-1)!.text);
  });

  test("whose object is gone waits for a person", async () => {
    const flow = createChirpFlow();
    await takeIn(batch(), flow.app);
    flow.blobs.objects.clear();
    await flow.settle();
    const { body } = await flow.call(operator, "GET", "/v1/parked");
    expect(body.items).toMatchObject([
      { kind: "inbound", reason: expect.stringContaining("not in the bucket any more") },
    ]);
  });
});

describe("what a customer sends in one go, in ten requests at once,", () => {
  const burst = (timeOf?: (position: number) => string) =>
    Array.from({ length: 10 }, (_, position) =>
      chirp({ text: `picture ${position}`, ...(timeOf && { providerTime: timeOf(position) }) }),
    );

  async function shown(messages: InboundMessage[]) {
    const flow = createChirpFlow();
    await Promise.all(messages.map((message) => takeIn([message], flow.app)));
    const arrived = flow.queues.inbound.waiting.map(({ body }) => (body as InboundJob).message.text);
    await flow.settle();
    const first = await stored(flow, messages[0]!);
    const { items } = await flow.stores.messages.list(first.conversationId, { limit: 20 });
    return { arrived, texts: items.map(({ text }) => text) };
  }

  test("is one conversation, in the provider's time where that is given", async () => {
    const messages = burst((position) => `2026-11-02T08:59:${String(position).padStart(2, "0")}.000Z`);
    const { texts } = await shown([...messages.slice(5), ...messages.slice(0, 5).toReversed()]);
    expect(texts).toEqual(messages.map(({ text }) => text));
  });

  test("is one conversation, in the order of arrival where no time is given", async () => {
    const { arrived, texts } = await shown(burst().toReversed());
    expect(texts).toHaveLength(10);
    expect(texts).toEqual(arrived);
  });
});

/** A reply that the provider has, and the conversation that it belongs to. */
async function replied(changes: Partial<OutboundStored> = {}): Promise<{ flow: Flow; reply: OutboundStored }> {
  const flow = createChirpFlow();
  const { conversationId, identityId } = await taken(flow);
  const reply = outbound({
    conversationId,
    identityId,
    channel: "chirp",
    inboxId,
    to: number,
    status: "sent",
    statusAt: "2026-11-02T09:00:01.000Z",
    attemptedAt: "2026-11-02T09:00:01.000Z",
    ...changes,
  });
  await flow.stores.messages.create(reply);
  return { flow, reply };
}

const statusOf = async (flow: Flow, { id }: OutboundStored): Promise<SendStatus> => {
  const message = await flow.stores.messages.get(id);
  return (message as OutboundStored).status;
};

describe("a report about a reply", () => {
  test("by our own id raises its status and brings the provider's id, under which later ones find it", async () => {
    const { flow, reply } = await replied({ status: "unknown" });
    await take(flow, { kind: "status", of: { sendId: reply.sendId, providerId: "mid.1" }, status: "sent" });
    expect(await flow.stores.messages.get(reply.id)).toMatchObject({ status: "sent", providerId: "mid.1" });
    await take(flow, { kind: "status", of: { channel: "chirp", providerId: "mid.1" }, status: "delivered" });
    expect(await statusOf(flow, reply)).toBe("delivered");
  });

  test("of an id that nobody knows yet is looked at again, and told of in the log at last", async () => {
    const { flow, reply } = await replied();
    const report: StatusUpdate = { kind: "status", of: { channel: "chirp", providerId: "mid.2" }, status: "delivered" };
    await take(flow, report);
    await flow.stores.messages.addProviderId("chirp", "mid.2", reply.id);
    await flow.advance(limits.statusRetryAfterSeconds[0] * 1000);
    expect(await statusOf(flow, reply)).toBe("delivered");
    await take(flow, { ...report, of: { channel: "chirp", providerId: "mid.3" } });
    for (const seconds of limits.statusRetryAfterSeconds) {
      expect(flow.logged).not.toContain("status.unknown-provider-id");
      await flow.advance(seconds * 1000);
    }
    expect(flow.logged).toContain("status.unknown-provider-id");
    expect(flow.queues.timers.waiting).toEqual([]);
  });

  test("up to a time raises what went out to that address by then, and nothing else", async () => {
    const { flow, reply } = await replied();
    const other = (changes: Partial<OutboundStored>) => {
      const { id: _id, sendId: _sendId, order: _order, ...same } = reply;
      return outbound({ ...same, ...changes });
    };
    const late = other({ attemptedAt: "2026-11-02T09:00:03.000Z" });
    const failed = other({ status: "failed" });
    const doubtful = other({ status: "unknown" });
    const elsewhere = other({ inboxId: "sms-main" });
    const delivered = other({ status: "delivered" });
    for (const message of [late, failed, doubtful, elsewhere, delivered]) await flow.stores.messages.create(message);
    const of = { channel: "chirp", inboxId, address: "+5215512345678", upTo: "2026-11-02T09:00:02.000Z" };
    await take(flow, { kind: "status", of, status: "read" });
    const statuses = [reply, late, failed, doubtful, elsewhere, delivered].map((message) => statusOf(flow, message));
    expect(await Promise.all(statuses)).toEqual(["read", "sent", "failed", "unknown", "sent", "read"]);
  });

  test("up to a time still counts once the conversation is resolved, and says nothing of an address nobody knows", async () => {
    const { flow, reply } = await replied();
    await available(flow, "agent-en");
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${reply.conversationId}/resolve`, {});
    await flow.settle();
    const of = { channel: "chirp", inboxId, address: number, upTo: "2026-11-02T09:00:02.000Z" };
    await take(flow, { kind: "status", of: { ...of, address: "+525500000000" }, status: "read" });
    expect(await statusOf(flow, reply)).toBe("sent");
    await take(flow, { kind: "status", of, status: "read" });
    expect(await statusOf(flow, reply)).toBe("read");
  });

  test("that names the last message of several raises those before it too, and nothing else", async () => {
    const { flow, reply } = await replied();
    const other = (changes: Partial<OutboundStored>) => {
      const { id: _id, sendId: _sendId, order: _order, ...same } = reply;
      return outbound({ ...same, ...changes });
    };
    const named = other({ attemptedAt: "2026-11-02T09:00:03.000Z" });
    const late = other({ attemptedAt: "2026-11-02T09:00:04.000Z" });
    const failed = other({ status: "failed" });
    const doubtful = other({ status: "unknown" });
    const elsewhere = other({ inboxId: "sms-main" });
    const others = [named, late, failed, doubtful, elsewhere];
    for (const message of others) await flow.stores.messages.create(message);
    const report: StatusUpdate = {
      kind: "status",
      of: { channel: "chirp", providerId: "mid.last", isLast: true },
      status: "read",
    };
    await take(flow, report);
    expect(await statusOf(flow, reply)).toBe("sent");
    await flow.stores.messages.addProviderId("chirp", "mid.last", named.id);
    await flow.advance(limits.statusRetryAfterSeconds[0] * 1000);
    const statuses = [reply, ...others].map((message) => statusOf(flow, message));
    expect(await Promise.all(statuses)).toEqual(["read", "read", "sent", "failed", "unknown", "sent"]);
  });

  test("leaves the highest status, in whatever order reports come in one request or several", async () => {
    const statuses = ["sent", "delivered", "read"] as const;
    for (const order of [statuses, statuses.toReversed(), ["read", "sent", "read", "delivered"] as const]) {
      const { flow, reply } = await replied();
      const reports = order.map((status): StatusUpdate => ({ kind: "status", of: { sendId: reply.sendId }, status }));
      await take(flow, ...reports);
      expect(await statusOf(flow, reply)).toBe("read");
      for (const report of reports) await take(flow, report);
      expect(await statusOf(flow, reply)).toBe("read");
    }
  });
});

describe("a report that a reply failed", () => {
  const failure = (reply: OutboundStored, consequence: "opted-out" | "unreachable"): StatusUpdate => ({
    kind: "status",
    of: { sendId: reply.sendId },
    status: "failed",
    error: { code: consequence, message: "Nothing arrives there.", consequence },
  });

  test("is remembered at the address that nothing reaches, until something comes from there", async () => {
    const { flow, reply } = await replied({ attemptedAt: "2026-11-02T09:00:05.000Z" });
    await take(flow, failure(reply, "unreachable"));
    const unreachable = { at: "2026-11-02T09:00:05.000Z", reason: "Nothing arrives there." };
    expect(await flow.stores.identities.get(chirpId(number))).toMatchObject({ unreachable });
    await flow.advance(60_000);
    await taken(flow);
    expect(await flow.stores.identities.get(chirpId(number))).not.toHaveProperty("unreachable");
    await take(flow, failure(reply, "unreachable"));
    expect(await flow.stores.identities.get(chirpId(number))).not.toHaveProperty("unreachable");
  });

  test("says nothing of an address where the reply has arrived", async () => {
    const { flow, reply } = await replied({ attemptedAt: "2026-11-02T09:00:05.000Z", status: "delivered" });
    await take(flow, failure(reply, "unreachable"));
    expect(await flow.stores.identities.get(chirpId(number))).not.toHaveProperty("unreachable");
  });

  test("since the carrier was told to stop closes this inbox, until they send START", async () => {
    const { flow, reply } = await replied({ attemptedAt: "2026-11-02T09:00:05.000Z" });
    await take(flow, failure(reply, "opted-out"));
    const optOuts = async () => Object.keys((await flow.stores.identities.get(chirpId(number)))!.optOuts);
    expect(await optOuts()).toEqual([inboxId]);
    await flow.advance(60_000);
    await taken(flow, { text: "START", optOut: "start" });
    expect(await optOuts()).toEqual([]);
    await take(flow, failure(reply, "opted-out"));
    expect(await optOuts()).toEqual([]);
    expect(await onlyConversation(flow, { id: "sam", role: "supervisor" }, "waiting")).toBeDefined();
  });
});
