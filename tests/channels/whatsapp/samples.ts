import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Parsed, SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { HttpAnswer } from "../../../shared/ports/http.ts";
import type { GoldenSample } from "../../contracts/channel.ts";

export const publicUrl = "https://messages.example.com";
export const sendId = "snd_0123456789abcdefghjkmnpqrs";
export const accountId = "102290129340398";
export const phoneNumberId = "106540352242922";
export const customer = "+4915550100200";
export const userId = "DE.90210000000000000001";

export const keys = { current: "app-secret-of-today", previous: "app-secret-of-yesterday" };
export const accessToken = "token-of-the-number";
export const secret = {
  appSecret: keys.current,
  verifyToken: "verify-me",
  accessTokens: { [phoneNumberId]: accessToken },
};
export const inbox = { id: "whatsapp-main", channel: "whatsapp", address: phoneNumberId };

export const config: Configuration = {
  schemaVersion: 1,
  version: "test",
  defaultLanguage: "en",
  languages: ["en"],
  inboxes: [
    // Another carrier's and another channel's inbox of the same address are not meant.
    { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: phoneNumberId },
    { id: "page", channel: "messenger", address: phoneNumberId },
    inbox,
  ],
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

export const webhook = (body: unknown): WebhookRequest => ({
  method: "POST",
  path: "/webhooks/meta",
  rawQuery: "",
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
  domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
});

export const sign = (request: WebhookRequest, key = keys.current): WebhookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(request.body).digest("hex")}`,
  },
});

/** One change of a number's. */
export const change = (value: object, field = "messages", id = phoneNumberId) => ({
  field,
  value: {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: id },
    ...value,
  },
});

export const envelope = (...changes: unknown[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: accountId, changes }],
});

export const contacts = [{ profile: { name: "Ada Beispiel" }, wa_id: customer.slice(1), user_id: userId }];

export const message = (fields: object, id: string) => ({
  from: customer.slice(1),
  from_user_id: userId,
  id,
  timestamp: "1793872800",
  ...fields,
});

export const textMessage = (text: string, id = 1): WebhookRequest =>
  webhook(envelope(change({ contacts, messages: [message({ type: "text", text: { body: text } }, `wamid.${id}`)] })));

interface SampleFile {
  name: string;
  field?: string;
  phoneNumberId?: string;
  value?: object;
  /** instead: the whole body */
  raw?: string;
  parsed?: Parsed[];
  invalid?: string;
}

/** The golden samples beside the channel. */
export function goldenSamples(): GoldenSample[] {
  const folder = new URL("../../../shared/channels/whatsapp/samples/", import.meta.url);
  return ["messages", "people", "statuses", "ignored", "invalid"].flatMap((file) =>
    (JSON.parse(readFileSync(new URL(`${file}.json`, folder), "utf8")) as SampleFile[]).map((sample) => ({
      name: `${file}: ${sample.name}`,
      request: webhook(sample.raw ?? envelope(change(sample.value ?? {}, sample.field, sample.phoneNumberId))),
      expected: sample.parsed ?? { invalid: sample.invalid ?? "" },
    })),
  );
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

/** What the Cloud API answers to what it takes. */
export const taken = {
  messaging_product: "whatsapp",
  contacts: [{ input: customer, wa_id: customer.slice(1) }],
  messages: [{ id: "wamid.sent" }],
};

export const graphError = (code: number, subcode?: number) => ({
  error: {
    message: `(#${code}) something`,
    type: "OAuthException",
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    fbtrace_id: "A",
  },
});
