import * as z from "zod/mini";
import { problemsOf } from "../../shared/channels/problems.ts";
import { PermanentFailure } from "../../shared/flow/park.ts";

/** What SNS puts on a queue (SNS developer guide, "Message JSON format"; raw delivery is off). */
const envelopeSchema = z.looseObject({ Type: z.literal("Notification"), Message: z.string() });

const verdictSchema = z.optional(z.looseObject({ status: z.string() }));

/** @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html */
const receiptSchema = z.looseObject({
  notificationType: z.literal("Received"),
  mail: z.looseObject({
    messageId: z.string().check(z.minLength(1)),
    timestamp: z.iso.datetime(),
    source: z.optional(z.nullable(z.string())),
    commonHeaders: z.optional(z.looseObject({ subject: z.optional(z.nullable(z.string())) })),
  }),
  receipt: z.looseObject({
    recipients: z.array(z.string()).check(z.minLength(1)),
    spamVerdict: verdictSchema,
    virusVerdict: verdictSchema,
    spfVerdict: verdictSchema,
    dkimVerdict: verdictSchema,
    dmarcVerdict: verdictSchema,
    action: z.looseObject({ objectKey: z.string().check(z.minLength(1)) }),
  }),
});

/** @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
const eventSchema = z.looseObject({
  eventType: z.string(),
  mail: z.looseObject({
    messageId: z.string().check(z.minLength(1)),
    tags: z.optional(z.record(z.string(), z.array(z.string()))),
  }),
  bounce: z.optional(z.looseObject({ bounceType: z.string(), bounceSubType: z.optional(z.string()) })),
});

/** A mail has come in, and lies in the bucket. */
export type Receipt = z.infer<typeof receiptSchema>;

/** Something became of a mail that went out. */
export type MailEvent = z.infer<typeof eventSchema>;

export type Notification =
  | { kind: "receipt"; receipt: Receipt }
  | { kind: "event"; event: MailEvent }
  /** SES tries a topic when event publishing is set up: nothing has happened */
  | { kind: "trial" };

const trial = /^Successfully validated SNS topic for Amazon SES/;

/** @param body of a message of the mail queue @throws PermanentFailure naming the field at fault */
export function readNotification(body: unknown): Notification {
  const text = checked(envelopeSchema, body, "the SNS notification").Message;
  if (trial.test(text)) return { kind: "trial" };
  const message = parsed(text);
  return "notificationType" in message
    ? { kind: "receipt", receipt: checked(receiptSchema, message, "SES's receipt") }
    : { kind: "event", event: checked(eventSchema, message, "SES's event") };
}

function parsed(text: string): object {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message === "object" && message !== null) return message;
  } catch {
    // Said below, without the text: it may name people.
  }
  throw new PermanentFailure("SES's notification is no JSON object.");
}

function checked<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new PermanentFailure(`${what} could not be read: ${problemsOf(result.error)}`);
}
