import { VirtualClock } from "../../../infra/local/clock.ts";
import { SimulatedCustom } from "../../../infra/local/providers/custom/custom.ts";
import { CustomStorage } from "../../../infra/local/providers/custom/storage.ts";
import { SimulatedMeta } from "../../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../../infra/local/providers/meta/storage.ts";
import type { ProvidedFile } from "../../../infra/local/providers/provider.ts";
import { TelegramStorage } from "../../../infra/local/providers/telegram/storage.ts";
import { SimulatedTelegram } from "../../../infra/local/providers/telegram/telegram.ts";
import { TwilioStorage } from "../../../infra/local/providers/twilio/storage.ts";
import { SimulatedTwilio } from "../../../infra/local/providers/twilio/twilio.ts";
import type { SimRouter } from "../../../infra/local/sim/router.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";

export const replyUrl = "https://counter.example/replies";
const accountSid = `AC${"0".repeat(32)}`;
const webhookUrl = "http://router/hook";
const number = "+15005550006";
const whatsAppNumber = "+15005550010";

export const inboxes: Inbox[] = [
  { id: "sms-main", channel: "sms", address: number },
  { id: "whatsapp", channel: "whatsapp", address: "101" },
  { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: whatsAppNumber },
  { id: "messenger", channel: "messenger", address: "102" },
  { id: "instagram", channel: "instagram", address: "103" },
  { id: "telegram", channel: "telegram", address: "shop_bot" },
  { id: "counter", channel: "custom", address: "counter", replyUrl },
];

/** All simulated providers, with `answer` in the router's place. */
export class ProvidersWorld {
  /** bodies of webhooks, oldest first */
  readonly told: string[] = [];
  /** what lies at links that providers fetch */
  readonly files = new Map<string, ProvidedFile>();
  answer = 200;
  readonly clock: VirtualClock;
  readonly providers;

  constructor(begin: number) {
    this.clock = new VirtualClock({ frozenAtMs: begin });
    const common = {
      clock: this.clock,
      fetchFile: async (url: string) => this.files.get(url),
      deliver: async (_url: string, _headers: Record<string, string>, body: string) => {
        this.told.push(body);
        return this.answer;
      },
    };
    const twilio = new SimulatedTwilio({
      ...common,
      storage: new TwilioStorage(":memory:", "test"),
      accounts: [{ accountSid, authToken: "token" }],
      numbers: [number, `whatsapp:${whatsAppNumber}`].map((each) => ({ number: each, accountSid, webhookUrl })),
    });
    const meta = new SimulatedMeta({
      ...common,
      storage: new MetaStorage(":memory:", "test"),
      app: { appSecret: "secret", accessToken: "access", webhookUrl },
      numbers: [{ phoneNumberId: "101", displayNumber: "15005550011" }],
      accounts: [
        { channel: "messenger", id: "102" },
        { channel: "instagram", id: "103" },
      ],
    });
    const bot = { userName: "shop_bot", token: "1:a", secretToken: "secret", webhookUrl };
    const telegram = new SimulatedTelegram({
      ...common,
      storage: new TelegramStorage(":memory:", "test"),
      bots: [bot],
    });
    const custom = new SimulatedCustom({
      ...common,
      storage: new CustomStorage(":memory:", "test"),
      inboxes: [{ id: "counter", secret: "whsec_AAAA", webhookUrl, replyUrl }],
    });
    this.providers = { twilio, meta, telegram, custom, all: [twilio, meta, telegram, custom] };
  }

  /** The body of the last webhook. */
  last(): string {
    return this.told.at(-1)!;
  }

  close(): void {
    for (const provider of this.providers.all) provider.close();
  }
}

/** @returns how requests below /sim are made and answered, `json` being what the answer says where it is JSON */
export const callerOf =
  (sim: SimRouter) =>
  async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const [bare = "", query = ""] = path.split("?");
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    const answer = await sim.handle({ method, path: bare, query: new URLSearchParams(query), body: text });
    const isJson = answer.headers["content-type"]?.includes("json") && typeof answer.body === "string";
    return { ...answer, json: isJson ? JSON.parse(String(answer.body)) : undefined };
  };

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
  // What an answer says is what the test asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
}
