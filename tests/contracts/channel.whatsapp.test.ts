import { whatsapp } from "../../shared/channels/whatsapp/index.ts";
import {
  change,
  config,
  contacts,
  envelope,
  goldenSamples,
  message,
  secret,
  sendRequest,
  taken,
  textMessage,
} from "../channels/whatsapp/samples.ts";
import { graphError, keys, sign, webhook } from "../channels/meta/samples.ts";
import { answer, publicUrl, sendId } from "../channels/samples.ts";
import { describeChannel, httpProvider, type WebhookSamples } from "./channel.ts";

const text = (body: string, id: string) => message({ type: "text", text: { body } }, id);
const status = { id: "wamid.out", status: "read", timestamp: "1793872800", biz_opaque_callback_data: sendId };
const ask = (query: Record<string, string>) => ({
  ...webhook(""),
  method: "GET",
  rawQuery: new URLSearchParams(query).toString(),
});
const question = { "hub.mode": "subscribe", "hub.verify_token": secret.verifyToken, "hub.challenge": "1158201444" };

const batch = {
  ...envelope(change({ contacts, messages: [text("one", "wamid.1"), text("two", "wamid.2")] })),
  entry: [
    ...envelope(change({ contacts, messages: [text("one", "wamid.1"), text("two", "wamid.2")] })).entry,
    ...envelope(change({ contacts, messages: [text("three", "wamid.3")] })).entry,
  ],
};
const mixed = envelope(
  change({ contacts, messages: [text("one", "wamid.1"), { id: "wamid.2" }], statuses: [status] }),
  "no change",
  change({ contacts, messages: [text("three", "wamid.3")] }),
);
const mixedBatch = { ...mixed, entry: [...mixed.entry, 7, ...envelope(change({ statuses: [status] })).entry] };

const webhookSamples: WebhookSamples = {
  config,
  publicUrl,
  golden: goldenSamples(),
  message: textMessage,
  batch: { request: webhook(batch), count: 3 },
  mixed: {
    request: webhook(mixedBatch),
    kinds: ["message", "ignored", "status", "ignored", "message", "ignored", "status"],
  },
  echoes: [
    webhook(envelope(change({ message_echoes: [text("from our own app", "wamid.9")] }, "smb_message_echoes"))),
    webhook(envelope(change({ statuses: [status] }))),
  ],
  ofOthers: ["page", "instagram"].map((object) => webhook({ object, entry: [{ id: "1", time: 1, messaging: [] }] })),
  handshake: {
    request: ask(question),
    answer: question["hub.challenge"],
    foreign: [
      ask({ ...question, "hub.verify_token": "guessed" }),
      ask({ ...question, "hub.mode": "unsubscribe" }),
      ask({ ...question, "hub.challenge": "<script>" }),
      ask({}),
    ],
  },
  withUnknownField: (request) => {
    const body = JSON.parse(request.body) as ReturnType<typeof envelope>;
    const [entry] = body.entry;
    const [first] = entry!.changes as { value: { messages: object[] } }[];
    const messages = first!.value.messages.map((each) => ({ ...each, mood: "glad", ["__proto__"]: "x" }));
    const value = { ...first!.value, messages, novelty: [1] };
    return webhook({ ...body, novelty: {}, entry: [{ ...entry, time: 1, changes: [{ ...first, value }] }] });
  },
  unknownFields: { mood: "glad" },
  needed: {
    whose:
      /^(object|entry|entry\.0|.+\.changes|.+\.(field|value|metadata|phone_number_id|messages|type)|entry\.0\.id|.+\.(changes|messages)\.0|.+\.messages\.0\.(id|from|system.*)|.+\.(contacts|user_id_update).*)$/,
    shapes: /\.messages\.0\.(text|interactive|reaction)/,
  },
  unknownKinds: [
    webhook(envelope(change({ contacts, messages: [message({ type: "hologram", hologram: {} }, "wamid.1")] }))),
    webhook(envelope(change({}, "hologram_updates"))),
    webhook(
      envelope(
        change({ contacts, messages: [message({ type: "interactive", interactive: { type: "x" } }, "wamid.1")] }),
      ),
    ),
    webhook(envelope(change({ statuses: [{ ...status, status: "teleported" }] }))),
    webhook(envelope(change({ messages: [message({ type: "system", system: { type: "x" } }, "wamid.1")] }))),
  ],
  bodyOf: (fields) => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(envelope(change({ contacts, messages: [{ ...message({}, "wamid.1"), ...fields }] }))),
  }),
  fieldNames: ["id", "from", "from_user_id", "timestamp", "type", "text", "context", "system", "group_id", "referral"],
  secrets: {
    current: secret,
    rotating: { ...secret, previousAppSecret: keys.previous },
    foreign: { ...secret, appSecret: "secret-of-another-company" },
  },
  sign: (request, _, key) => sign(request, keys[key]),
  signedContent: ({ body }) => body,
  signatureHeader: "x-hub-signature-256",
  signed: { url: false, body: true },
};

const nonsense = [
  answer(500, graphError(131000)),
  answer(503, "<html>"),
  answer(400, graphError(131016)),
  answer(408, ""),
  answer(302, ""),
  answer(200, "<html>"),
  answer(200, { messages: [] }),
  answer(200, { messages: [{ id: "" }] }),
  answer(200, { messages: [{ id: "w".repeat(1_001) }] }),
];

const provider = httpProvider({
  takes: [answer(200, taken)],
  refuses: [answer(400, graphError(131026))],
  throttles: [
    answer(429, graphError(130429), { "retry-after": "7" }),
    answer(400, graphError(131056), { "retry-after": "7" }),
    answer(429, graphError(80007), { "retry-after": "7" }),
  ],
  "answers nonsense": nonsense,
});

describeChannel("whatsapp", whatsapp, {
  webhook: webhookSamples,
  send: {
    request: sendRequest,
    provider,
    providerId: "wamid.sent",
    refusedAs: "unreachable",
    throttledMs: 7_000,
  },
  limits: {
    text: { characters: 4_096, messages: 10 },
    files: {
      onOneMessage: 1,
      bytes: {
        "image/jpeg": 5_000_000,
        "image/png": 5_000_000,
        "video/mp4": 16_000_000,
        "video/3gpp": 16_000_000,
        "audio/aac": 16_000_000,
        "audio/amr": 16_000_000,
        "audio/mpeg": 16_000_000,
        "audio/mp4": 16_000_000,
        "audio/ogg": 16_000_000,
        "image/webp": 100_000,
        "text/plain": 100_000_000,
        "application/pdf": 100_000_000,
        "application/msword": 100_000_000,
        "application/vnd.ms-excel": 100_000_000,
        "application/vnd.ms-powerpoint": 100_000_000,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100_000_000,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100_000_000,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": 100_000_000,
      },
      captionCharacters: 1_024,
      withoutCaption: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "image/webp"],
    },
    quickReplies: { count: 10, characters: 24 },
    window: { hours: 24 },
    templates: true,
    needsConsent: true,
    optOut: true,
    telephone: true,
    rates: [
      [80, 1, "inbox"],
      [1, 6, "address"],
    ],
    addresses: {
      reachable: ["+4915112345678", "US.13491208655302741918"],
      unreachable: ["4915112345678", "+0151", "us.1349", "SHOP"],
    },
  },
});
