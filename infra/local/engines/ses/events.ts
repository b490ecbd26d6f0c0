import { randomUUID } from "node:crypto";
import { isoTime } from "../../../../shared/ports/clock.ts";
import { describeHeaders, readMessage } from "./message.ts";

/** What happens to one recipient's copy after SES has accepted it. */
export type Fate = "delivered" | "bounced" | "suppressed" | "complained";

export type EventType = "Send" | "Delivery" | "Bounce" | "Complaint";

/** A message as SES took it. */
export interface AcceptedMail {
  /** as SendRawEmail answers it: the local part of the Message-ID that customers see */
  messageId: string;
  /** envelope sender */
  source: string;
  recipients: string[];
  /** as it was handed over, before SES changed its header section */
  submitted: Buffer;
  configurationSet: string | undefined;
  tags: Record<string, string>;
  /** the function that sent it */
  caller: string;
  acceptedAt: number;
}

export interface EventAccount {
  region: string;
  accountId: string;
}

/**
 * What the addresses of SES's mailbox simulator do (SES developer guide, "Using the mailbox simulator"); a label after a
 * plus sign changes nothing. Every other address takes what it is sent.
 */
export function fateOf(recipient: string): Fate {
  const [, mailbox] = /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(recipient) ?? [];
  if (mailbox === "bounce") return "bounced";
  if (mailbox === "suppressionlist") return "suppressed";
  return mailbox === "complaint" ? "complained" : "delivered";
}

/** What a configuration set publishes, in SES's shape (SES developer guide, "Contents of event data"). */
export function eventOf(
  type: EventType,
  mail: AcceptedMail,
  recipient: string | undefined,
  at: number,
  account: EventAccount,
): object {
  const details = { Send: sent, Delivery: delivery, Bounce: bounce, Complaint: complaint }[type];
  return { eventType: type, mail: mailOf(mail, account), ...details(mail, recipient ?? "", at) };
}

function mailOf(mail: AcceptedMail, { region, accountId }: EventAccount): object {
  const { headersTruncated, headers, commonHeaders } = describeHeaders(readMessage(mail.submitted));
  const own = Object.entries(mail.tags).map(([name, value]) => [name, [value]] as const);
  return {
    timestamp: isoTime(mail.acceptedAt),
    source: mail.source,
    sourceArn: `arn:aws:ses:${region}:${accountId}:identity/${domainOf(mail.source)}`,
    sendingAccountId: accountId,
    messageId: mail.messageId,
    destination: mail.recipients,
    headersTruncated,
    headers,
    // Beside the headers as they were given, this one is SES's own.
    commonHeaders: { ...commonHeaders, messageId: mail.messageId },
    tags: {
      "ses:operation": ["SendRawEmail"],
      ...(mail.configurationSet !== undefined && { "ses:configuration-set": [mail.configurationSet] }),
      "ses:source-ip": ["127.0.0.1"],
      "ses:from-domain": [domainOf(mail.source)],
      "ses:caller-identity": [mail.caller],
      ...Object.fromEntries(own),
    },
  };
}

const sent = (): object => ({ send: {} });

const delivery = (mail: AcceptedMail, recipient: string, at: number): object => ({
  delivery: {
    timestamp: isoTime(at),
    processingTimeMillis: at - mail.acceptedAt,
    recipients: [recipient],
    smtpResponse: "250 2.6.0 Message received",
    remoteMtaIp: "127.0.0.1",
    reportingMTA: "a1-1.smtp-out.amazonses.com",
  },
});

function bounce(_mail: AcceptedMail, recipient: string, at: number): object {
  const onList = fateOf(recipient) === "suppressed";
  const diagnosticCode = onList
    ? "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."
    : "smtp; 550 5.1.1 user unknown";
  return {
    bounce: {
      bounceType: "Permanent",
      bounceSubType: onList ? "Suppressed" : "General",
      bouncedRecipients: [{ emailAddress: recipient, action: "failed", status: "5.1.1", diagnosticCode }],
      timestamp: isoTime(at),
      feedbackId: sesId(at),
      reportingMTA: onList ? "dns; amazonses.com" : "dsn; a1-1.smtp-out.amazonses.com",
    },
  };
}

const complaint = (_mail: AcceptedMail, recipient: string, at: number): object => ({
  complaint: {
    complainedRecipients: [{ emailAddress: recipient }],
    timestamp: isoTime(at),
    feedbackId: sesId(at),
    complaintSubType: null,
    userAgent: "Amazon SES Mailbox Simulator",
    complaintFeedbackType: "abuse",
  },
});

/** An id as SES makes them: the time in hexadecimal digits, then chance. */
export const sesId = (at: number): string => `0100${at.toString(16).padStart(12, "0")}-${randomUUID()}-000000`;

export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
