import { Webhook as Signer } from "standardwebhooks";
import type { Parsed, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { GoldenSample } from "../../contracts/channel.ts";
import { configurationOf, goldenSamplesIn, jsonWebhook, sendRequestOf } from "../samples.ts";

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

export const config = configurationOf(inbox, { id: "mail", channel: "email", address: "support@example.com" });

export function webhook(body: unknown, id = "evt-1", path = "/webhooks/custom/counter"): WebhookRequest {
  const request = jsonWebhook(path, body);
  return { ...request, headers: { ...request.headers, "webhook-id": id } };
}

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
export const goldenSamples = (): GoldenSample[] =>
  goldenSamplesIn<SampleFile>("custom", (sample) => ({
    request: webhook(sample.body ?? sample.event),
    expected: expectedOf(sample),
  }));

function expectedOf({ says, parsed, invalid }: SampleFile): GoldenSample["expected"] {
  if (invalid !== undefined) return { invalid };
  return parsed ?? [{ ...common, ...says } as unknown as Parsed];
}

export const sendRequest = sendRequestOf({ to: customer, inbox, writtenAt: now - 1_000, secret });
