import * as z from "zod/mini";

/*
 * What we read of Telegram's updates; fields.ts has what else is documented.
 * https://core.telegram.org/bots/api#update and #message
 */

/** At most 52 significant bits (Bot API, "User" and "Chat"), which a number holds. */
const id = z.int();
const seconds = z.int().check(z.minimum(0), z.maximum(99_999_999_999));
const chat = z.object({ id, type: z.string() });
const text = z.string();

const user = z.object({ first_name: z.optional(text), last_name: z.optional(text), is_bot: z.optional(z.boolean()) });

export type TelegramUser = z.infer<typeof user>;

/** Any message: which one it is. Each other field is read for itself, so that one that is odd takes no other with it. */
export const messageSchema = z.looseObject({
  message_id: id,
  date: seconds,
  edit_date: z.optional(seconds),
  chat,
  from: z.optional(user),
});

export type TelegramMessage = z.infer<typeof messageSchema>;

/** A message that another one is about: that it is one, and where. */
export const messageName = z.object({ message_id: id, chat });

export const callbackSchema = z.looseObject({
  id: text,
  from: z.optional(user),
  /** what we had given the button; absent for games */
  data: z.optional(text),
  /** absent for messages of inline mode; one that is too old has no buttons any more */
  message: z.optional(z.looseObject({ message_id: id, chat })),
});

/** Rows of buttons under a message. */
export const buttonsSchema = z.object({
  inline_keyboard: z.array(z.array(z.object({ text, callback_data: z.optional(text) }))),
});

const reaction = z.object({ type: text, emoji: z.optional(text), custom_emoji_id: z.optional(text) });

export const reactionSchema = z.looseObject({
  chat,
  message_id: id,
  user: z.optional(user),
  date: seconds,
  old_reaction: z.array(reaction),
  new_reaction: z.array(reaction),
});

export const memberSchema = z.object({ chat, new_chat_member: z.object({ status: text }) });

export const fileSchema = z.object({
  file_id: text,
  file_size: z.optional(z.number()),
  file_name: z.optional(text),
  mime_type: z.optional(text),
});

export type TelegramFile = z.infer<typeof fileSchema>;

export const photoSchema = z
  .array(z.object({ file_id: text, width: z.number(), height: z.number(), file_size: z.optional(z.number()) }))
  .check(z.minLength(1));

export const stickerSchema = z.object({
  file_id: text,
  file_size: z.optional(z.number()),
  emoji: z.optional(text),
  is_animated: z.optional(z.boolean()),
  is_video: z.optional(z.boolean()),
});

export const locationSchema = z.object({
  latitude: z.number(),
  longitude: z.number(),
  horizontal_accuracy: z.optional(z.number()),
  live_period: z.optional(z.number()),
});

export const venueSchema = z.object({ location: locationSchema, title: text, address: text });

export const contactSchema = z.object({ phone_number: text, first_name: text, last_name: z.optional(text) });

export const pollSchema = z.object({ question: text, options: z.array(z.object({ text })) });

export const checklistSchema = z.object({ title: text, tasks: z.array(z.object({ text })) });

export const diceSchema = z.object({ emoji: text, value: z.number() });

export const gameSchema = z.object({ title: text, description: text });

export const webAppSchema = z.object({ data: text, button_text: text });

export const entitiesSchema = z.array(
  z.object({ type: text, offset: z.int(), length: z.int(), url: z.optional(text) }),
);

export const quoteSchema = z.object({ text });

/** Whose message was passed on: a person, one who hides, a group or a channel. */
export const originSchema = z.object({
  sender_user: z.optional(user),
  sender_user_name: z.optional(text),
  sender_chat: z.optional(z.object({ title: z.optional(text) })),
  chat: z.optional(z.object({ title: z.optional(text) })),
});

/** Reads a part of a message; undefined where it is not there, or not as it is documented. */
export function partOf<Schema extends z.ZodMiniType>(schema: Schema, part: unknown): z.infer<Schema> | undefined {
  if (part === undefined) return undefined;
  const result = z.safeParse(schema, part);
  return result.success ? result.data : undefined;
}
