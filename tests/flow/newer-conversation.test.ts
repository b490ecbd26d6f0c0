import { expect, test } from "vitest";
import { agent, available, configuration, createFlow, onlyConversation, operator, type Flow } from "./harness.ts";
import { conversationOf, customerAt, idOf, write } from "./join-support.ts";
import type { OutboundStored, StatusUpdate } from "../../shared/core/message.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { recordStatus } from "../../shared/flow/statuses.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";
import type { HttpAnswer } from "../../shared/ports/http.ts";

/* A reply that waits for a person while its customer goes on writing: somewhere else, since its conversation is over. */

const anna = { channel: "whatsapp", address: "+4915112345678" };
const bernd = { channel: "whatsapp", address: "+4915112345679" };
const hour = 3_600_000;

const answer = (status: number, body: object, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});

async function createWhatsApp() {
  const inbox = { id: "whatsapp", channel: "whatsapp", address: "106540352242922" };
  const flow = createFlow({ ...configuration, inboxes: [inbox] });
  flow.secrets["meta"] = { appSecret: "s", verifyToken: "v", accessTokens: { [inbox.address]: "token" } };
  await available(flow, "agent-en");
  return flow;
}

/** A reply that the provider will not have for longer than a reply can wait. */
async function parkedReply(flow: Flow, conversationId: string): Promise<OutboundStored> {
  flow.network.next.push(async () =>
    answer(429, { error: { message: "No.", code: 130_429 } }, { "retry-after": "7200" }),
  );
  const path = `/v1/conversations/${conversationId}/messages`;
  const { body } = await flow.call(agent("agent-en"), "POST", path, { text: "Gladly." }, { "idempotency-key": "k" });
  await flow.settle();
  const reply = await stored(flow, body.id);
  expect(reply.status).toBe("parked");
  return reply;
}

const stored = async (flow: Flow, id: string) => (await flow.stores.messages.get(id)) as OutboundStored;

async function sendOn(flow: Flow): Promise<void> {
  const [item] = (await flow.call(operator, "GET", "/v1/parked")).body.items;
  flow.network.next.push(async () => answer(200, { messages: [{ id: "wamid.late" }] }));
  expect((await flow.call(operator, "POST", `/v1/parked/${item.id}/redrive`)).status).toBe(202);
  await flow.settle();
}

test("a reply of a conversation that is over goes out through the window that a newer one opened", async () => {
  const flow = await createWhatsApp();
  const { id } = await conversationOf(flow, await write(flow, anna, "Hello, could you please help me?"));
  const reply = await parkedReply(flow, id);
  await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`);
  await flow.settle();
  await flow.clock.advance(25 * hour);
  const newer = await conversationOf(flow, await write(flow, anna, "Are you still there? I am waiting for help."));
  expect(newer.id).not.toBe(id);
  await sendOn(flow);
  expect(await stored(flow, reply.id)).toMatchObject({ status: "sent", providerId: "wamid.late", conversationId: id });
  const report: StatusUpdate = { kind: "status", of: { sendId: reply.sendId }, status: "delivered" };
  await recordStatus(report, flow.app);
  expect((await stored(flow, reply.id)).status).toBe("delivered");
  const texts = async (of: string) =>
    (await flow.stores.messages.list(of, { limit: 10 })).items.map(({ text }) => text);
  expect(await texts(id)).toEqual(["Hello, could you please help me?", "Gladly."]);
  expect(await texts(newer.id)).toEqual(["Are you still there? I am waiting for help."]);
});

test("one that nothing has opened a window for since is held back still", async () => {
  const flow = await createWhatsApp();
  const { id } = await conversationOf(flow, await write(flow, anna, "Hello, could you please help me?"));
  const reply = await parkedReply(flow, id);
  await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`);
  await flow.settle();
  await flow.clock.advance(25 * hour);
  await write(flow, bernd, "Hello, I am somebody else, could you help me?");
  await sendOn(flow);
  expect(await stored(flow, reply.id)).toMatchObject({ status: "failed", error: { code: "window-closed" } });
});

test("a reply to somebody who was parted from the conversation's customer goes by what they write on their own", async () => {
  const flow = await createWhatsApp();
  const first = await conversationOf(flow, await write(flow, anna, "Hello, could you please help me?"));
  await write(flow, bernd, "Hello, could you please help me too?");
  const [survivor, from] = [await customerAt(flow, anna), await customerAt(flow, bernd)];
  const evidence = { kind: "agent", at: "2026-11-02T09:30:00.000Z", by: "sam" } as const;
  const merged = await mergeCustomers({ survivorId: survivor.id, fromId: from.id, evidence }, flow.app);
  await flow.settle();
  await write(flow, bernd, "And one more thing about my order.");
  const reply = await parkedReply(flow, (await onlyConversation(flow, agent("agent-en"), "assigned")).id);
  expect(reply).toMatchObject({ conversationId: first.id, identityId: idOf(bernd) });
  await undoMerge(merged.outcome === "merged" ? merged.merge.id : "", "sam", flow.app);
  await flow.clock.advance(25 * hour);
  await write(flow, bernd, "Are you still there? I am waiting for help.");
  await sendOn(flow);
  expect((await stored(flow, reply.id)).status).toBe("sent");
});
