import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import type { Parsed, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { GoldenSample } from "../../contracts/channel.ts";
import { configurationOf, goldenSamplesIn, publicUrl, sendId, sendRequestOf, webhookAt } from "../samples.ts";

export const accountSid = "AC00000000000000000000000000000001";
export const tokens = { current: "token-of-today", previous: "token-of-yesterday" };
export const ourNumber = "+15550100001";
export const customer = "+4915550100200";

export const secret = { accounts: [{ accountSid, authToken: tokens.current, numbers: [ourNumber, "+15550100002"] }] };
export const inbox = { id: "sms-main", channel: "sms", address: ourNumber };

export const config = configurationOf(
  inbox,
  { id: "sms-second", channel: "sms", address: "+15550100002" },
  { id: "mail", channel: "email", address: "+15550100009" },
  { id: "whatsapp-ours", channel: "whatsapp", provider: "twilio", address: "+15550100005" },
);

export type Fields = Record<string, string | string[]>;

export function encodeForm(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
  return form.toString();
}

export const formType = "application/x-www-form-urlencoded; charset=utf-8";

export const webhook = (body: string | Fields, path = "/webhooks/twilio/messages"): WebhookRequest =>
  webhookAt(path, formType, typeof body === "string" ? body : encodeForm(body));

/** Name → all its values, as the validator takes them. */
export function paramsOf(body: string): Record<string, string[]> {
  const form = new URLSearchParams(body);
  return Object.fromEntries(Array.from(new Set(form.keys()), (name) => [name, form.getAll(name)]));
}

export const urlOf = (request: WebhookRequest, origin: string): string =>
  `${origin}${request.path}${request.rawQuery ? `?${request.rawQuery}` : ""}`;

export function sign(request: WebhookRequest, origin = publicUrl, token = tokens.current): WebhookRequest {
  const signature = getExpectedTwilioSignature(token, urlOf(request, origin), paramsOf(request.body));
  return { ...request, headers: { ...request.headers, "x-twilio-signature": signature } };
}

export const textMessage = (text: string, id = 1): WebhookRequest =>
  webhook({
    MessageSid: `SM${id.toString(16).padStart(32, "0")}`,
    AccountSid: accountSid,
    From: customer,
    To: ourNumber,
    Body: text,
    NumMedia: "0",
    SmsStatus: "received",
  });

interface SampleFile {
  name: string;
  path?: string;
  form?: Fields;
  body?: string;
  contentType?: string;
  parsed?: Parsed[];
  invalid?: string;
}

/** The golden samples beside a channel that Twilio carries. @param name its folder's */
export const goldenSamples = (name: string): GoldenSample[] =>
  goldenSamplesIn<SampleFile>(name, (sample) => {
    const plain = webhook(sample.body ?? sample.form ?? {}, sample.path);
    const request = sample.contentType ? { ...plain, headers: { "content-type": sample.contentType } } : plain;
    return { request, expected: sample.parsed ?? { invalid: sample.invalid ?? "" } };
  });

export const sendRequest = sendRequestOf({
  to: customer,
  inbox,
  writtenAt: Date.UTC(2026, 2, 4, 10),
  statusUrl: `${publicUrl}/webhooks/twilio/status/${sendId}`,
  secret,
});

/** One message as Twilio's API lists it. */
export const listed = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  sid: "SM000000000000000000000000000000aa",
  account_sid: accountSid,
  direction: "outbound-api",
  from: ourNumber,
  to: customer,
  body: sendRequest.text,
  status: "delivered",
  error_code: null,
  error_message: null,
  num_media: "0",
  num_segments: "1",
  date_created: "Wed, 04 Nov 2026 10:00:01 +0000",
  date_sent: null,
  date_updated: "Wed, 04 Nov 2026 10:00:01 +0000",
  ...change,
});
