import * as z from "zod/mini";
import type { Inbox } from "../../core/inbox.ts";
import { limits } from "../../core/limits.ts";
import { readable } from "../../core/text.ts";
import type { Timestamp } from "../../core/time.ts";
import { orNothing } from "../lenient.ts";
import { providerIdSchema } from "../provider-id.ts";

/** A channel of the Messenger Platform, which carries Messenger and Instagram in one form. */
export interface Platform {
  channel: "messenger" | "instagram";
  /** `object` of its webhooks */
  object: "page" | "instagram";
  /** what of the Graph API sends for an inbox */
  nodeOf(inbox: Pick<Inbox, "address">): string;
}

/** Where something happened. */
export interface Scene {
  channel: string;
  /** page or Instagram account: it scopes message ids */
  accountId: string;
  /** ours for that account */
  inboxId: string;
  /** scoped by the page or Instagram account */
  customer: string;
  at: Timestamp | undefined;
}

const word = z.string().check(z.minLength(1));
const text = orNothing(z.pipe(z.string(), z.transform(readable)));
const flag = orNothing(z.boolean());

const id = z.pipe(word.check(z.maxLength(limits.maxAddressCharacters)), z.transform(readable));
const messageId = z.pipe(providerIdSchema, z.transform(readable));

/** Later than this, a number of seconds would be a date after 5138. */
const mostSeconds = 1e11;
/** ECMA-262, section 21.4.1.1. */
const mostMilliseconds = 8.64e15;

/** Webhooks write milliseconds; the reference's examples of changes write seconds, and both as text. */
const time = orNothing(
  z.pipe(
    z.union([z.number(), z.string().check(z.regex(/^\d{1,16}$/))]),
    z.transform((given): Timestamp | undefined => {
      const number = Math.trunc(Number(given));
      const milliseconds = number < mostSeconds ? number * 1000 : number;
      return milliseconds > 0 && milliseconds <= mostMilliseconds ? new Date(milliseconds).toISOString() : undefined;
    }),
  ),
);

/** A person without an id (of a website's plugin) is known by `user_ref` alone, at which no conversation can be held. */
const party = orNothing(z.object({ id: orNothing(id) }));

export const eventSchema = z.looseObject({ sender: party, recipient: party, timestamp: time });

export const referralSchema = z.object({
  ref: text,
  product: orNothing(z.object({ id: text })),
  ads_context_data: orNothing(z.object({ ad_title: text, photo_url: text, video_url: text })),
});

const attachmentSchema = z.object({
  type: word,
  // Versions before 6.0 have them beside the payload.
  title: text,
  url: text,
  payload: orNothing(
    z.object({
      url: text,
      title: text,
      coordinates: orNothing(z.object({ lat: z.number(), long: z.number() })),
      product: orNothing(z.object({ elements: orNothing(z.array(z.object({ title: text, subtitle: text }))) })),
      status: text,
      start_time: time,
      end_time: time,
    }),
  ),
});

export const messageSchema = z.object({
  mid: messageId,
  text,
  attachments: orNothing(z.array(orNothing(attachmentSchema))),
  quick_reply: orNothing(z.object({ payload: text })),
  reply_to: orNothing(z.object({ mid: orNothing(messageId), story: orNothing(z.object({ url: text })) })),
  referral: orNothing(referralSchema),
  metadata: text,
  is_echo: flag,
  is_deleted: flag,
  is_unsupported: flag,
});

export const editSchema = z.object({ mid: messageId, text, num_edit: orNothing(z.coerce.number()) });

export const reactionSchema = z.object({ mid: messageId, action: word, emoji: text, reaction: text });

export const postbackSchema = z.object({
  mid: orNothing(messageId),
  title: text,
  payload: text,
  referral: orNothing(referralSchema),
});

/** Messenger names a time, Instagram a message. */
export const readSchema = z.object({ watermark: time, mid: orNothing(messageId) });

export const deliverySchema = z.object({ watermark: time, mids: orNothing(z.array(messageId)) });

export const changeSchema = z.object({ field: text, value: z.unknown() });

export type Attachment = z.infer<typeof attachmentSchema>;
export type GivenMessage = z.infer<typeof messageSchema>;
export type Referral = z.infer<typeof referralSchema>;
