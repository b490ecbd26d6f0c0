import { segmentsOf } from "../../../../shared/channels/sms/segments.ts";

/** A message as the simulated Twilio keeps it; times are milliseconds since 1970. */
export interface SimulatedMessage {
  sid: string;
  accountSid: string;
  direction: "inbound" | "outbound-api" | "outbound-reply";
  /** addresses of WhatsApp begin with `whatsapp:` */
  from: string;
  to: string;
  body: string;
  media: SimulatedMedia[];
  status: SimulatedStatus;
  errorCode: number | null;
  statusCallback: string | null;
  createdAt: number;
  updatedAt: number;
  /** when Twilio passed it on, or a customer's came in */
  sentAt: number | null;
  /** when the customer's phone had it */
  deliveredAt: number | null;
  /** what the webhook says beyond the fields of every message */
  details?: Record<string, string>;
  /** of an approved template: it goes out at any time */
  isTemplate?: boolean;
}

export interface SimulatedMedia {
  sid: string;
  contentType: string;
  /** of a file that we are to send: where Twilio fetches it */
  url?: string;
}

const ranks = { received: 0, queued: 0, sent: 1, undelivered: 2, delivered: 2, read: 3 } as const;
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
  const deliveredAt = message.deliveredAt ?? (status === "delivered" || status === "read" ? now : null);
  return { ...message, status, errorCode, updatedAt: now, sentAt, deliveredAt };
}

export const isWhatsApp = (address: string): boolean => address.startsWith("whatsapp:");

export const bareAddress = (address: string): string => address.replace(/^whatsapp:/, "");

const mediaUrl = (message: SimulatedMessage, media: SimulatedMedia): string =>
  `https://api.twilio.com/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media/${media.sid}`;

const segmentsIn = (message: SimulatedMessage): string =>
  String(isWhatsApp(message.from) || message.media.length > 0 ? 1 : segmentsOf(message.body).segments);

/** The fields of the webhook for an incoming message. @see https://www.twilio.com/docs/messaging/guides/webhook-request */
export function inboundFields(message: SimulatedMessage, optOutType: string | undefined): Record<string, string> {
  const media = message.media.flatMap((item, index) => [
    [`MediaUrl${index}`, mediaUrl(message, item)] as const,
    [`MediaContentType${index}`, item.contentType] as const,
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
    NumSegments: segmentsIn(message),
    ...Object.fromEntries(media),
    ...(isWhatsApp(message.to) && whatsAppFields(message)),
    ...message.details,
    ...(optOutType !== undefined && { OptOutType: optOutType }),
  };
}

const whatsAppFields = (message: SimulatedMessage): Record<string, string> => ({
  ...(message.from.startsWith("whatsapp:+") && { WaId: message.from.replace("whatsapp:+", "") }),
  Forwarded: "false",
  FrequentlyForwarded: "false",
  MessageType: messageType(message),
});

function messageType({ media: [first], details = {} }: SimulatedMessage): string {
  if (details["Latitude"] !== undefined) return "location";
  if (details["ButtonPayload"] !== undefined) return "button";
  const family = first?.contentType.split("/")[0];
  if (!family) return "text";
  return ["image", "audio", "video"].includes(family) ? family : "document";
}

/** The fields of a status callback. @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
export const statusFields = (message: SimulatedMessage, step: Pick<Step, "status" | "errorCode">) => ({
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

const uriOf = (message: SimulatedMessage): string =>
  `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}`;

/** The Message resource. @see https://www.twilio.com/docs/messaging/api/message-resource */
export function resourceOf(message: SimulatedMessage): Record<string, unknown> {
  const uri = uriOf(message);
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
    num_segments: segmentsIn(message),
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

/** The Media resource. @see https://www.twilio.com/docs/messaging/api/media-resource */
export const mediaResourceOf = (message: SimulatedMessage, { sid, contentType }: SimulatedMedia) => ({
  sid,
  account_sid: message.accountSid,
  parent_sid: message.sid,
  content_type: contentType,
  date_created: rfc2822(message.createdAt),
  date_updated: rfc2822(message.createdAt),
  uri: `${uriOf(message)}/Media/${sid}.json`,
});
