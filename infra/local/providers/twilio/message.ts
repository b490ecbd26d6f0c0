import { segmentsOf } from "../../../../shared/channels/sms/segments.ts";

/** A text as the simulated Twilio keeps it; times are milliseconds since 1970. */
export interface SimulatedMessage {
  sid: string;
  accountSid: string;
  direction: "inbound" | "outbound-api";
  from: string;
  to: string;
  body: string;
  media: SimulatedMedia[];
  status: SimulatedStatus;
  errorCode: number | null;
  statusCallback: string | null;
  createdAt: number;
  updatedAt: number;
  /** when Twilio passed it on */
  sentAt: number | null;
  /** when the customer's phone had it */
  deliveredAt: number | null;
}

export interface SimulatedMedia {
  sid: string;
  /** where it really is; Twilio hands out an address of its own */
  url: string;
}

const ranks = { received: 0, queued: 0, sent: 1, undelivered: 2, delivered: 2 } as const;
export type SimulatedStatus = keyof typeof ranks;

/** One change of a send's status, with the callback that reports it. */
export interface Step {
  id: number;
  sid: string;
  status: SimulatedStatus;
  errorCode: number | null;
  callback: boolean;
  dueAt: number;
}

/** The message after a step; a status that was passed already does not come back. */
export function advanced(message: SimulatedMessage, { status, errorCode }: Step, now: number): SimulatedMessage {
  if (ranks[status] <= ranks[message.status]) return message;
  const sentAt = message.sentAt ?? now;
  const deliveredAt = status === "delivered" ? now : null;
  return { ...message, status, errorCode, updatedAt: now, sentAt, deliveredAt };
}

const mediaUrl = (message: SimulatedMessage, media: SimulatedMedia): string =>
  `https://api.twilio.com/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media/${media.sid}`;

const contentTypes = new Map([
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["gif", "image/gif"],
  ["mp4", "video/mp4"],
  ["pdf", "application/pdf"],
]);

const contentTypeOf = (url: string): string =>
  contentTypes.get(/\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? "") ?? "application/octet-stream";

/** The fields of the webhook for an incoming message. @see https://www.twilio.com/docs/messaging/guides/webhook-request */
export function inboundFields(message: SimulatedMessage, optOutType: string | undefined): Record<string, string> {
  const media = message.media.flatMap((item, index) => [
    [`MediaUrl${index}`, mediaUrl(message, item)] as const,
    [`MediaContentType${index}`, contentTypeOf(item.url)] as const,
  ]);
  return {
    MessageSid: message.sid,
    SmsSid: message.sid,
    SmsMessageSid: message.sid,
    AccountSid: message.accountSid,
    ApiVersion: "2010-04-01",
    From: message.from,
    To: message.to,
    Body: message.body,
    SmsStatus: "received",
    NumMedia: String(message.media.length),
    NumSegments: String(segmentsOf(message.body).segments),
    ...Object.fromEntries(media),
    ...(optOutType !== undefined && { OptOutType: optOutType }),
  };
}

/** The fields of a status callback. @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
export const statusFields = (message: SimulatedMessage, step: Step): Record<string, string> => ({
  MessageSid: message.sid,
  SmsSid: message.sid,
  AccountSid: message.accountSid,
  ApiVersion: "2010-04-01",
  From: message.from,
  To: message.to,
  MessageStatus: step.status,
  SmsStatus: step.status,
  ...(step.errorCode !== null && { ErrorCode: String(step.errorCode) }),
});

const rfc2822 = (milliseconds: number): string => new Date(milliseconds).toUTCString().replace("GMT", "+0000");

/** The Message resource. @see https://www.twilio.com/docs/messaging/api/message-resource */
export function resourceOf(message: SimulatedMessage): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}`;
  return {
    sid: message.sid,
    account_sid: message.accountSid,
    api_version: "2010-04-01",
    direction: message.direction,
    from: message.from,
    to: message.to,
    body: message.body,
    status: message.status,
    error_code: message.errorCode,
    error_message: null,
    num_media: String(message.media.length),
    num_segments: String(segmentsOf(message.body).segments),
    messaging_service_sid: null,
    price: null,
    price_unit: "USD",
    date_created: rfc2822(message.createdAt),
    date_updated: rfc2822(message.updatedAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}
