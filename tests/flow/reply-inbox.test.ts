import { expect, test } from "vitest";
import { chirpId, createChirpFlow, inboxId, number } from "./chirp.ts";
import { agent, createFlow, type Flow } from "./harness.ts";
import { conversationOf, erika, idOf, inboundJob, vouched, write } from "./join-support.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import { joinAddresses } from "../../shared/flow/join.ts";

/** Erika has texted our second number. */
async function textToSecondNumber(flow: Flow, secondId = "sms-second"): Promise<string> {
  const body = inboundJob(erika.sms, "Hello, could you please help me with my order?", flow);
  const message = { ...body.message, inboxId: secondId };
  await flow.app.queues.inbound.send([{ body: { ...body, message }, groupId: idOf(erika.sms) }]);
  await flow.advance(1000);
  return messageIdOf(message.channel, message.accountId, message.providerId);
}

async function inboxOn(flow: Flow, wanted: string, messageId: string): Promise<string | undefined> {
  const { id } = await conversationOf(flow, messageId);
  const sam = { id: "sam", role: "supervisor" } as const;
  const { body } = await flow.call(sam, "GET", `/v1/conversations/${id}/routes`);
  return body.items.find(({ channel }: { channel: string }) => channel === wanted)?.inboxId;
}

const smsInbox = (flow: Flow, messageId: string) => inboxOn(flow, "sms", messageId);

const join = (flow: Flow) => joinAddresses({ addresses: [erika.sms, erika.web], evidence: vouched }, flow.app);

test("a reply on another channel comes from the inbox that the customer wrote to there", async () => {
  const flow = createFlow();
  const textId = await textToSecondNumber(flow);
  await join(flow);
  const chatId = await write(flow, erika.web, "And now in the chat.");
  expect((await conversationOf(flow, chatId)).id).toBe((await conversationOf(flow, textId)).id);
  expect(await smsInbox(flow, chatId)).toBe("sms-second");
});

test("a reply on another channel comes from that inbox too where they wrote to it in a conversation before", async () => {
  const flow = createFlow();
  await flow.call(agent("agent-en"), "PUT", "/v1/agents/agent-en/presence", { status: "available" });
  const textId = await textToSecondNumber(flow);
  const { id } = await conversationOf(flow, textId);
  await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`);
  await flow.settle();
  await join(flow);
  const chatId = await write(flow, erika.web, "Hello, could you please help me again?");
  expect((await conversationOf(flow, chatId)).id).not.toBe(id);
  expect(await smsInbox(flow, chatId)).toBe("sms-second");
});

test("a customer whom nobody has heard from on a channel is written to from its first inbox", async () => {
  const flow = createFlow();
  const chatId = await write(flow, erika.web, "Hello, could you please help me?");
  await join(flow);
  expect(await smsInbox(flow, chatId)).toBe("sms-main");
});

test("a reply comes from the inbox whose window is known, however many conversations ago they wrote to it", async () => {
  const flow = createChirpFlow();
  const another = { id: "chirp-first", channel: "chirp", address: "@first" };
  flow.app.config = { ...flow.app.config, inboxes: [another, ...flow.app.config.inboxes] };
  await joinAddresses({ addresses: [{ channel: "chirp", address: number }, erika.web], evidence: vouched }, flow.app);
  await flow.stores.identities.setLastInbound(chirpId(number), inboxId, "2026-11-02T08:00:00.000Z");
  await flow.stores.identities.setLastInbound(chirpId(number), another.id, "2026-10-02T08:00:00.000Z");
  const chatId = await write(flow, erika.web, "Hello, could you please help me?");
  expect(await inboxOn(flow, "chirp", chatId)).toBe(inboxId);
});

test("where their number has no inbox in the configuration, no other of ours answers, whether the reply names the address or not", async () => {
  const flow = createFlow();
  const emma = agent("agent-en");
  await flow.call(emma, "PUT", "/v1/agents/agent-en/presence", { status: "available" });
  const textId = await textToSecondNumber(flow, "+4930999999");
  const { id, identityId } = await conversationOf(flow, textId);
  const { body } = await flow.call(emma, "GET", `/v1/conversations/${id}/routes`);
  const refusal = { reason: "no-route-back", alternatives: [{ kind: "restore-inbox", inboxId: "+4930999999" }] };
  expect(body.items).toMatchObject([{ inboxId: "+4930999999", canSend: { ok: false, ...refusal } }]);
  for (const named of [{}, { identityId }]) {
    const reply = { text: "Gladly.", ...named };
    const key = { "idempotency-key": Object.keys(named).join() || "none" };
    const answer = await flow.call(emma, "POST", `/v1/conversations/${id}/messages`, reply, key);
    expect(answer).toMatchObject({ status: 409, body: refusal });
  }
});
