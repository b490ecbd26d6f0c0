import type { Parsed, SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";
import type { InboundMessage } from "../../../shared/core/message.ts";
import type { GoldenSample } from "../../contracts/channel.ts";
import { keys, webhook } from "../meta/samples.ts";
import { configurationOf, goldenSamplesIn, sendRequestOf } from "../samples.ts";

/** 2026-03-04T10:00:00Z */
export const at = Date.UTC(2026, 2, 4, 10);

/** What differs between the two channels. */
export interface Subject {
  channel: "messenger" | "instagram";
  object: "page" | "instagram";
  inbox: Inbox;
  customer: string;
}

export const messengerSubject: Subject = {
  channel: "messenger",
  object: "page",
  inbox: { id: "facebook", channel: "messenger", address: "1200000000000001" },
  customer: "6100000000000001",
};

export const instagramSubject: Subject = {
  channel: "instagram",
  object: "instagram",
  inbox: { id: "insta", channel: "instagram", address: "17841400000000001" },
  customer: "7100000000000001",
};

const accessTokens = {
  [messengerSubject.inbox.address]: "token-of-the-page",
  [instagramSubject.inbox.address]: "token-of-the-page-behind-instagram",
};
export const secret = { appSecret: keys.current, verifyToken: "verify-me", accessTokens };

export const config = configurationOf(messengerSubject.inbox, instagramSubject.inbox, {
  id: "other",
  channel: "messenger",
  address: "1200000000000002",
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
  goldenSamplesIn<SampleFile>(subject.channel, (sample) => ({
    request: sample.event ? eventWebhook(subject, sample.event) : webhookOf(subject, sample.entry ?? {}),
    expected: expectedOf(subject, sample),
  }));

function expectedOf(subject: Subject, { message, parsed, ignored = "" }: SampleFile): Parsed[] {
  if (message) return [messageOf(subject, message)];
  return parsed ?? [{ kind: "ignored", reason: ignored }];
}

export const sendRequest = ({ inbox, customer }: Subject): SendRequest =>
  sendRequestOf({ to: customer, inbox, writtenAt: at, secret });
