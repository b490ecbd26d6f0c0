import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filledSecrets } from "../../infra/local/sandbox.ts";
import { type CloudUnderTest, startSweptCloud, until } from "./harness.ts";
import {
  type Accounts,
  fromCustom,
  fromMeta,
  fromTelegram,
  messagingEvent,
  post,
  type SignedRequest,
  telegramUpdate,
  whatsAppChange,
  whatsAppEvent,
} from "./social-webhook.ts";
import { Service } from "./service.ts";
import { postText, signatureOf, textFields } from "./webhook.ts";

/*
 * Webhooks that nobody should believe, and those that can't be read: the answer says so, and nothing has been done. Twilio's
 * texts are webhooks.test.ts's.
 */

const phoneNumberId = "100000000000001";
const [pageId, instagramId] = ["100000000000002", "17840000000000001"];
const telegramUser = 7_012_399;
const text = "Let me in, please: I have lost my order.";
let cloud: CloudUnderTest;
let service: Service;
let accounts: Accounts;

beforeAll(async () => {
  cloud = await startSweptCloud();
  service = new Service(cloud.api);
  const { meta, bot, customSecret } = cloud.accounts;
  accounts = {
    baseUrl: cloud.baseUrl,
    meta: { ...meta, pageId, phoneNumberId, instagramId },
    telegram: { inbox: "telegram", secretToken: bot.secretToken },
    custom: { inbox: "counter", secret: customSecret },
  };
});
afterAll(() => cloud?.stop());

const rightOnes: Record<string, () => SignedRequest> = {
  WhatsApp: () => fromMeta(accounts, whatsAppEvent(whatsAppChange(phoneNumberId, { number: "+4915112347001", text }))),
  Messenger: () => fromMeta(accounts, messagingEvent("page", pageId, { from: "24000000000001", text })),
  Instagram: () => fromMeta(accounts, messagingEvent("instagram", instagramId, { from: "17800000000001", text })),
  Telegram: () => fromTelegram(accounts, telegramUpdate({ from: telegramUser, text })),
  "a custom channel": () => customEvent(),
};

const customEvent = (at = new Date(cloud.clock.now())): SignedRequest =>
  fromCustom(accounts, { type: "message", from: "card 9", text }, at);

type Change = (request: SignedRequest) => SignedRequest;

const without =
  (name: string): Change =>
  (request) => {
    const { [name]: _, ...headers } = request.headers;
    return { ...request, headers };
  };
const withHeader =
  (name: string, value: string): Change =>
  (request) => ({ ...request, headers: { ...request.headers, [name]: value } });
const withAnotherBody: Change = (request) => ({ ...request, body: request.body.replace("lost", "lose") });
const at =
  (path: string): Change =>
  (request) => ({ ...request, url: cloud.baseUrl + path });

const signature = "x-hub-signature-256";
const bySecret = (secret: string): Change => {
  const sign = (body: string): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return (request) => withHeader(signature, sign(request.body))(request);
};

const wrongOnes: [string, string, Change][] = [
  ...["WhatsApp", "Messenger", "Instagram"].flatMap((channel): [string, string, Change][] => [
    [channel, "no signature", without(signature)],
    [channel, "a signature of another secret", bySecret("guess")],
    [channel, "a signature of another body", withAnotherBody],
    [channel, "the older signature of Meta's alone", withHeader(signature, "sha1=0000")],
  ]),
  ["Telegram", "no secret token", without("x-telegram-bot-api-secret-token")],
  ["Telegram", "another secret token", withHeader("x-telegram-bot-api-secret-token", "guess")],
  ["Telegram", "a path that names no bot of ours", at("/webhooks/telegram/nobody")],
  ["a custom channel", "no signature", without("webhook-signature")],
  ["a custom channel", "another id than was signed", withHeader("webhook-id", "evt_another")],
  ["a custom channel", "a signature of another body", withAnotherBody],
  ["a custom channel", "a signature of yesterday", () => customEvent(new Date(cloud.clock.now() - 86_400_000))],
  ["a custom channel", "a signature of tomorrow", () => customEvent(new Date(cloud.clock.now() + 86_400_000))],
  ["a custom channel", "a path that names no inbox of ours", at("/webhooks/custom/nobody")],
];

describe("a request that is not its provider's: 403, and no trace in the data", () => {
  test.each(wrongOnes)("%s with %s", async (channel, _, change) => {
    const before = await cloud.dump();
    const answer = await post(change(rightOnes[channel]!()));
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(await cloud.dump()).toEqual(before);
  });

  test("WhatsApp by Twilio, signed as a text to another number", async () => {
    const target = { ...cloud.account, baseUrl: cloud.baseUrl, number: "whatsapp:+15005550010" };
    const fields = textFields(target, "whatsapp:+4915112347002", text);
    const before = await cloud.dump();
    const url = `${cloud.baseUrl}/webhooks/twilio/messages`;
    const signed = signatureOf(target, url, { ...fields, To: cloud.account.numbers[0]! });
    expect((await postText(target, fields, signed)).status).toBe(403);
    expect(await cloud.dump()).toEqual(before);
  });

  test.each(Object.keys(rightOnes))("%s: that is the only reason, since the right one comes in", async (channel) => {
    const before = await cloud.dump();
    expect((await post(rightOnes[channel]!())).status).toBe(200);
    await cloud.clock.settle();
    expect(await cloud.dump()).not.toEqual(before);
  });
});

describe("a request that can't be read though it is signed: 400, and no trace in the data", () => {
  const largest = "x".repeat(300_000);
  test.each<[string, () => SignedRequest]>([
    ["Meta: no JSON", () => fromMeta(accounts, "{")],
    ["Meta: nothing", () => fromMeta(accounts, "")],
    ["Meta: no event", () => fromMeta(accounts, { hello: "world" })],
    ["Meta: no list of entries", () => fromMeta(accounts, { object: "page", entry: largest })],
    ["Telegram: no JSON", () => fromTelegram(accounts, "[")],
    ["Telegram: no update", () => fromTelegram(accounts, { hello: "world" })],
    ["custom: no JSON", () => fromCustom(accounts, "no", new Date(cloud.clock.now()))],
    ["custom: a message of nobody", () => fromCustom(accounts, { type: "message", text }, new Date(cloud.clock.now()))],
    [
      "custom: a message without anything",
      () => fromCustom(accounts, { type: "message", from: "card 9", text: " " }, new Date(cloud.clock.now())),
    ],
  ])("%s", async (_, request) => {
    const before = await cloud.dump();
    const answer = await post(request());
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(await cloud.dump()).toEqual(before);
  });

  test("one bad event loses none of the others in its request", async () => {
    const [first, last] = [
      { number: "+4915112347010", text: "I am before it." },
      { number: "+4915112347011", text: "I am behind it." },
    ].map((said) => whatsAppChange(phoneNumberId, said));
    const bad = { field: "messages", value: { metadata: 7, messages: "none" } };
    expect((await post(fromMeta(accounts, whatsAppEvent(first!, bad, last!)))).status).toBe(200);
    await until("both are there", async () => {
      const addresses = (await service.conversations()).map(({ address }) => address);
      return addresses.includes("+4915112347010") && addresses.includes("+4915112347011");
    });
  });
});

test("while secrets are changed, what is signed by either comes in; afterwards only the new one does", async () => {
  const { meta, bot, customSecret } = cloud.accounts;
  const next = {
    ...cloud.accounts,
    meta: { ...meta, appSecret: "a new app secret" },
    bot: { ...bot, secretToken: "a-new-secret-token" },
    customSecret: `whsec_${Buffer.from("a new secret of the counter").toString("base64")}`,
  };
  const changed: Accounts = {
    ...accounts,
    meta: { ...accounts.meta, appSecret: next.meta.appSecret },
    telegram: { ...accounts.telegram, secretToken: next.bot.secretToken },
    custom: { ...accounts.custom, secret: next.customSecret },
  };
  const requests = (by: Accounts): SignedRequest[] => [
    fromMeta(by, whatsAppEvent(whatsAppChange(phoneNumberId, { number: "+4915112347001", text }))),
    fromTelegram(by, telegramUpdate({ from: telegramUser, text })),
    fromCustom(by, { type: "message", from: "card 9", text }, new Date(cloud.clock.now())),
  ];
  const answered = (by: Accounts): Promise<number[]> =>
    Promise.all(requests(by).map(async (request) => (await post(request)).status));
  const all = (status: number): number[] => requests(accounts).map(() => status);
  // Every function has read them anew by then.
  const untilRead = (): Promise<void> => cloud.clock.advance(5 * 60_000 + 1_000);
  const { MetaSecretId, TelegramSecretId, CustomSecretId } = filledSecrets(next, cloud);

  await cloud.putSecret("MetaSecretId", { ...MetaSecretId, previousAppSecret: meta.appSecret });
  const bots = { telegram: { ...next.bot, previousSecretToken: bot.secretToken } };
  await cloud.putSecret("TelegramSecretId", { bots });
  const inboxes = { counter: { secret: next.customSecret, previousSecret: customSecret } };
  await cloud.putSecret("CustomSecretId", { inboxes });
  await untilRead();
  expect(await answered(accounts)).toEqual(all(200));
  expect(await answered(changed)).toEqual(all(200));

  await cloud.putSecret("MetaSecretId", MetaSecretId);
  await cloud.putSecret("TelegramSecretId", TelegramSecretId);
  await cloud.putSecret("CustomSecretId", CustomSecretId);
  await untilRead();
  expect(await answered(accounts)).toEqual(all(403));
  expect(await answered(changed)).toEqual(all(200));
});
