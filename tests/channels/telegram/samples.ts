import type { Parsed, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { HttpAnswer } from "../../../shared/ports/http.ts";
import type { GoldenSample } from "../../contracts/channel.ts";
import { answer, configurationOf, goldenSamplesIn, jsonWebhook, sendRequestOf } from "../samples.ts";

export const token = "7000000001:AAH-key_of_our_own_bot_for_the_tests0";
export const words = { current: "word-of-today", previous: "word_of_yesterday" };
export const customer = "700100200";

export const secret = { bots: { "telegram-main": { token, secretToken: words.current } } };
export const inbox = { id: "telegram-main", channel: "telegram", address: "switchyard_test_bot" };

export const config = configurationOf(inbox, { id: "mail", channel: "email", address: "support@example.com" });

export const webhook = (body: unknown, path = "/webhooks/telegram/telegram-main"): WebhookRequest =>
  jsonWebhook(path, body);

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
export const goldenSamples = (): GoldenSample[] =>
  goldenSamplesIn<SampleFile>("telegram", (sample) => ({
    request: webhook(sample.body ?? { update_id: updateId, ...bodyOf(sample) }),
    expected: expectedOf(sample),
  }));

const bodyOf = ({ message: fields, update = {} }: SampleFile): object =>
  fields ? { message: message(fields) } : update;

function expectedOf({ says, ignored, invalid }: SampleFile): GoldenSample["expected"] {
  if (invalid !== undefined) return { invalid };
  if (ignored !== undefined) return [{ kind: "ignored", reason: ignored }];
  const fields = Object.entries({ ...common, ...says }).filter(([, value]) => value !== null);
  return [Object.fromEntries(fields) as unknown as Parsed];
}

export const sendRequest = sendRequestOf({ to: customer, inbox, writtenAt: Date.UTC(2026, 10, 4, 10), secret });

export const taken = { ok: true, result: message({ text: sendRequest.text }, 77) };

export const refused = (status: number, description: string, parameters?: object): HttpAnswer =>
  answer(status, { ok: false, error_code: status, description, ...(parameters && { parameters }) });
