import { telegram } from "../../shared/channels/telegram/index.ts";
import {
  config,
  customer,
  goldenSamples,
  refused,
  secret,
  sendRequest,
  sign,
  taken,
  textMessage,
  token,
  webhook,
  words,
} from "../channels/telegram/samples.ts";
import { answer, publicUrl } from "../channels/samples.ts";
import { describeChannel, httpProvider, type WebhookSamples } from "./channel.ts";

const webhookSamples: WebhookSamples = {
  config,
  publicUrl,
  golden: goldenSamples(),
  message: textMessage,
  batch: { request: textMessage("hello"), count: 1 },
  mixed: { none: "Telegram sends one update a request" },
  echoes: { none: "Telegram tells a bot nothing of what it sent" },
  ofOthers: { none: "only Telegram calls this path" },
  handshake: { none: "Telegram does not ask" },
  withUnknownField: (request) => {
    const { message, ...update } = JSON.parse(request.body) as { message: object };
    return { ...request, body: JSON.stringify({ ...update, message: { ...message, is_new: { a: 1 } }, later: 1 }) };
  },
  unknownFields: { is_new: { a: 1 } },
  needed: {
    whose:
      /^(update_id|(edited_)?message(\.(message_id|chat|chat\.id|chat\.type))?|callback_query(\.(id|data|message|message\.(message_id|chat|chat\.id|chat\.type)))?)$/,
    shapes: /\.(text|entities|caption|caption_entities|reply_markup|web_app_data|sticker)/,
  },
  unknownKinds: [
    webhook({ update_id: 1, hologram_query: {} }),
    webhook({ update_id: 1, "Not a field": {} }),
    webhook({ update_id: 1, constructor: {} }),
  ],
  bodyOf: (fields) => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ update_id: 1, message: { ...JSON.parse(textMessage("").body).message, ...fields } }),
  }),
  fieldNames: ["message_id", "date", "chat", "from", "text", "caption", "photo", "entities", "reply_to_message"],
  secrets: {
    current: secret,
    rotating: {
      bots: { "telegram-main": { token, secretToken: words.current, previousSecretToken: words.previous } },
    },
    foreign: { bots: { "telegram-main": { token, secretToken: "word-of-another-company" } } },
  },
  sign: (request, _, key) => sign(request, words[key]),
  // A word is said, and nothing is signed.
  signedContent: () => "",
  signatureHeader: "x-telegram-bot-api-secret-token",
  signed: { url: false, body: false },
};

const nonsense = [
  answer(500, "oops"),
  answer(502, { ok: false, error_code: 502, description: "Bad Gateway" }),
  answer(408, ""),
  answer(302, ""),
  answer(200, "<html>"),
  answer(200, { ok: true }),
  answer(200, { ok: false }),
];

const provider = httpProvider({
  takes: [answer(200, taken)],
  refuses: [refused(403, "Forbidden: bot was blocked by the user")],
  throttles: [
    refused(429, "Too Many Requests: retry after 7", { retry_after: 7 }),
    answer(429, "", { "retry-after": "7" }),
  ],
  "answers nonsense": nonsense,
});

describeChannel("telegram", telegram, {
  webhook: webhookSamples,
  send: {
    request: sendRequest,
    provider,
    providerId: `${customer}:77`,
    refusedAs: "blocked",
    throttledMs: 7_000,
  },
  limits: {
    text: { characters: 4_096, messages: 10 },
    files: {
      onOneMessage: 1,
      bytes: {
        "image/jpeg": 5_242_880,
        "image/png": 5_242_880,
        "image/webp": 5_242_880,
        "image/gif": 20_971_520,
        "video/mp4": 20_971_520,
        "audio/mpeg": 20_971_520,
        "audio/mp4": 20_971_520,
        "audio/ogg": 1_048_576,
        "application/pdf": 20_971_520,
        "application/zip": 20_971_520,
      },
      captionCharacters: 1_024,
    },
    quickReplies: { count: 10, characters: 64 },
    rates: [
      [30, 1, "inbox"],
      [1, 1, "address"],
    ],
    addresses: { reachable: ["412587349"], unreachable: ["-100412587349", "0", "a_channel"] },
  },
});
