import { custom } from "../../shared/channels/custom/index.ts";
import {
  config,
  customer,
  foreignSecret,
  goldenSamples,
  now,
  secret,
  secrets,
  sendRequest,
  sign,
  textMessage,
  webhook,
} from "../channels/custom/samples.ts";
import { answer, publicUrl } from "../channels/samples.ts";
import { describeChannel, httpProvider, type WebhookSamples } from "./channel.ts";

const webhookSamples: WebhookSamples = {
  config,
  publicUrl,
  golden: goldenSamples(),
  message: textMessage,
  batch: { request: textMessage("hello"), count: 1 },
  mixed: { none: "there is one event a request" },
  echoes: { none: "nobody but us sends from the inbox" },
  ofOthers: { none: "this path is the channel's own" },
  handshake: { none: "nobody asks" },
  withUnknownField: (request) => ({ ...request, body: request.body.replace("{", '{"later":{"a":[1]},"__proto__":1,') }),
  unknownFields: { later: { a: [1] } },
  needed: { none: "whoever sends an odd field is told which one, and sends it again" },
  unknownKinds: [webhook({ type: "visit.ended" }), webhook({ type: "Not a type" }), webhook({ type: "constructor" })],
  bodyOf: (fields) => ({
    headers: { "content-type": "application/json", "webhook-id": "evt-1" },
    body: JSON.stringify({ type: "message", from: customer, ...fields }),
  }),
  fieldNames: ["type", "id", "from", "name", "text", "subject", "sentAt", "attachments", "replyTo", "sendId", "status"],
  secrets: {
    current: secret,
    rotating: { inboxes: { counter: { secret: secrets.current, previousSecret: secrets.previous } } },
    foreign: { inboxes: { counter: { secret: foreignSecret } } },
  },
  sign: (request, _, key) => sign(request, secrets[key]),
  signedContent: ({ headers, body }) => `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`,
  signatureHeader: "webhook-signature",
  // The inbox in the path says whose secret it is; no other part of the URL is signed.
  signed: { url: false, body: true },
  now,
};

const nonsense = [
  answer(500, "oops"),
  answer(503, ""),
  answer(408, ""),
  answer(302, "", { location: "https://x.example" }),
];

const provider = httpProvider({
  takes: [answer(200, { id: "out-5" })],
  refuses: [answer(422, { error: "no" }), answer(410, "")],
  throttles: [answer(429, "", { "retry-after": "7" }), answer(503, "", { "retry-after": "7" })],
  "answers nonsense": nonsense,
});

describeChannel("custom", custom, {
  webhook: webhookSamples,
  send: {
    request: sendRequest,
    provider,
    providerId: "out-5",
    refusedAs: "refused",
    throttledMs: 7_000,
  },
  limits: {
    text: { characters: 16_000, messages: 1 },
    files: { onOneMessage: 10, bytes: { "*/*": 4_194_304 }, captionCharacters: 16_000 },
    quickReplies: { count: 20, characters: 200 },
    needsReplyUrl: true,
    addresses: { reachable: ["+4915112345678", "customer 12", "Schließfach 9, Hauptpost"], unreachable: [] },
  },
});
