import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";

/*
 * What another system tells us: the body of POST /webhooks/custom/{inbox}. README.md describes it for people, and
 * docs/custom-channel.schema.json for machines. Unknown fields are kept, and change nothing.
 */

const id = z.string().check(z.minLength(1), z.maxLength(255));
const words = z.string();
const time = z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-04T10:00:00Z" });

/** Either where it can be fetched or what is in it. */
const attachment = z
  .object({
    name: z.optional(words.check(z.maxLength(255))),
    contentType: words.check(z.regex(/^[\w.+-]+\/[\w.+-]+/, "must be a media type such as image/jpeg")),
    url: z.optional(
      words.check(z.maxLength(limits.maxUrlCharacters), z.regex(/^https:\/\//, "must begin with https://")),
    ),
    content: z.optional(z.base64("must be base 64")),
  })
  .check(
    z.refine(({ url, content }) => (url === undefined) !== (content === undefined), {
      path: ["url"],
      error: 'give either "url" or "content"',
    }),
  );

export type Attachment = z.infer<typeof attachment>;

export const messageSchema = z
  .object({
    id: z.optional(id),
    from: words.check(
      z.maxLength(limits.maxAddressCharacters),
      z.regex(/\S/, "must name who writes, in your own way: a customer's number, a card's, a room's"),
    ),
    name: z.optional(words.check(z.maxLength(limits.maxNameCharacters))),
    text: z.optional(words),
    subject: z.optional(words.check(z.maxLength(limits.maxMailSubjectCharacters))),
    sentAt: z.optional(time),
    attachments: z.optional(z.array(attachment).check(z.maxLength(limits.maxCustomAttachments))),
    replyTo: z.optional(id),
  })
  .check(
    z.refine(({ text = "", attachments = [] }) => text.trim() !== "" || attachments.length > 0, {
      path: ["text"],
      error: "a message needs a text or an attachment",
    }),
  );

export const statusSchema = z.object({
  sendId: words.check(z.regex(/^snd_[0-9a-z]{26}$/, "must be the sendId of a message that you were sent")),
  status: z.enum(["sent", "delivered", "read", "failed"]),
  id: z.optional(id),
  reason: z.optional(words.check(z.maxLength(limits.maxNameCharacters))),
});

export const eventSchema = z.looseObject({ type: words });
