import { messageIdOf } from "../../../shared/core/ids.ts";
import type { SendStatus } from "../../../shared/core/message.ts";
import { rawMailPrefix } from "../../../shared/ports/blobs.ts";
import { isoTime } from "../../../shared/ports/clock.ts";
import {
  MailNotSent,
  MailOutcomeUnknown,
  MailRefused,
  type Mail,
  type MailMessage,
} from "../../../shared/ports/mail.ts";
import type { HandOver, Ledger } from "../ledger.ts";
import type { Faults } from "./faults.ts";
import type { SeededRandom } from "./random.ts";
import type { Timeline } from "./timeline.ts";

/** A mail of ours as it lies in a customer's mailbox. */
export interface DeliveredMail {
  providerId: string;
  conversationId: string;
  /** without brackets, as SES writes it */
  messageId: string;
  subject: string;
  replyTo: string;
  references: string[];
}

/** A mail on its way to us. */
export interface IncomingMail {
  from: string;
  to: string;
  /** fields beside From, To and Message-ID */
  fields: Record<string, string>;
  body: string;
  /** no person wrote it */
  isAutomatic?: true;
  /** conversations that it names as answered, and rightly so */
  answers?: string[];
}

export interface MailServiceContext {
  timeline: Timeline;
  random: SeededRandom;
  faults: Faults;
  ledger: Ledger;
  /** what SNS puts on the queue, with the object that it tells of */
  take(notification: unknown, object?: { key: string; bytes: Uint8Array }): Promise<void>;
}

const answerTimeoutMs = 5_000;

/**
 * SES in both directions: takes mail of ours under a Message-ID of its own, tells by events what becomes of it, and puts mail
 * that comes in into the bucket. Its notifications come at least once, and in no order.
 */
export class SimulatedMailService implements Mail {
  readonly #context: MailServiceContext;
  /** by address */
  readonly #mailboxes = new Map<string, DeliveredMail[]>();
  #counted = 0;

  constructor(context: MailServiceContext) {
    this.#context = context;
  }

  mailsTo(address: string): readonly DeliveredMail[] {
    return this.#mailboxes.get(address) ?? [];
  }

  async send({ to: [to = ""], raw, tags }: MailMessage): Promise<{ providerId: string }> {
    const { faults, ledger, timeline } = this.#context;
    const { sendId = "", conversationId = "" } = tags;
    const entry: HandOver = {
      sendId,
      at: timeline.now(),
      providerId: undefined,
      surelyNotTaken: false,
    };
    ledger.handOver(entry);
    if (faults.happens("mailThrottled")) {
      entry.surelyNotTaken = true;
      throw new MailNotSent("Throttling: Maximum sending rate exceeded.", 1_000);
    }
    if (faults.happens("mailRequestLost")) return this.#lost();
    if (to.endsWith("@refused.test")) {
      entry.surelyNotTaken = true;
      throw new MailRefused("MessageRejected", "Email address is not verified.");
    }
    const providerId = this.#newId();
    entry.providerId = providerId;
    this.#deliver(to, { providerId, conversationId, raw: Buffer.from(raw).toString("utf8") });
    this.#tellOf(sendId, providerId);
    return faults.happens("mailAnswerLost") ? this.#lost() : { providerId };
  }

  /** A customer's mail arrives. */
  arrive(mail: IncomingMail): void {
    const { ledger, timeline } = this.#context;
    const providerId = this.#newId();
    const key = `${rawMailPrefix}${providerId}`;
    const fields = { From: mail.from, To: mail.to, "Message-ID": `<${providerId}@mx.customers.test>`, ...mail.fields };
    const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    const type = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
    const object = { key, bytes: Buffer.from(`${head.join("")}${type}\r\n${mail.body}\r\n`) };
    ledger.accept({
      channel: "email",
      messageId: messageIdOf("email", "ses", providerId),
      providerId,
      from: mail.from,
      at: timeline.now(),
      isAutomatic: mail.isAutomatic,
      answers: mail.answers ?? [],
    });
    this.#notify(receiptOf(mail, providerId, key, isoTime(timeline.now())), "mailDuplicated", object);
  }

  #deliver(
    to: string,
    { providerId, conversationId, raw }: { providerId: string; conversationId: string; raw: string },
  ) {
    const fields = fieldsOf(raw);
    const delivered = {
      providerId,
      conversationId,
      messageId: `${providerId}@eu-central-1.amazonses.com`,
      subject: fields.get("subject") ?? "",
      replyTo: bare(fields.get("reply-to") ?? ""),
      references: (fields.get("references") ?? "").split(/\s+/).map(bare).filter(Boolean),
    };
    this.#mailboxes.set(to, [...this.mailsTo(to), delivered]);
  }

  /** The events of one mail, each by itself. */
  #tellOf(sendId: string, providerId: string): void {
    const { timeline, random, faults } = this.#context;
    const hasBounced = random.chance(0.06);
    const end: [string, SendStatus] = hasBounced ? ["Bounce", "failed"] : ["Delivery", "delivered"];
    const events: [string, SendStatus][] = [["Send", "sent"], end];
    for (const [position, [eventType, status]] of events.entries()) {
      if (faults.happens("mailEventLost")) continue;
      const lateMs = faults.happens("mailEventLate") ? random.between(1_000, 240_000) : 0;
      timeline.after(random.between(20, 400) + 1_500 * position + lateMs, () => {
        this.#tell({ sendId, providerId, eventType, status });
      });
    }
  }

  #tell(told: { sendId: string; providerId: string; eventType: string; status: SendStatus }): void {
    const { sendId, providerId, eventType, status } = told;
    this.#context.ledger.acceptStatus(sendId, status);
    const mail = { messageId: providerId, tags: { sendId: [sendId] } };
    const bounce = { bounceType: "Permanent", bounceSubType: "General" };
    this.#notify({ eventType, mail, ...(status === "failed" && { bounce }) }, "mailEventDuplicated");
  }

  #notify(
    message: object,
    duplicated: "mailDuplicated" | "mailEventDuplicated",
    object?: { key: string; bytes: Uint8Array },
  ): void {
    const { faults, timeline, random, take } = this.#context;
    const notification = { Type: "Notification", Message: JSON.stringify(message) };
    void take(notification, object);
    if (faults.happens(duplicated)) timeline.after(random.below(90_000), () => void take(notification));
  }

  #lost(): Promise<never> {
    return new Promise((_, reject) => {
      this.#context.timeline.after(answerTimeoutMs, () => reject(new MailOutcomeUnknown("no answer in 5 s")));
    });
  }

  #newId(): string {
    this.#counted += 1;
    return `0107019${this.#context.random.next().toString(16).padStart(8, "0")}-${String(this.#counted).padStart(6, "0")}-000000`;
  }
}

function receiptOf({ from, to }: IncomingMail, messageId: string, objectKey: string, timestamp: string) {
  const passed = { status: "PASS" };
  return {
    notificationType: "Received",
    mail: { messageId, timestamp, source: from, destination: [to] },
    receipt: {
      recipients: [to],
      spamVerdict: passed,
      virusVerdict: passed,
      spfVerdict: passed,
      dkimVerdict: passed,
      dmarcVerdict: passed,
      action: { type: "S3", objectKey },
    },
  };
}

/** Header fields by name in lower case, unfolded (RFC 5322, section 2.2.3). */
export function fieldsOf(raw: string): Map<string, string> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replaceAll(/\r\n(?=[ \t])/g, "");
  return new Map(
    head.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

const bare = (path: string): string => (/<([^>]*)>/.exec(path)?.[1] ?? path).trim();
