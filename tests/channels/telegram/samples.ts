import { readFileSync } from "node:fs";
import type { Parsed, SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { HttpAnswer } from "../../../shared/ports/http.ts";
import type { GoldenSample } from "../../contracts/channel.ts";

export const publicUrl = "https://messages.example.com";
export const token = "7000000001:AAH-key_of_our_own_bot_for_the_tests0";
export const words = { current: "word-of-today", previous: "word_of_yesterday" };
export const sendId = "snd_0123456789abcdefghjkmnpqrs";
export const customer = "700100200";

export const secret = { bots: { "telegram-main": { token, secretToken: words.current } } };
export const inbox = { id: "telegram-main", channel: "telegram", address: "switchyard_test_bot" };

export const config: Configuration = {
  schemaVersion: 1,
  version: "test",
  defaultLanguage: "en",
  languages: ["en"],
  inboxes: [inbox, { id: "mail", channel: "email", address: "support@example.com" }],
  channels: {},
  cannedReplies: [],
  templates: [],
  hours: [],
  pools: [],
  rules: [],
  defaultQueueId: "general",
  maxWaitMs: { urgent: 0, high: 0, normal: 0, low: 0 },
  replies: {},
};

export const webhook = (body: unknown, path = "/webhooks/telegram/telegram-main"): WebhookRequest => ({
  method: "POST",
  path,
  rawQuery: "",
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
  domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
});

export const sign = (request: WebhookRequest, word = words.current): WebhookRequest => ({
  ...request,
  headers: { ...request.headers, "x-telegram-bot-api-secret-token": word },
});

/** 2026-11-04T10:00:00Z */
const date = 1_793_786_400;
const updateId = 9_001;

/** A message as Telegram has it, but for what it says. */
export const message = (fields: object, id = 41) => ({
  message_id: id,
  date,
  chat: { id: Number(customer), type: "private", first_name: "Ada" },
  from: { id: Number(customer), is_bot: false, first_name: "Ada", last_name: "Winter" },
  ...fields,
});

export const textMessage = (text: string, id = 1): WebhookRequest =>
  webhook({ update_id: updateId + id, message: message({ text }, id) });

/** What all messages of the samples have in common. */
const common = {
  kind: "message",
  channel: "telegram",
  accountId: inbox.id,
  providerId: `${customer}:41`,
  from: customer,
  inboxId: inbox.id,
  text: "",
  media: [],
  senderName: "Ada Winter",
  providerTime: "2026-11-04T10:00:00.000Z",
};

interface SampleFile {
  name: string;
  /** fields of a message */
  message?: object;
  update?: object;
  body?: string;
  /** beside what all have in common; null: the field is absent */
  says?: Record<string, unknown>;
  ignored?: string;
  invalid?: string;
}

/** The golden samples beside the channel. */
export function goldenSamples(): GoldenSample[] {
  const folder = new URL("../../../shared/channels/telegram/samples/", import.meta.url);
  return ["messages", "events", "ignored", "invalid"].flatMap((file) =>
    (JSON.parse(readFileSync(new URL(`${file}.json`, folder), "utf8")) as SampleFile[]).map((sample) => ({
      name: `${file}: ${sample.name}`,
      request: webhook(sample.body ?? { update_id: updateId, ...bodyOf(sample) }),
      expected: expectedOf(sample),
    })),
  );
}

const bodyOf = ({ message: fields, update = {} }: SampleFile): object =>
  fields ? { message: message(fields) } : update;

function expectedOf({ says, ignored, invalid }: SampleFile): GoldenSample["expected"] {
  if (invalid !== undefined) return { invalid };
  if (ignored !== undefined) return [{ kind: "ignored", reason: ignored }];
  const fields = Object.entries({ ...common, ...says }).filter(([, value]) => value !== null);
  return [Object.fromEntries(fields) as unknown as Parsed];
}

export const sendRequest: SendRequest = {
  sendId,
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  to: customer,
  inbox,
  isAutomatic: false,
  media: [],
  writtenAt: Date.UTC(2026, 10, 4, 10),
  text: "It is on its way – 10 €",
  statusUrl: null,
  secret,
};

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export const taken = { ok: true, result: message({ text: sendRequest.text }, 77) };

export const refused = (status: number, description: string, parameters?: object): HttpAnswer =>
  answer(status, { ok: false, error_code: status, description, ...(parameters && { parameters }) });
