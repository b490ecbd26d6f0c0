import { readFileSync } from "node:fs";
import { Webhook as Signer } from "standardwebhooks";
import type { Parsed, SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { HttpAnswer } from "../../../shared/ports/http.ts";
import type { GoldenSample } from "../../contracts/channel.ts";

export const publicUrl = "https://messages.example.com";
export const sendId = "snd_0123456789abcdefghjkmnpqrs";
export const customer = "card 7";
export const replyUrl = "https://counter.example/replies?desk=1";
/** 2026-11-04T10:00:00Z */
export const now = 1_793_786_400_000;

const secretOf = (key: string): string => `whsec_${Buffer.from(key.padEnd(32, ".")).toString("base64")}`;
export const secrets = { current: secretOf("the key of today"), previous: secretOf("the key of yesterday") };
export const foreignSecret = secretOf("somebody else's");

export const secret = { inboxes: { counter: { secret: secrets.current } } };
export const inbox = {
  id: "counter",
  channel: "custom",
  address: "counter",
  replyUrl,
  mediaHosts: ["files.counter.example", "*.cdn.example"],
};

export const config: Configuration = {
  schemaVersion: 1,
  version: "test",
  defaultLanguage: "en",
  languages: ["en"],
  inboxes: [inbox, { id: "mail", channel: "email", address: "support@example.com" }],
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

export const webhook = (body: unknown, id = "evt-1", path = "/webhooks/custom/counter"): WebhookRequest => ({
  method: "POST",
  path,
  rawQuery: "",
  headers: { "content-type": "application/json", "webhook-id": id },
  body: typeof body === "string" ? body : JSON.stringify(body),
  domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
});

/** By the library of Standard Webhooks. */
export function sign(request: WebhookRequest, key = secrets.current, at = now): WebhookRequest {
  const { "webhook-id": id = "" } = request.headers;
  const headers = {
    ...request.headers,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Signer(key).sign(id, new Date(at), request.body),
  };
  return { ...request, headers };
}

export const textMessage = (text: string, id = 1): WebhookRequest =>
  webhook({ type: "message", from: customer, text }, `evt-${id}`);

/** What all messages of the samples have in common. */
const common = {
  kind: "message",
  channel: "custom",
  accountId: inbox.id,
  providerId: "evt-1",
  inboxId: inbox.id,
  media: [],
};

interface SampleFile {
  name: string;
  event?: object;
  body?: string;
  /** beside what all have in common */
  says?: Record<string, unknown>;
  parsed?: Parsed[];
  invalid?: string;
}

/** The golden samples beside the channel. */
export function goldenSamples(): GoldenSample[] {
  const folder = new URL("../../../shared/channels/custom/samples/", import.meta.url);
  return ["messages", "statuses", "invalid"].flatMap((file) =>
    (JSON.parse(readFileSync(new URL(`${file}.json`, folder), "utf8")) as SampleFile[]).map((sample) => ({
      name: `${file}: ${sample.name}`,
      request: webhook(sample.body ?? sample.event),
      expected: expectedOf(sample),
    })),
  );
}

function expectedOf({ says, parsed, invalid }: SampleFile): GoldenSample["expected"] {
  if (invalid !== undefined) return { invalid };
  return parsed ?? [{ ...common, ...says } as unknown as Parsed];
}

export const sendRequest: SendRequest = {
  sendId,
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  to: customer,
  inbox,
  isAutomatic: false,
  media: [],
  writtenAt: now - 1_000,
  text: "It is on its way – 10 €",
  statusUrl: null,
  secret,
};

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
