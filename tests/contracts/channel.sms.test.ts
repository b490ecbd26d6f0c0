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
import { describeChannel } from "./channel.ts";

const account = { accountSid, authToken: tokens.current };

describeChannel("sms", sms, {
  config,
  publicUrl,
  golden: goldenSamples(),
  message: textMessage,
  // Twilio sends one event a request.
  batch: { request: textMessage("hello"), count: 1 },
  withUnknownField: (request) => ({ ...request, body: `${request.body}&ChannelMetadata=%7B%7D&__proto__=x` }),
  unknownKinds: [
    webhook({
      From: "whatsapp:+4915550100200",
      To: "whatsapp:+15550100001",
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
  send: {
    request: sendRequest,
    taken: { answer: answer(201, listed({ status: "queued" })), providerId: "SM000000000000000000000000000000aa" },
    refused: {
      answer: answer(400, {
        code: 21610,
        message: "Attempt to send to unsubscribed recipient",
        more_info: "",
        status: 400,
      }),
      code: "opted-out",
    },
    throttled: {
      answer: answer(
        429,
        { code: 20429, message: "Too Many Requests", more_info: "", status: 429 },
        { "retry-after": "7" },
      ),
      retryAfterMs: 7_000,
    },
    broken: [
      answer(500, "oops"),
      answer(503, { code: 20503 }),
      answer(408, ""),
      answer(302, ""),
      answer(201, "<html>"),
      answer(201, {}),
    ],
  },
});
