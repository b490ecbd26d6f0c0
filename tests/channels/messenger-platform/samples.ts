import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Parsed, SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";
import type { InboundMessage } from "../../../shared/core/message.ts";
import type { HttpAnswer } from "../../../shared/ports/http.ts";
import type { GoldenSample } from "../../contracts/channel.ts";

export const publicUrl = "https://messages.example.com";
export const sendId = "snd_0123456789abcdefghjkmnpqrs";
/** 2026-03-04T10:00:00Z */
export const at = Date.UTC(2026, 2, 4, 10);

export const keys = { current: "app-secret-of-today", previous: "app-secret-of-yesterday" };

/** What differs between the two channels. */
export interface Subject {
  channel: "messenger" | "instagram";
  object: "page" | "instagram";
  inbox: Inbox;
  customer: string;
  /** of the golden samples beside the channel */
  files: string[];
}

export const messengerSubject: Subject = {
  channel: "messenger",
  object: "page",
  inbox: { id: "facebook", channel: "messenger", address: "1200000000000001" },
  customer: "6100000000000001",
  files: ["messages", "attachments", "reports", "ignored"],
};

export const instagramSubject: Subject = {
  channel: "instagram",
  object: "instagram",
  inbox: { id: "insta", channel: "instagram", address: "17841400000000001" },
  customer: "7100000000000001",
  files: ["messages", "reports"],
};

export const accessTokens = {
  [messengerSubject.inbox.address]: "token-of-the-page",
  [instagramSubject.inbox.address]: "token-of-the-page-behind-instagram",
};
export const secret = { appSecret: keys.current, verifyToken: "verify-me", accessTokens };

export const config: Configuration = {
  schemaVersion: 1,
  version: "test",
  defaultLanguage: "en",
  languages: ["en"],
  inboxes: [
    messengerSubject.inbox,
    instagramSubject.inbox,
    { id: "other", channel: "messenger", address: "1200000000000002" },
  ],
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

export const webhook = (body: unknown): WebhookRequest => ({
  method: "POST",
  path: "/webhooks/meta",
  rawQuery: "",
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
  domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
});

export const sign = (request: WebhookRequest, key = keys.current): WebhookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(request.body).digest("hex")}`,
  },
});

/** One event of this customer's at our account. */
export const eventOf = ({ inbox, customer }: Subject, event: object): object => ({
  sender: { id: customer },
  recipient: { id: inbox.address },
  timestamp: at,
  ...event,
});

/** A request with these entries, each with what is given of it. */
export const webhookOf = ({ object, inbox }: Subject, ...entries: object[]): WebhookRequest =>
  webhook({ object, entry: entries.map((entry) => ({ id: inbox.address, time: at, ...entry })) });

export const eventWebhook = (subject: Subject, ...events: object[]): WebhookRequest =>
  webhookOf(subject, { messaging: events.map((event) => eventOf(subject, event)) });

export const textMessage = (subject: Subject, text: string, id = 1): WebhookRequest =>
  eventWebhook(subject, { message: { mid: `m_${id}`, text } });

/** A message of this customer's, with what is given of it; null takes a field away. */
export function messageOf({ channel, inbox, customer }: Subject, given: Record<string, unknown>): InboundMessage {
  const message = {
    kind: "message",
    channel,
    accountId: inbox.address,
    from: customer,
    inboxId: inbox.id,
    media: [],
    providerTime: new Date(at).toISOString(),
    ...given,
  };
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null)) as unknown as InboundMessage;
}

interface SampleFile {
  name: string;
  event?: object;
  entry?: object;
  message?: Record<string, unknown>;
  parsed?: Parsed[];
  ignored?: string;
}

/** The golden samples beside the channel. */
export const goldenSamples = (subject: Subject): GoldenSample[] =>
  subject.files.flatMap((file) => {
    const url = new URL(`../../../shared/channels/${subject.channel}/samples/${file}.json`, import.meta.url);
    return (JSON.parse(readFileSync(url, "utf8")) as SampleFile[]).map((sample) => ({
      name: `${file}: ${sample.name}`,
      request: sample.event ? eventWebhook(subject, sample.event) : webhookOf(subject, sample.entry ?? {}),
      expected: expectedOf(subject, sample),
    }));
  });

function expectedOf(subject: Subject, { message, parsed, ignored = "" }: SampleFile): Parsed[] {
  if (message) return [messageOf(subject, message)];
  return parsed ?? [{ kind: "ignored", reason: ignored }];
}

export const sendRequest = ({ inbox, customer }: Subject): SendRequest => ({
  sendId,
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  to: customer,
  inbox,
  isAutomatic: false,
  media: [],
  writtenAt: at,
  text: "It is on its way – 10 €",
  statusUrl: null,
  secret,
});

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export const graphError = (status: number, code: number, subcode?: number): HttpAnswer =>
  answer(status, { error: { message: "…", type: "OAuthException", code, error_subcode: subcode, fbtrace_id: "A" } });
