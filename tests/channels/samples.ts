import { readdirSync, readFileSync } from "node:fs";
import type { SendRequest, WebhookRequest } from "../../shared/channels/channel.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import type { HttpAnswer } from "../../shared/ports/http.ts";
import type { GoldenSample } from "../contracts/channel-samples.ts";

export const publicUrl = "https://messages.example.com";
export const sendId = "snd_0123456789abcdefghjkmnpqrs";

/** With these inboxes, and nothing that a channel does not ask for. */
export const configurationOf = (...inboxes: Inbox[]): Configuration => ({
  schemaVersion: 1,
  version: "test",
  defaultLanguage: "en",
  languages: ["en"],
  inboxes,
  channels: {},
  cannedReplies: [],
  templates: [],
  hours: [],
  pools: [],
  rules: [],
  defaultQueueId: "general",
  maxWaitMs: { urgent: 0, high: 0, normal: 0, low: 0 },
  replies: {},
});

export const webhookAt = (path: string, contentType: string, body: string): WebhookRequest => ({
  method: "POST",
  path,
  rawQuery: "",
  headers: { "content-type": contentType },
  body,
  domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
});

const textOf = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

/** @param body a text as it is, all else as JSON */
export const jsonWebhook = (path: string, body: unknown): WebhookRequest =>
  webhookAt(path, "application/json", textOf(body));

/** @param body a text as it is, all else as JSON */
export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: textOf(body),
});

/** A text to be sent that nothing is known of by a status URL. */
export const sendRequestOf = (
  given: Pick<SendRequest, "to" | "inbox" | "writtenAt" | "secret"> & Partial<SendRequest>,
): SendRequest => ({
  sendId,
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  isAutomatic: false,
  media: [],
  text: "It is on its way – 10 €",
  statusUrl: null,
  ...given,
});

/**
 * The golden samples beside a channel.
 *
 * @param folder the channel's
 * @param read what one of its files' entries asks, and what is to become of it
 */
export function goldenSamplesIn<Sample extends { name: string }>(
  folder: string,
  read: (sample: Sample) => Omit<GoldenSample, "name">,
): GoldenSample[] {
  const url = new URL(`../../shared/channels/${folder}/samples/`, import.meta.url);
  return readdirSync(url).flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, url), "utf8")) as Sample[]).map((sample) => ({
      name: `${file.replace(".json", "")}: ${sample.name}`,
      ...read(sample),
    })),
  );
}
