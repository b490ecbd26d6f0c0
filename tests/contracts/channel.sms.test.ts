import { sms } from "../../shared/channels/sms/index.ts";
import {
  accountSid,
  answer,
  config,
  encodeForm,
  formType,
  goldenSamples,
  listed,
  paramsOf,
  publicUrl,
  secret,
  sendRequest,
  sign,
  textMessage,
  tokens,
  urlOf,
  webhook,
} from "../channels/sms/samples.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../shared/ports/http.ts";
import { describeChannel, httpProviders, type Behaviour, type Provider, type WebhookSamples } from "./channel.ts";

const account = { accountSid, authToken: tokens.current };

const webhookSamples: WebhookSamples = {
  config,
  publicUrl,
  golden: goldenSamples(),
  message: textMessage,
  // Twilio sends one event a request.
  batch: { request: textMessage("hello"), count: 1 },
  mixed: { none: "Twilio sends one event a request" },
  echoes: { none: "Twilio tells of what went out by its status alone" },
  ofOthers: [
    webhook({
      From: "whatsapp:+4915550100200",
      To: "whatsapp:+15550100001",
      MessageSid: "SM1",
      AccountSid: accountSid,
    }),
  ],
  handshake: { none: "Twilio does not ask" },
  withUnknownField: (request) => ({ ...request, body: `${request.body}&ChannelMetadata=%7B%7D&__proto__=x` }),
  unknownKinds: [
    webhook({
      From: "+4915550100200",
      To: "rcs:brand_agent",
      MessageSid: "SM1",
      AccountSid: accountSid,
    }),
    webhook({ From: "messenger:123", To: "+15550100001" }),
    webhook({ SmsStatus: "delivered", MessageSid: `SM${"1".repeat(32)}` }),
  ],
  bodyOf: (fields) => ({ headers: { "content-type": formType }, body: encodeForm(fields) }),
  fieldNames: [
    "MessageSid",
    "SmsSid",
    "AccountSid",
    "From",
    "To",
    "Body",
    "NumMedia",
    "MediaUrl0",
    "OptOutType",
    "SmsStatus",
    "MessageStatus",
  ],
  secrets: {
    current: secret,
    rotating: { accounts: [{ ...account, previousAuthToken: tokens.previous }] },
    foreign: { accounts: [{ accountSid, authToken: "token-of-another-company" }] },
  },
  sign: (request, origin, key) => sign(request, origin, tokens[key]),
  signedContent: (request, origin) =>
    // The signature covers names and values run together, and equal values of one name once.
    Object.entries(paramsOf(request.body))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, values]) =>
        Array.from(new Set(values))
          .toSorted()
          .map((value) => name + value),
      )
      .reduce((content, part) => content + part, urlOf(request, origin)),
  signatureHeader: "x-twilio-signature",
  signed: { url: true, body: true },
};

const throttled = { code: 20429, message: "Too Many Requests", more_info: "", status: 429 };
const stopped = { code: 21610, message: "Attempt to send to unsubscribed recipient", more_info: "", status: 400 };
const nonsense = [
  answer(500, "oops"),
  answer(503, { code: 20503 }),
  answer(408, ""),
  answer(302, ""),
  answer(201, "<html>"),
  answer(201, {}),
];

const providers: Record<Behaviour, () => Provider[]> = {
  takes: () => httpProviders(() => answer(201, listed({ status: "queued" }))),
  refuses: () => httpProviders(() => answer(400, stopped)),
  throttles: () => httpProviders(() => answer(429, throttled, { "retry-after": "7" })),
  "is not reached": () =>
    httpProviders(() => {
      throw new HttpNotSent("connection refused");
    }),
  "never answers": () =>
    httpProviders(() => {
      throw new HttpOutcomeUnknown("time-out");
    }),
  "answers nonsense": () => httpProviders(...nonsense.map((each) => () => each)),
};

describeChannel("sms", sms, {
  webhook: webhookSamples,
  send: {
    request: sendRequest,
    provider: (behaviour) => providers[behaviour](),
    providerId: "SM000000000000000000000000000000aa",
    refusedAs: "opted-out",
    throttledMs: 7_000,
  },
});
