import type { SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import { httpProvider, type ChannelSamples, type WebhookSamples } from "../../contracts/channel.ts";
import {
  accountSid,
  config,
  encodeForm,
  formType,
  goldenSamples,
  listed,
  paramsOf,
  secret,
  sign,
  tokens,
  urlOf,
} from "../sms/samples.ts";
import { answer, publicUrl } from "../samples.ts";

/** What differs between the channels that Twilio carries. */
export interface Subject {
  /** of golden samples */
  folder: string;
  message(text: string, id: number): WebhookRequest;
  ofOthers: WebhookRequest[];
  unknownKinds: WebhookRequest[];
  request: SendRequest;
}

const account = { accountSid, authToken: tokens.current };

const webhookSamples = ({ folder, message, ofOthers, unknownKinds }: Subject): WebhookSamples => ({
  config,
  publicUrl,
  golden: goldenSamples(folder),
  message,
  // Twilio sends one event a request.
  batch: { request: message("hello", 1), count: 1 },
  mixed: { none: "Twilio sends one event a request" },
  echoes: { none: "Twilio tells of what went out by its status alone" },
  ofOthers,
  handshake: { none: "Twilio does not ask" },
  withUnknownField: (request) => ({ ...request, body: `${request.body}&Mood=glad&Moods=a&Moods=b&__proto__=x` }),
  unknownFields: { Mood: "glad", Moods: ["a", "b"] },
  needed: {
    whose: /^(From|To|MessageSid|SmsSid|AccountSid|MessageStatus|SmsStatus)$/,
    shapes: /^(Body|MessageType|ButtonText|Latitude|Longitude|Address|Label|ListTitle)$/,
  },
  unknownKinds,
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
});

const throttled = { code: 20429, message: "Too Many Requests", more_info: "", status: 429 };
const stopped = { code: 21610, message: "Attempt to send to unsubscribed recipient", more_info: "", status: 400 };
const nonsense = [
  answer(500, "oops"),
  answer(503, { code: 20503 }),
  answer(408, ""),
  answer(302, ""),
  answer(201, "<html>"),
  answer(201, {}),
  answer(201, { sid: "" }),
  answer(201, { sid: "S".repeat(1_001) }),
];

const provider = httpProvider({
  takes: [answer(201, listed({ status: "queued" }))],
  refuses: [answer(400, stopped)],
  throttles: [answer(429, throttled, { "retry-after": "7" })],
  "answers nonsense": nonsense,
});

/** What the contract suite asks of a channel that Twilio carries. */
export const contractSamples = (subject: Subject): Omit<ChannelSamples, "limits"> => ({
  webhook: webhookSamples(subject),
  send: {
    request: subject.request,
    provider,
    providerId: "SM000000000000000000000000000000aa",
    refusedAs: "opted-out",
    throttledMs: 7_000,
  },
});
