import { describe, expect, test } from "vitest";
import {
  account,
  agent,
  anna,
  available,
  configuration,
  createFlow,
  onlyConversation,
  origin,
  started,
  type Flow,
} from "./harness.ts";
import { write } from "./join-support.ts";
import { callWebhook } from "../../infra/local/providers/twilio/webhook.ts";
import type { Capabilities } from "../../shared/core/capabilities.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import { HttpOutcomeUnknown, type Http, type HttpAnswer, type HttpCall } from "../../shared/ports/http.ts";

/* What is recorded of a hand-over, whatever dies around it: its provider's id, what it cost, what it says of the address. */

/** anna's conversation, on a channel whose answers and reports name messages by their provider's ids. */
async function startedWith(inbox: Partial<Inbox> = {}) {
  const { flow, id } = await started();
  const namesProviderIds: Partial<Capabilities> = { namesProviderIds: true };
  flow.app.config = {
    ...configuration,
    inboxes: configuration.inboxes.map((each) => (each.id === "sms-main" ? { ...each, ...inbox } : each)),
    channels: { ...configuration.channels, sms: { ...configuration.channels["sms"]!, ...namesProviderIds } },
  };
  return { flow, id };
}

async function reply(flow: Flow, id: string): Promise<string> {
  const path = `/v1/conversations/${id}/messages`;
  const { body } = await flow.call(agent("agent-en"), "POST", path, { text: "Gladly." }, { "idempotency-key": "k" });
  await flow.settle();
  // What the first delivery left on the queue comes again.
  await flow.settle();
  return body.id;
}

const stored = async (flow: Flow, id: string) => (await flow.stores.messages.get(id)) as OutboundStored;

type Reach = Http["call"];

const takenThenCut = async (request: HttpCall, reach: Reach): Promise<HttpAnswer> => {
  await reach(request);
  throw new HttpOutcomeUnknown("time-out");
};

describe("a send that the provider's list brings to light", () => {
  test("is known by its provider's id from then on", async () => {
    const { flow, id } = await startedWith();
    flow.network.next.push(takenThenCut);
    const messageId = await reply(flow, id);
    const { providerId } = await stored(flow, messageId);
    expect(providerId).toBeDefined();
    expect(await flow.stores.messages.byProviderId("sms", providerId!)).toMatchObject({ id: messageId });
  });

  test("as failed says what it means for the address", async () => {
    const { flow, id } = await startedWith();
    const listedAsFailed = async (request: HttpCall, reach: Reach): Promise<HttpAnswer> => {
      const answer = await reach(request);
      const { messages, ...page } = JSON.parse(answer.body);
      const failed = { ...messages[0], status: "undelivered", error_code: 30_006 };
      return { ...answer, body: JSON.stringify({ ...page, messages: [failed] }) };
    };
    flow.network.next.push(takenThenCut, listedAsFailed);
    const { identityId } = await stored(flow, await reply(flow, id));
    expect(await flow.stores.identities.get(identityId)).toHaveProperty("unreachable.reason");
  });
});

describe("a text of which the answer was lost", () => {
  test("and that the provider has in other words is before a person, and never sent again by itself", async () => {
    const { flow, id } = await startedWith();
    flow.twilio.behaviour.statusOrder = "withheld";
    flow.network.next.push(async (request, reach) => {
      const form = new URLSearchParams(request.body);
      form.set("Body", "Gladly!");
      return takenThenCut({ ...request, body: form.toString() }, reach);
    });
    const messageId = await reply(flow, id);
    for (let minutes = 0; minutes < 3; minutes += 1) await flow.advance(60_000);
    expect((await stored(flow, messageId)).status).toBe("parked");
    const [parked] = (await flow.stores.parked.list({ limit: 10 })).items;
    expect(parked!.reason).toContain("a message of that time that no send of ours owns");
    expect(flow.twilio.outbox({ to: anna }).map(({ text }) => text)).toEqual(["Gladly!"]);
  });

  test("is known to be sent once the provider says that it waits there", async () => {
    const { flow, id } = await startedWith();
    flow.network.next.push(() => Promise.reject(new HttpOutcomeUnknown("time-out")));
    const messageId = await reply(flow, id);
    const { status, sendId } = await stored(flow, messageId);
    expect(status).toBe("unknown");
    const fields = { AccountSid: account.accountSid, MessageSid: `SM${"1".repeat(32)}`, MessageStatus: "queued" };
    const event = { fields, occasion: "queued", authToken: account.authToken };
    await callWebhook({ url: `${origin}/webhooks/twilio/status/${sendId}` }, event, flow.deliver);
    await flow.advance(60_000);
    expect(await stored(flow, messageId)).toMatchObject({ status: "sent", providerId: fields.MessageSid });
    expect(flow.twilio.outbox({ to: anna })).toEqual([]);
  });
});

test("what the provider took is sent, though its id could not be noted at once", async () => {
  const { flow, id } = await startedWith();
  const { messages } = flow.stores;
  const addProviderId = messages.addProviderId;
  const statuses: string[] = [];
  messages.addProviderId = async (_, __, messageId) => {
    messages.addProviderId = addProviderId;
    statuses.push((await stored(flow, messageId)).status);
    throw new Error("ThrottlingException");
  };
  const messageId = await reply(flow, id);
  expect(statuses).toEqual(["sent"]);
  const { providerId } = await stored(flow, messageId);
  expect(await messages.byProviderId("sms", providerId!)).toMatchObject({ id: messageId });
});

describe("on a channel that keeps no list", () => {
  const bot = { token: "123:abc", secretToken: "the-word" };

  async function startedOnTelegram() {
    const inbox = { id: "bot", channel: "telegram", address: "service_bot" };
    const flow = createFlow({ ...configuration, inboxes: [...configuration.inboxes, inbox] });
    flow.secrets["telegram"] = { bots: { bot } };
    await available(flow, "agent-en");
    await write(flow, { channel: "telegram", address: "4711" }, "Hello, could you please help me with my order?");
    return { flow, id: (await onlyConversation(flow, agent("agent-en"), "assigned")).id as string };
  }

  test("a pause that is longer than any calendar waits for a person as any long one does", async () => {
    const { flow, id } = await startedOnTelegram();
    const parameters = { retry_after: 1e20 };
    const body = JSON.stringify({ ok: false, error_code: 429, description: "Too Many Requests", parameters });
    flow.network.next.push(async () => ({ status: 429, headers: {}, body }));
    expect((await stored(flow, await reply(flow, id))).status).toBe("parked");
  });

  test("a secret that can't be used leaves no doubt: nothing went out, and it does once the secret is mended", async () => {
    const { flow, id } = await startedOnTelegram();
    flow.secrets["telegram"] = { bots: { bot: { ...bot, secretToken: "no such word" } } };
    const messageId = await reply(flow, id);
    expect((await stored(flow, messageId)).status).toBe("queued");
    flow.secrets["telegram"] = { bots: { bot } };
    const body = JSON.stringify({ ok: true, result: { message_id: 7, date: 1, chat: { id: 4711, type: "private" } } });
    flow.network.next.push(async () => ({ status: 200, headers: {}, body }));
    await flow.advance(60_000);
    expect((await stored(flow, messageId)).status).toBe("sent");
  });
});

describe("what a message costs", () => {
  const spendCap = { perDayMicros: 200_000, priceMicros: [{ prefix: "", micros: 80_000 }], currency: "EUR" };
  const spent = (flow: Flow) => flow.stores.rates.amount("spend:sms-main", "2026-11-02T00:00:00.000Z");

  test("is counted before it is handed over, and no trouble with that makes its outcome unknown", async () => {
    const { flow, id } = await startedWith({ spendCap });
    const { rates } = flow.stores;
    const count = rates.count;
    rates.count = async () => {
      rates.count = count;
      throw new Error("ThrottlingException");
    };
    const messageId = await reply(flow, id);
    expect((await stored(flow, messageId)).status).toBe("sent");
    expect(await spent(flow)).toBe(80_000);
  });

  test("is given back only once it is recorded that the provider has nothing", async () => {
    const { flow, id } = await startedWith({ spendCap });
    const { rates } = flow.stores;
    const count = rates.count;
    rates.count = async (key, windowStart, forgetAt, amount) => {
      if (amount! > 0) return count(key, windowStart, forgetAt, amount);
      rates.count = count;
      throw new Error("ThrottlingException");
    };
    const body = JSON.stringify({ code: 21_617, message: "No.", status: 400 });
    flow.network.next.push(async () => ({ status: 400, headers: {}, body }));
    expect(await stored(flow, await reply(flow, id))).toMatchObject({ status: "failed", error: { code: "too-long" } });
  });
});
