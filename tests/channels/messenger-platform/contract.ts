import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { httpProvider, type ChannelSamples, type WebhookSamples } from "../../contracts/channel-samples.ts";
import { graphError, keys, sign, webhook } from "../meta/samples.ts";
import { answer, publicUrl } from "../samples.ts";
import {
  config,
  eventOf,
  eventWebhook,
  goldenSamples,
  instagramSubject,
  messengerSubject,
  secret,
  sendRequest,
  textMessage,
  webhookOf,
  type Subject,
} from "./samples.ts";

const question = (token: string, mode = "subscribe"): WebhookRequest => ({
  ...webhook(""),
  method: "GET",
  rawQuery: `hub.mode=${mode}&hub.verify_token=${token}&hub.challenge=1158201444`,
});

function webhookSamples(subject: Subject): WebhookSamples {
  const text = (mid: string) => eventOf(subject, { message: { mid, text: "hello" } });
  const echo = (message: object) =>
    eventWebhook(subject, {
      sender: { id: subject.inbox.address },
      recipient: { id: subject.customer },
      message: { mid: "m_echo", text: "hello", is_echo: true, ...message },
    });
  const others = [messengerSubject, instagramSubject].filter((other) => other !== subject);
  return {
    config,
    publicUrl,
    golden: goldenSamples(subject),
    message: (content, id) => textMessage(subject, content, id),
    batch: {
      request: webhookOf(subject, { messaging: [text("a"), text("b")] }, { messaging: [text("c")] }),
      count: 3,
    },
    mixed: {
      request: webhookOf(
        subject,
        { messaging: [text("a"), { message: {} }, eventOf(subject, { read: { mid: "m", watermark: 1 } })] },
        { id: {} },
        { messaging: [text("b")] },
      ),
      kinds: ["message", "ignored", "status", "ignored", "message"],
    },
    echoes: [
      echo({}),
      echo({ metadata: "snd_0123456789abcdefghjkmnpqrs" }),
      echo({ text: undefined, attachments: [] }),
    ],
    ofOthers: [...others.map((other) => textMessage(other, "hello")), webhook({ object: "user", entry: [] })],
    handshake: {
      request: question("verify-me"),
      answer: "1158201444",
      foreign: [question("let-me-in"), question("verify-me", "unsubscribe"), webhook("")],
    },
    withUnknownField: (request) => ({
      ...request,
      body: request.body.replace('"mid"', '"hologram":{"depth":3},"mid"').replace('"sender"', '"mood":1,"sender"'),
    }),
    unknownFields: { mood: 1, hologram: { depth: 3 } },
    needed: {
      whose:
        /^(object|entry(\.0(\.(id|messaging|changes))?)?)$|\.(0|value|sender|recipient)(\.(id|sender|recipient|message|message_edit|reaction|postback|referral))?$|\.(mid|action|is_deleted|num_edit)$/,
      shapes: /\.(text|attachments)/,
    },
    unknownKinds: [
      eventWebhook(subject, { telepathy: { strength: 3 } }),
      webhookOf(subject, { changes: [{ field: "hologram", value: 1 }] }),
    ],
    bodyOf: (fields) => ({
      headers: { "content-type": "application/json" },
      body: eventWebhook(subject, { ...fields, message: fields }).body,
    }),
    fieldNames: ["mid", "text", "attachments", "reply_to", "sender", "timestamp", "reaction", "postback", "is_deleted"],
    secrets: {
      current: secret,
      rotating: { ...secret, previousAppSecret: keys.previous },
      foreign: { ...secret, appSecret: "app-secret-of-another-company" },
    },
    sign: (request, _, key) => sign(request, keys[key]),
    signedContent: ({ body }) => body,
    signatureHeader: "x-hub-signature-256",
    signed: { url: false, body: true },
  };
}

const nonsense = [
  answer(500, "oops"),
  answer(503, { error: { code: 2 } }),
  answer(408, ""),
  answer(302, ""),
  answer(200, "<html>"),
  answer(200, { recipient_id: "1" }),
  answer(200, { recipient_id: "1", message_id: "" }),
  answer(200, { recipient_id: "1", message_id: "m".repeat(1_001) }),
];

const provider = httpProvider({
  takes: [answer(200, { recipient_id: "1", message_id: "m_sent" })],
  refuses: [answer(400, graphError(10, 2018278))],
  throttles: [answer(429, { error: { code: 613 } }, { "retry-after": "7" })],
  "answers nonsense": nonsense,
});

/** What both channels of the Messenger Platform bring to the contract suite. */
export const contractSamples = (subject: Subject): Omit<ChannelSamples, "limits"> => ({
  webhook: webhookSamples(subject),
  send: {
    request: sendRequest(subject),
    provider,
    providerId: "m_sent",
    refusedAs: "window-closed",
    throttledMs: 7_000,
  },
});
