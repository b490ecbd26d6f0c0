import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { OutboxItem } from "../../infra/local/providers/provider.ts";
import { apiOf, type Child, type ReadyLine, simOf, startNpm } from "./child.ts";
import { until } from "./harness.ts";
import { routerThatNeverCloses } from "./open-hours.ts";
import { Service, type Message } from "./service.ts";
import {
  fromCustom,
  fromMeta,
  fromTelegram,
  messagingEvent,
  newId,
  post,
  telegramUpdate,
  whatsAppChange,
  whatsAppEvent,
  whatsAppStatus,
} from "./social-webhook.ts";
import { postText, textFields } from "./webhook.ts";

/*
 * Every channel from `npm start` alone: a script that has nothing but the line that it prints signs what customers say, reads
 * what they get, and sees what became of it.
 */

const agent = "agent-en";
let child: Child;
let router: ReadyLine;
let service: Service;

beforeAll(async () => {
  child = startNpm("--json", "--memory", "--port", "0", "--smtp-port", "0", "--config", routerThatNeverCloses());
  router = await child.ready;
  service = new Service(apiOf(router));
  await service.available(agent);
});
afterEach(() => service.resolveAll());
afterAll(async () => {
  child?.process.kill("SIGTERM");
  await child?.ended;
});

interface Way {
  channel: string;
  /** what our customers write from, as it names them here and in the outbox */
  address: string;
  inboxId: string;
  /** the status in which a reply ends where its customer looks at it */
  last: string;
  say(text: string): Promise<Response>;
}

const twilioTarget = () => ({ ...router.twilio, baseUrl: router.baseUrl });

const ways: Record<string, Way> = {
  SMS: {
    channel: "sms",
    address: "+4915112346001",
    inboxId: "sms-main",
    last: "delivered",
    say: (text) => postText(twilioTarget(), textFields(twilioTarget(), "+4915112346001", text)),
  },
  "WhatsApp by Twilio": {
    channel: "whatsapp",
    address: "+4915112346002",
    inboxId: "whatsapp-twilio",
    last: "read",
    say(text) {
      const target = { ...twilioTarget(), number: router.twilio.whatsappNumber };
      const fields = { ...textFields(target, "whatsapp:+4915112346002", text), WaId: "4915112346002" };
      return postText(target, fields);
    },
  },
  WhatsApp: {
    channel: "whatsapp",
    address: "+4915112346003",
    inboxId: "whatsapp",
    last: "read",
    say: (text) => saidOnWhatsApp({ number: "+4915112346003", userId: "DE.4915112346003", text }),
  },
  "WhatsApp of somebody who shares no number": {
    channel: "whatsapp",
    address: "DE.77778888",
    inboxId: "whatsapp",
    last: "read",
    say: (text) => saidOnWhatsApp({ userId: "DE.77778888", text }),
  },
  Messenger: {
    channel: "messenger",
    address: "24012345678901",
    inboxId: "messenger",
    last: "delivered",
    say: (text) => post(fromMeta(router, messagingEvent("page", router.meta.pageId, { from: "24012345678901", text }))),
  },
  Instagram: {
    channel: "instagram",
    address: "17812345678901",
    inboxId: "instagram",
    last: "sent",
    say: (text) =>
      post(fromMeta(router, messagingEvent("instagram", router.meta.instagramId, { from: "17812345678901", text }))),
  },
  Telegram: {
    channel: "telegram",
    address: "7012345",
    inboxId: "telegram",
    last: "sent",
    say: (text) => post(fromTelegram(router, telegramUpdate({ from: 7_012_345, text }))),
  },
  "a custom channel": {
    channel: "custom",
    address: "card 4711",
    inboxId: "counter",
    last: "read",
    say: (text) => post(fromCustom(router, { type: "message", id: newId("visit"), from: "card 4711", text })),
  },
};

const saidOnWhatsApp = (said: Parameters<typeof whatsAppChange>[1]): Promise<Response> =>
  post(fromMeta(router, whatsAppEvent(whatsAppChange(router.meta.phoneNumberId, said))));

const outboxOf = async ({ channel, address }: Pick<Way, "channel" | "address">): Promise<OutboxItem[]> => {
  const query = new URLSearchParams({ channel, to: address });
  return (await simOf<{ items: OutboxItem[] }>(router, "GET", `/outbox?${query}`)).items;
};

const question = "Hello, could you please tell me where my order is?";

describe("a message in, a reply out, and what became of it", () => {
  test.each(Object.entries(ways))("%s", async (_, way) => {
    const { channel, address, inboxId } = way;
    const answer = await way.say(question);
    expect(answer.status, await answer.text()).toBe(200);
    const conversation = await service.held(address);
    expect(conversation).toMatchObject({ channel, inboxId, agentId: agent });
    expect((await service.messages(conversation.id)).map(({ text }) => text)).toEqual([question]);

    const reply = await service.reply(conversation, "It left our house today.");
    const received = await until("the reply", async () => (await outboxOf(way))[0]);
    expect(received).toMatchObject({ channel, to: address, text: "It left our house today." });
    await service.withStatus(reply, way.last);
    expect(await outboxOf(way)).toHaveLength(1);

    expect((await way.say("Thank you!")).status).toBe(200);
    expect((await service.written(conversation.id, 2)).map(({ text }) => text)).toEqual([question, "Thank you!"]);
    expect(await service.customersAt(address)).toMatchObject([{ id: conversation.customerId }]);
  });
});

test("what a script reports of a reply counts, by our own id, by WhatsApp's, and never backwards", async () => {
  const number = "+4915112346010";
  await saidOnWhatsApp({ number, text: question });
  const conversation = await service.held(number);
  const reply = await service.reply(conversation, "I am looking.");
  const { sendId } = await service.withStatus(reply, "read");
  const id = (await outboxOf({ channel: "whatsapp", address: number }))[0]!.providerId;
  for (const status of ["sent", "delivered", "failed"])
    for (const named of [{ id }, { id, sendId }]) {
      const event = whatsAppEvent(whatsAppStatus(router.meta.phoneNumberId, { ...named, status }));
      expect((await post(fromMeta(router, event))).status).toBe(200);
    }
  await simOf(router, "POST", "/clock", { advanceMs: 1_000 });
  expect((await service.message(conversation.id, reply.id)).status).toBe("read");
});

describe("Meta's question whether the webhook is ours", () => {
  const ask = (query: Record<string, string>): Promise<Response> =>
    fetch(`${router.baseUrl}/webhooks/meta?${new URLSearchParams(query)}`);

  test("is answered with its challenge, where it knows the verify token", async () => {
    const { verifyToken } = router.meta;
    const answer = await ask({
      "hub.mode": "subscribe",
      "hub.verify_token": verifyToken,
      "hub.challenge": "1158201444",
    });
    expect([answer.status, await answer.text()]).toEqual([200, "1158201444"]);
    expect(answer.headers.get("content-type")).toContain("text/plain");
  });

  test.each<[string, () => Record<string, string>]>([
    ["another token", () => ({ "hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "1" })],
    ["no token", () => ({ "hub.mode": "subscribe", "hub.challenge": "1" })],
    ["another mode", () => ({ "hub.mode": "x", "hub.verify_token": router.meta.verifyToken, "hub.challenge": "1" })],
    [
      "a challenge that would be a page",
      () => ({ "hub.mode": "subscribe", "hub.verify_token": router.meta.verifyToken, "hub.challenge": "<script>" }),
    ],
  ])("is refused with %s", async (_, query) => {
    const answer = await ask(query());
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  });
});

test("Telegram's path takes no GET, and paths that nobody uses are not there", async () => {
  expect((await fetch(`${router.baseUrl}/webhooks/telegram/telegram`)).status).toBeGreaterThanOrEqual(400);
  expect((await fetch(`${router.baseUrl}/webhooks/nobody`, { method: "POST", body: "{}" })).status).toBe(404);
});

test("thirty events of twelve people in one request are thirty messages, once, though the request comes twice", async () => {
  const at = Date.now();
  const people = Array.from({ length: 12 }, (_, index) => `+49151123470${String(index).padStart(2, "0")}`);
  const changes = Array.from({ length: 30 }, (_, index) =>
    whatsAppChange(router.meta.phoneNumberId, {
      number: people[index % people.length]!,
      text: `Message ${index} about my order`,
      at: at - (30 - index) * 1000,
    }),
  );
  const request = fromMeta(router, whatsAppEvent(...changes));
  expect((await post(request)).status).toBe(200);
  expect((await post(request)).status).toBe(200);
  const conversations = await until("twelve conversations", async () => {
    const found = (await service.conversations()).filter(
      ({ address, status }) => people.includes(address) && status !== "resolved",
    );
    return found.length === people.length && found;
  });
  await simOf(router, "POST", "/clock", { advanceMs: 1_000 });
  const read = async ({ id, address }: { id: string; address: string }): Promise<[string, string[]]> => [
    address,
    (await service.messages(id)).map(({ text }: Message) => text),
  ];
  const told = new Map(await Promise.all(conversations.map(read)));
  for (const [index, person] of people.entries()) {
    const own = Array.from({ length: 30 }, (_, message) => message).filter((message) => message % 12 === index);
    expect(told.get(person), person).toEqual(own.map((message) => `Message ${message} about my order`));
  }
});

test("a number, a page and an account that router.yaml does not name are inboxes of their own: nothing is lost", async () => {
  const number = "+4915112346020";
  await post(fromMeta(router, whatsAppEvent(whatsAppChange("109999999999999", { number, text: question }))));
  const byNumber = await service.held(number);
  expect(byNumber).toMatchObject({ channel: "whatsapp", inboxId: "109999999999999" });
  expect(await service.tryReply(byNumber, "Gladly.")).toMatchObject({ status: 409, body: { reason: "no-route-back" } });

  const from = "24012345679999";
  await post(fromMeta(router, messagingEvent("page", "108888888888888", { from, text: question })));
  expect(await service.held(from)).toMatchObject({ channel: "messenger", inboxId: "108888888888888" });
});
