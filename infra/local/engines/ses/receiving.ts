import { randomBytes } from "node:crypto";
import { isoTime } from "../../../../shared/ports/clock.ts";
import type { VirtualClock } from "../../clock.ts";
import type { Meter } from "../../gateway/meter.ts";
import type { ReceiptRuleDefinition, S3ActionDefinition } from "../../template/blueprint.ts";
import type { S3Engine } from "../s3/engine.ts";
import type { SnsEngine } from "../sns.ts";
import { addressesIn, describeHeaders, type HeaderField, mailDate, readMessage } from "./message.ts";

export const verdicts = ["PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED"] as const;

export type Verdict = (typeof verdicts)[number];

/** What SES found out about a mail and its sender. */
export interface MailVerdicts {
  spam: Verdict;
  virus: Verdict;
  spf: Verdict;
  dkim: Verdict;
  dmarc: Verdict;
}

export interface IncomingMail {
  /** envelope sender; "" for a bounce */
  from: string;
  /** envelope recipients */
  recipients: string[];
  raw: Buffer;
  /** each passes unless it is said otherwise */
  verdicts?: Partial<MailVerdicts>;
}

export interface SesReceivingOptions {
  s3: S3Engine;
  sns: SnsEngine;
  clock: VirtualClock;
  meter: Meter;
  region: string;
}

/** With headers (SES quotas, "Email receiving quotas"). */
export const maxIncomingBytes = 40 * 1024 * 1024;

/** Incoming mail is billed in chunks of 256 KB beside its number (SES pricing). */
const chunkBytes = 256 * 1024;

/** SES as a receiver: the receipt rules' conditions and actions. */
export class SesReceiving {
  readonly #options: SesReceivingOptions;
  readonly #rules: ReceiptRuleDefinition[] = [];

  constructor(options: SesReceivingOptions) {
    this.#options = options;
  }

  createReceiptRule(rule: ReceiptRuleDefinition): void {
    this.#rules.push(rule);
  }

  get hasRules(): boolean {
    return this.#rules.length > 0;
  }

  /** Whether a rule takes mail to this address; mail to any other is refused in the SMTP dialogue. */
  accepts(recipient: string): boolean {
    return this.#rules.some((rule) => rule.enabled && matches(rule, recipient));
  }

  /** Carries out every rule that takes one of the recipients; what they are to bring about is durable when this returns. */
  async receive(mail: IncomingMail): Promise<{ messageId: string }> {
    const { clock, meter } = this.#options;
    const messageId = newMessageId();
    const receivedAt = Math.floor(clock.now());
    const content = Buffer.concat([Buffer.from(traceOf(mail, messageId, receivedAt, this.#options.region)), mail.raw]);
    for (const rule of this.#rules.filter(({ enabled }) => enabled)) {
      const recipients = mail.recipients.filter((recipient) => matches(rule, recipient));
      if (recipients.length === 0) continue;
      for (const action of rule.actions)
        await this.#store({ mail: { ...mail, recipients }, content, messageId, receivedAt }, action);
    }
    const units = { receivedEmails: 1, receivedEmailChunks: Math.floor(content.length / chunkBytes) };
    meter.record({ caller: "ses", service: "ses", operation: "Receive", units });
    return { messageId };
  }

  async #store(
    received: { mail: IncomingMail; content: Buffer; messageId: string; receivedAt: number },
    action: S3ActionDefinition,
  ): Promise<void> {
    const { s3, sns, clock, meter } = this.#options;
    const { content, messageId } = received;
    const objectKey = `${action.objectKeyPrefix}${messageId}`;
    await s3.putObject(action.bucketName, objectKey, content);
    meter.record({ caller: "ses", service: "s3", operation: "PutObject", units: { s3PutRequests: 1 } });
    if (action.topicArn === undefined) return;
    const notification = notificationOf(received, { ...action, objectKey }, Math.floor(clock.now()));
    await sns.publish(action.topicArn, JSON.stringify(notification), {
      subject: "Amazon SES Email Receipt Notification",
    });
  }
}

/**
 * A rule without recipients takes all; else an address with or without a label after a plus sign, a domain, or with a
 * leading dot the domains below it (SES developer guide, "Creating receipt rules", recipient conditions).
 */
function matches({ recipients }: ReceiptRuleDefinition, recipient: string): boolean {
  if (recipients.length === 0) return true;
  const address = recipient.toLowerCase();
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  const withoutLabel = `${address.slice(0, at).replace(/\+.*$/, "")}@${domain}`;
  return recipients
    .map((condition) => condition.toLowerCase())
    .some((condition) => {
      if (condition.includes("@")) return condition === address || condition === withoutLabel;
      return condition.startsWith(".") ? domain.endsWith(condition) : condition === domain;
    });
}

/** SES developer guide, "Contents of notifications for Amazon SES email receiving". */
function notificationOf(
  {
    mail,
    content,
    messageId,
    receivedAt,
  }: { mail: IncomingMail; content: Buffer; messageId: string; receivedAt: number },
  action: S3ActionDefinition & { objectKey: string },
  now: number,
): object {
  const message = readMessage(content);
  const { headersTruncated, headers, commonHeaders } = describeHeaders(message);
  const { spam, virus, spf, dkim, dmarc } = verdictsOf(mail);
  const toAndCc = ["To", "Cc"].flatMap((name) => addressesIn({ fields: headers }, name));
  return {
    notificationType: "Received",
    mail: {
      timestamp: isoTime(receivedAt),
      source: mail.from,
      messageId,
      // Those of the header section; who really gets it says the receipt.
      destination: toAndCc,
      headersTruncated,
      headers,
      commonHeaders: { returnPath: mail.from, ...commonHeaders },
    },
    receipt: {
      timestamp: isoTime(receivedAt),
      processingTimeMillis: now - receivedAt,
      recipients: mail.recipients,
      spamVerdict: { status: spam },
      virusVerdict: { status: virus },
      spfVerdict: { status: spf },
      dkimVerdict: { status: dkim },
      dmarcVerdict: { status: dmarc },
      ...(dmarc === "FAIL" && { dmarcPolicy: "reject" }),
      action: {
        type: "S3",
        topicArn: action.topicArn,
        bucketName: action.bucketName,
        objectKeyPrefix: action.objectKeyPrefix,
        objectKey: action.objectKey,
      },
    },
  };
}

const verdictsOf = ({ verdicts: given }: IncomingMail): MailVerdicts => ({
  spam: "PASS",
  virus: "PASS",
  spf: "PASS",
  dkim: "PASS",
  dmarc: "PASS",
  ...given,
});

/** The fields that SES puts before a mail that it stores. */
function traceOf(mail: IncomingMail, messageId: string, at: number, region: string): string {
  const { spam, virus, spf, dkim, dmarc } = verdictsOf(mail);
  const result = (verdict: Verdict): string => (verdict === "PASS" ? "pass" : verdict === "FAIL" ? "fail" : "none");
  const [recipient = ""] = mail.recipients;
  const fields: HeaderField[] = [
    { name: "Return-Path", value: `<${mail.from}>` },
    {
      name: "Received",
      value: `from localhost (localhost [127.0.0.1])\r\n by inbound-smtp.${region}.amazonaws.com with SMTP id ${messageId}\r\n for ${recipient};\r\n ${mailDate(at)} (UTC)`,
    },
    { name: "X-SES-Spam-Verdict", value: spam },
    { name: "X-SES-Virus-Verdict", value: virus },
    { name: "Received-SPF", value: `${result(spf)} client-ip=127.0.0.1; envelope-from=${mail.from}; helo=localhost;` },
    {
      name: "Authentication-Results",
      value: `amazonses.com;\r\n spf=${result(spf)} client-ip=127.0.0.1;\r\n dkim=${result(dkim)};\r\n dmarc=${result(dmarc)};`,
    },
  ];
  return fields.map(({ name, value }) => `${name}: ${value}\r\n`).join("");
}

/** 40 characters of 0 to 9 and a to v, as SES makes them for incoming mail. */
const newMessageId = (): string => Array.from(randomBytes(40), (byte) => (byte % 32).toString(32)).join("");
