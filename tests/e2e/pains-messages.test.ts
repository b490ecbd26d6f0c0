import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { filledSecrets } from "../../infra/local/sandbox.ts";
import { sendRank, type SendStatus } from "../../shared/core/message.ts";
import type { CustomerExport } from "../../shared/flow/export.ts";
import { type BrowserUnderTest, startBrowser } from "./browser.ts";
import { type DeskUnderTest, deskOf } from "./desk-page.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { type Conversation, type Message, Service } from "./service.ts";
import { type Accounts, fromMeta, post, whatsAppChange, whatsAppEvent, whatsAppStatus } from "./social-webhook.ts";
import { signatureOf } from "./webhook.ts";

/*
 * What people in this field complain about, each made impossible: what becomes of messages on their way. Who a customer is,
 * and by which ways they can be answered, is pains-people.test.ts's.
 */

const agent = "agent-en";
const minuteMs = 60_000;
const [phoneNumberId, pageId, instagramId] = ["100000000000001", "100000000000002", "17840000000000001"];
const question = "Hello, could you please tell me where my order is?";
/** the smallest there is */
const picture = {
  contentType: "image/png",
  bytes: Uint8Array.from(
    Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    ),
  ),
};
let cloud: CloudUnderTest;
let service: Service;
let browser: BrowserUnderTest;
let desk: DeskUnderTest;
let accounts: Pick<Accounts, "baseUrl" | "meta">;

beforeAll(async () => {
  [browser, cloud] = await Promise.all([startBrowser(), startCloud()]);
  service = new Service(cloud.api);
  accounts = { baseUrl: cloud.baseUrl, meta: { ...cloud.accounts.meta, phoneNumberId, pageId, instagramId } };
  await service.available(agent);
  desk = await deskOf(agent, browser, cloud);
});
afterEach(async () => {
  for (const { behaviour } of [cloud.twilio, cloud.providers.meta, cloud.providers.custom])
    behaviour.statusOrder = "honest";
  await service.resolveAll();
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const textOf = (name: string, index: number): string =>
  `Hello, this is ${name}. Could you please tell me where number ${index} of my orders is?`;

/** The messages of a customer as everybody who reads them sees them. */
async function asReadByAll({ id, customerId }: Conversation, name: string): Promise<Record<string, string[]>> {
  const [bySupervisor, byAgent] = await Promise.all([service.messages(id), service.messages(id, agent)]);
  const exported = await service.call<CustomerExport>("admin", "GET", `/customers/${customerId}/export`);
  await desk.line(name).click();
  const bubbles = desk.bubble(name);
  await until("all of them on the desk", async () => (await bubbles.count()) >= bySupervisor.length);
  const named = (text: string): string => /number \d+/.exec(text)?.[0] ?? text;
  return {
    supervisor: bySupervisor.map(({ text }) => named(text)),
    agent: byAgent.map(({ text }) => named(text)),
    export: exported.conversations.flatMap(({ messages }) => messages.map(({ text }) => named(text))),
    desk: (await bubbles.allTextContents()).map(named),
  };
}

describe("10. webhook races: an album or a burst becomes many conversations, in any order", () => {
  test("ten texts in ten parallel requests are one conversation, in the order in which the provider says they were written", async () => {
    const [number, name] = ["+4915112349001", "Bea Bach"];
    const at = cloud.clock.now() - minuteMs;
    const requests = numbers(10).map((index) => {
      const said = { number, text: textOf(name, index), at: at + index * 1000 };
      return fromMeta(accounts, whatsAppEvent(whatsAppChange(phoneNumberId, said)));
    });
    const shuffled = requests.toSorted((one, other) => one.body.localeCompare(other.body)).toReversed();
    const answers = await Promise.all([...shuffled, ...shuffled.slice(3)].map(post));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const conversation = await service.held(number);
    await service.written(conversation.id, 10);
    await cloud.clock.settle();
    const expected = numbers(10).map((index) => `number ${index}`);
    for (const [reader, read] of Object.entries(await asReadByAll(conversation, name)))
      expect(read, reader).toEqual(expected);
    const { customerId: customer } = conversation;
    const all = (await service.conversations()).filter(({ customerId }) => customerId === customer);
    expect(all).toHaveLength(1);
  });

  test("ten texts of which nobody says when they were written are one conversation, in one order for every reader", async () => {
    const [number, name] = ["+4915112349002", "Cem Cakir"];
    const texts = numbers(10).map((index) => textOf(name, index));
    await Promise.all(texts.map((text) => cloud.text(number, text)));
    const conversation = await service.held(number);
    const written = await service.written(conversation.id, 10);
    await cloud.clock.settle();
    expect(written.map(({ text }) => text).toSorted()).toEqual(texts);
    expect(written.map(({ order }) => order)).toEqual(written.map(({ order }) => order).toSorted());
    const { supervisor, ...others } = await asReadByAll(conversation, name);
    for (const [reader, read] of Object.entries(others)) expect(read, reader).toEqual(supervisor);
    expect(supervisor).toHaveLength(10);
  });

  test.each<[string, string, (media: (typeof picture)[]) => Promise<{ status: number | null }[]>]>([
    [
      "Telegram",
      "7049003",
      (media) =>
        cloud.providers.telegram.inbound({
          from: "7049003",
          to: "switchyard_bot",
          text: question,
          media,
        }),
    ],
    [
      "WhatsApp",
      "+4915112349003",
      (media) =>
        cloud.providers.meta.whatsapp.inbound({
          from: "+4915112349003",
          to: phoneNumberId,
          text: question,
          media,
        }),
    ],
  ])("an album of ten pictures on %s is one conversation, each picture once and fetched", async (_, from, send) => {
    const album = numbers(10).map((index) => ({ ...picture, name: `file-${index}.png` }));
    const answers = await send(album);
    expect(answers.map(({ status }) => status)).toEqual(numbers(10).map(() => 200));
    const conversation = await service.held(from);
    const written = await until("ten pictures in the bucket", async () => {
      const messages = (await service.messages(conversation.id)).filter(({ direction }) => direction === "in");
      const stored = messages.flatMap(({ media }) => media).filter(({ state }) => state === "stored");
      return stored.length === 10 && messages;
    });
    expect(written).toHaveLength(10);
    for (const { media } of written)
      expect(media).toMatchObject([{ contentType: "image/png", bytes: picture.bytes.length }]);
    await cloud.clock.settle();
    expect(await service.customersAt(from)).toMatchObject([{ openConversationId: conversation.id }]);
    const again = await service.messages(conversation.id, agent);
    expect(again.map(({ id }) => id)).toEqual(written.map(({ id }) => id));
  });
});

/** All orders of these. */
const ordersOf = <Item>(items: Item[]): Item[][] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

describe("11. messages out of order; delivered turns back into sent", () => {
  /** Reports one after the other, each looked at, and none may take the status back. */
  async function neverBackwards(reply: Message, reports: (() => Promise<Response>)[]): Promise<string> {
    let rank = sendRank("sent");
    let status = "";
    for (const report of reports) {
      expect((await report()).status).toBe(200);
      await cloud.clock.settle();
      ({ status } = await service.message(reply.conversationId, reply.id));
      expect(sendRank(status as SendStatus)).toBeGreaterThanOrEqual(rank);
      rank = sendRank(status as SendStatus);
    }
    return status;
  }

  test("WhatsApp's reports in all orders and twice, by our id and by its own, end where the furthest of them is", async () => {
    const number = "+4915112349101";
    cloud.providers.meta.behaviour.statusOrder = "withheld";
    await cloud.providers.meta.whatsapp.inbound({ from: number, to: phoneNumberId, text: question });
    const conversation = await service.held(number);
    for (const order of ordersOf(["sent", "delivered", "read"])) {
      const text = `These come as ${order.join(", ")}.`;
      const reply = await service.reply(conversation, text);
      const { sendId } = await service.withStatus(reply, "sent");
      const { providerId: id } = await until("it on the phone", () =>
        cloud.providers.meta.outbox({ channel: "whatsapp", to: number }).find((item) => item.text === text),
      );
      const reports = order.flatMap((status) =>
        [
          { id, status, sendId },
          { id, status },
        ].map((named) => () => post(fromMeta(accounts, whatsAppEvent(whatsAppStatus(phoneNumberId, named))))),
      );
      expect(await neverBackwards(reply, reports), order.join()).toBe("read");
    }
  }, 180_000);

  test("Twilio's reports in all orders and twice never take a status back, and what was delivered has not failed", async () => {
    const number = "+4915112349102";
    cloud.twilio.behaviour.statusOrder = "withheld";
    await cloud.text(number, question);
    const conversation = await service.held(number);
    for (const order of ordersOf(["sent", "delivered", "failed"])) {
      const reply = await service.reply(conversation, `These come as ${order.join(", ")}.`);
      const { sendId } = await service.withStatus(reply, "sent");
      const url = `${cloud.baseUrl}/webhooks/twilio/status/${sendId}`;
      const { accountSid } = cloud.account;
      const reports = [...order, ...order].map((MessageStatus) => () => {
        const fields = { MessageStatus, MessageSid: `SM${"a".repeat(32)}`, AccountSid: accountSid, ErrorCode: "" };
        const headers = {
          "content-type": "application/x-www-form-urlencoded",
          "x-twilio-signature": signatureOf(cloud.account, url, fields),
        };
        return fetch(url, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
      });
      expect(await neverBackwards(reply, reports), order.join()).toBe("delivered");
    }
  }, 180_000);

  test.each(["reversed", "duplicated"] as const)(
    "providers that report %s are believed no less",
    async (statusOrder) => {
      for (const { behaviour } of [cloud.twilio, cloud.providers.meta, cloud.providers.custom])
        behaviour.statusOrder = statusOrder;
      const digits = statusOrder === "reversed" ? "1" : "2";
      const people = [`+4915112349${digits}11`, `+4915112349${digits}12`, `2400000000${digits}13`, `card ${digits}`];
      const [byText, byWhatsApp, byMessenger, atCounter] = people as [string, string, string, string];
      const { meta, custom } = cloud.providers;
      await Promise.all([
        cloud.text(byText, question),
        meta.whatsapp.inbound({ from: byWhatsApp, to: phoneNumberId, text: question }),
        meta.messaging.inbound({ from: byMessenger, to: pageId, text: question }),
        custom.inbound({ from: atCounter, to: "counter", text: question }),
      ]);
      const last = { [byText]: "delivered", [byWhatsApp]: "read", [byMessenger]: "delivered", [atCounter]: "read" };
      for (const [address, status] of Object.entries(last)) {
        const reply = await service.reply(await service.held(address), "It left our house today.");
        await service.withStatus(reply, status);
        await cloud.clock.advance(20_000);
        expect(await service.message(reply.conversationId, reply.id)).toMatchObject({ status });
      }
    },
    180_000,
  );
});

describe("12. silent loss", () => {
  test("a text whose every webhook was lost is taken in from Twilio's list, once, and somebody is told", async () => {
    const [number, onWhatsApp] = ["+4915112349201", "whatsapp:+15005550010"];
    const { sid } = await cloud.twilio.receive({ from: number, to: cloud.account.numbers[0]!, body: question });
    await cloud.twilio.receive({ from: number, to: onWhatsApp, body: `${question} On WhatsApp.` });
    await cloud.clock.advance(31 * minuteMs);
    for (const channel of ["sms", "whatsapp"])
      await until(`the lost message by ${channel}`, async () =>
        (await service.conversations()).some((each) => each.address === number && each.channel === channel),
      );
    expect(cloud.log.filter((line) => line.includes("reconcile.missing-taken-in"))).toHaveLength(2);
    expect(await cloud.twilio.redeliver(sid)).toBe(200);
    await cloud.clock.advance(31 * minuteMs);
    const all = (await service.conversations()).filter(({ address }) => address === number);
    expect(all.map(({ channel }) => channel).toSorted()).toEqual(["sms", "whatsapp"]);
    for (const { id } of all) expect(await service.written(id, 1)).toHaveLength(1);
    expect(cloud.log.filter((line) => line.includes("reconcile.missing-taken-in"))).toHaveLength(2);
  }, 180_000);

  test("what was answered 5xx comes in when it is brought again, and counts as no duplicate", async () => {
    const [number, psid, chat] = ["+4915112349202", "24000000009202", "7049202"];
    const { MetaSecretId, TelegramSecretId } = filledSecrets(cloud.accounts, cloud);
    const { meta, telegram } = cloud.providers;
    await cloud.putSecret("MetaSecretId", { appSecret: "" });
    await cloud.putSecret("TelegramSecretId", { bots: 7 });
    await cloud.clock.advance(6 * minuteMs);
    const said = await Promise.all([
      meta.whatsapp.inbound({ from: number, to: phoneNumberId, text: question }),
      meta.messaging.inbound({ from: psid, to: pageId, text: question }),
      telegram.inbound({ from: chat, to: "switchyard_bot", text: question }),
    ]);
    expect(said.flat().map(({ status }) => status)).toEqual([500, 500, 500]);
    expect((await service.conversations()).filter(({ address }) => [number, psid, chat].includes(address))).toEqual([]);
    await cloud.putSecret("MetaSecretId", MetaSecretId);
    await cloud.putSecret("TelegramSecretId", TelegramSecretId);
    await cloud.clock.advance(30 * minuteMs);
    for (const address of [number, psid, chat]) {
      const { id } = await service.held(address);
      expect((await service.messages(id)).map(({ text }) => text)).toEqual([question]);
    }
  }, 180_000);

  test("an event that its receiver did not take is brought again until it is taken, once", async () => {
    const calls: { id: string; answered: number }[] = [];
    await using receiver = createServer((request, response) => {
      const answered = calls.length < 3 ? 503 : 200;
      calls.push({ id: String(request.headers["webhook-id"]), answered });
      response.writeHead(answered).end();
    });
    await once(receiver.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/events`;
    await service.call("admin", "POST", "/webhooks", { url, events: ["message.received"] });
    await cloud.clock.advance(minuteMs + 1_000);
    const number = "+4915112349203";
    await cloud.text(number, question);
    await service.held(number);
    await until("it was taken", async () => {
      await cloud.clock.advance(10 * minuteMs);
      return calls.some(({ answered }) => answered === 200);
    });
    await cloud.clock.advance(60 * minuteMs);
    expect(calls.map(({ answered }) => answered)).toEqual([503, 503, 503, 200]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(1);
  }, 180_000);
});
