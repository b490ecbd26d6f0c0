import { z } from "zod";

/* What customers do on a channel, as scripts and the page write it. `reaction.to` and the like are ids of messages. */

const file = z
  .strictObject({
    contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, "a type in the form image/png"),
    name: z.string().min(1).optional(),
    /** the bytes in base 64 */
    content: z.base64(),
  })
  .transform(({ content, ...about }) => ({ ...about, bytes: Uint8Array.from(Buffer.from(content, "base64")) }));

const filesSchema = z.array(file).min(1).optional();

const text = z.string().optional();
const place = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) };
const contact = z.strictObject({ name: z.string().min(1), phone: z.string().min(1) });
const title = z.string().min(1);

/** null takes it back */
const reaction = z
  .strictObject({ to: z.string(), emoji: z.string().min(1).nullable() })
  .transform(({ to, emoji }) => ({ providerId: to, emoji }));

const common = {
  from: z.string(),
  /** an inbox by its id or its address; absent: the channel's first */
  to: text,
  text,
  files: filesSchema,
  replyTo: text,
};

/** What is no message of its own goes with no other field of a message. */
const alone = ["reaction", "choice", "edits", "deletes", "unsends", "newNumber", "postback", "reads", "blocks"];

function isOneThing(action: Record<string, unknown>, context: z.RefinementCtx): void {
  const thing = alone.find((name) => action[name] !== undefined);
  if (thing === undefined) return;
  const companions = ["from", "to", "name", thing, ...(thing === "edits" ? ["text"] : [])];
  const other = Object.keys(action).find((name) => !companions.includes(name));
  if (other !== undefined) context.addIssue({ code: "custom", path: [other], message: `does not go with ${thing}` });
}

export const whatsAppSchema = z
  .strictObject({
    ...common,
    name: text,
    location: z.strictObject({ ...place, name: text, address: text }).optional(),
    contact: contact.optional(),
    reaction: reaction.optional(),
    /** of a button or a list of the message `to` */
    choice: z
      .strictObject({ to: z.string(), title })
      .transform(({ to, title: chosen }) => ({ providerId: to, title: chosen }))
      .optional(),
    edits: text,
    deletes: text,
    newNumber: text,
    referral: z.strictObject({ headline: z.string(), sourceUrl: z.url() }).optional(),
  })
  .superRefine(isOneThing);

/** Messenger and Instagram */
export const messagingSchema = z
  .strictObject({
    ...common,
    location: z.strictObject({ ...place, title: text }).optional(),
    /** of the quick replies that were offered last */
    choice: z.strictObject({ title }).optional(),
    postback: z.strictObject({ title, payload: z.string() }).optional(),
    storyReply: z.url().optional(),
    storyMention: z.url().optional(),
    advertisement: text,
    reaction: reaction.optional(),
    edits: text,
    unsends: text,
    reads: z.literal(true).optional(),
    blocks: z.boolean().optional(),
  })
  .superRefine(isOneThing);

export const telegramSchema = z
  .strictObject({
    ...common,
    name: text,
    location: z.strictObject(place).optional(),
    contact: contact.optional(),
    reaction: reaction.optional(),
    edits: text,
    /** of the buttons that were shown last */
    choice: z.strictObject({ title }).optional(),
    blocks: z.boolean().optional(),
  })
  .superRefine(isOneThing);

export const customSchema = z.strictObject({
  ...common,
  name: text,
  subject: text,
  id: text,
  /** files come as links to the system's own host, in place of within the event */
  linksFiles: z.boolean().optional(),
});

export const twilioSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  body: z.string(),
  mediaUrls: z.array(z.url()).optional(),
  files: filesSchema,
  /** further fields of the webhook, e.g. ProfileName or ButtonPayload */
  details: z.record(z.string(), z.string()).optional(),
});
