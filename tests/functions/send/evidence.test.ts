import { describe, expect, test } from "vitest";
import { agent, anna, available, createFlow, started, type Flow } from "../../flow/harness.ts";
import { conversationOf, erika, idOf, vouched, write } from "../../flow/join-support.ts";
import { outbound } from "../../stores/samples.ts";
import { lookUp } from "../../../functions/send/evidence.ts";
import { requestFor } from "../../../functions/send/request.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { OutboundStored } from "../../../shared/core/message.ts";
import { joinAddresses } from "../../../shared/flow/join.ts";
import { HttpOutcomeUnknown } from "../../../shared/ports/http.ts";

async function replyByText(flow: Flow, conversationId: string, key: string): Promise<void> {
  const path = `/v1/conversations/${conversationId}/messages`;
  const body = { text: "Gladly.", identityId: idOf(erika.sms) };
  const answer = await flow.call(agent("agent-en"), "POST", path, body, { "idempotency-key": key });
  expect(answer.status).toBe(202);
}

/** A reply by text of which the answer is lost, and its conversation goes on in the chat's, where one like it is written. */
async function twoAlike() {
  const flow = createFlow();
  await available(flow, "agent-en");
  const chat = await conversationOf(flow, await write(flow, erika.web, "Hello, could you please help me?"));
  const text = await conversationOf(flow, await write(flow, erika.sms, "Hello, could you help me, by text?"));
  flow.twilio.behaviour.statusOrder = "withheld";
  flow.network.next.push(() => Promise.reject(new HttpOutcomeUnknown("time-out")));
  await replyByText(flow, text.id, "lost");
  await flow.settle();
  await joinAddresses({ addresses: [erika.sms, erika.web], evidence: vouched }, flow.app);
  await flow.settle();
  expect(await flow.stores.conversations.get(text.id)).toMatchObject({ continuedIn: chat.id });
  await replyByText(flow, chat.id, "arrived");
  return { flow, chatId: chat.id };
}

/** Once the list of the provider is proof. */
async function receivedAtLast(flow: Flow): Promise<string[]> {
  await flow.advance(limits.sendAbsenceProvenAfterMs);
  await flow.clock.advance(1_000);
  return flow.twilio.outbox({ to: erika.sms.address }).map((item) => item.text);
}

describe("a reply whose answer was lost is not taken for one like it", () => {
  test("that is handed over from where its conversation goes on while it is looked up", async () => {
    const { flow } = await twoAlike();
    await flow.settle();
    expect(await receivedAtLast(flow)).toEqual(["Gladly.", "Gladly."]);
  });

  test("that went out where its conversation went on, two conversations ago", async () => {
    const { flow, chatId } = await twoAlike();
    await flow.settle();
    let current = chatId;
    for (const words of ["And another thing.", "And one more."]) {
      const path = `/v1/conversations/${current}/resolve`;
      expect((await flow.call(agent("agent-en"), "POST", path)).status).toBe(200);
      await flow.settle();
      const { id } = await conversationOf(flow, await write(flow, erika.web, words));
      expect(id).not.toBe(current);
      current = id;
    }
    expect(await receivedAtLast(flow)).toEqual(["Gladly.", "Gladly."]);
  });
});

describe("a message that the provider lists may be that of another send", () => {
  test.each<[string, Partial<OutboundStored>, string]>([
    ["that is handed over", { status: "sending" }, "undecided"],
    ["of which nobody knows either", { status: "unknown" }, "undecided"],
    ["that waits for a person", { status: "parked" }, "undecided"],
    ["but not one that reads otherwise", { status: "sending", text: "Sadly not." }, "found"],
    ["but not one to another address", { status: "sending", to: "+4915112345679" }, "found"],
    ["but not one from another inbox", { status: "sending", inboxId: "sms-second" }, "found"],
    ["but not one from before", { status: "unknown", attemptedAt: "2026-11-02T08:59:14.999Z" }, "found"],
    ["but not one that the provider did not take", { status: "queued" }, "found"],
    ["but not one that failed", { status: "failed" }, "found"],
    ["but not one whose message is known", { status: "sent", providerId: "SM1" }, "found"],
  ])("%s", async (_, change, outcome) => {
    const { flow, id } = await started();
    const now = flow.clock.now();
    const sent = { conversationId: id, to: anna, text: "Gladly.", attemptedAt: new Date(now).toISOString() };
    const message = outbound({ ...sent, status: "unknown" });
    await flow.stores.messages.create(message);
    await flow.stores.messages.create(outbound({ ...sent, ...change }));
    const { channel, request } = await requestFor(message, flow.app);
    await channel.send(request, flow.app);
    expect(await lookUp(message, now, flow.app)).toMatchObject({ outcome });
  });
});
