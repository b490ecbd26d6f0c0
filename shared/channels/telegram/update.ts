import * as z from "zod/mini";
import { listOf, orNothing } from "../lenient.ts";

/*
 * What we read of Telegram's updates; fields.ts has what else is documented.
 * https://core.telegram.org/bots/api#update and #message
 */

/** At most 52 significant bits (Bot API, "User" and "Chat"), which a number holds. */
const id = z.int();
const seconds = z.int().check(z.minimum(0), z.maximum(99_999_999_999));
const chat = z.object({ id, type: z.string() });
const text = z.string();

const words = orNothing(text);
const flag = orNothing(z.boolean());
/** A number of bytes that is none says nothing of the file. */
const bytes = orNothing(z.int().check(z.minimum(0)));

const user = z.object({ first_name: words, last_name: words, is_bot: flag });

export type TelegramUser = z.infer<typeof user>;

/** Any message: which one it is. Each other field is read for itself, so that one that is odd takes no other with it. */
export const messageSchema = z.looseObject({
  message_id: id,
  date: orNothing(seconds),
  edit_date: orNothing(seconds),
  chat,
  from: orNothing(user),
});

export type TelegramMessage = z.infer<typeof messageSchema>;

/** A message that another one is about: that it is one, and where. */
export const messageName = z.object({ message_id: id, chat });

export const callbackSchema = z.looseObject({
  id: text,
  from: orNothing(user),
  /** what we had given the button; absent for games */
  data: z.optional(text),
  /** absent for messages of inline mode; one that is too old has no buttons any more */
  message: z.optional(z.looseObject({ message_id: id, chat })),
});

/** Rows of buttons under a message. */
export const buttonsSchema = z.object({
  inline_keyboard: z.array(z.array(z.object({ text, callback_data: words }))),
});

const reaction = z.object({ type: text, emoji: words, custom_emoji_id: words });

export const reactionSchema = z.looseObject({
  chat,
  message_id: id,
  user: orNothing(user),
  date: orNothing(seconds),
  old_reaction: listOf(reaction),
  new_reaction: z.array(reaction),
});

export const memberSchema = z.object({ chat, new_chat_member: z.object({ status: text }) });

export const fileSchema = z.object({
  file_id: text,
  file_size: bytes,
  file_name: words,
  mime_type: words,
});

/** A file by its id; the rest may be missing. */
export type TelegramFile = Pick<z.infer<typeof fileSchema>, "file_id"> & Partial<z.infer<typeof fileSchema>>;

const side = z.pipe(
  orNothing(z.number().check(z.minimum(0))),
  z.transform((given) => given ?? 0),
);
export const photoSchema = listOf(z.object({ file_id: text, width: side, height: side, file_size: bytes }));

export const stickerSchema = z.object({
  file_id: text,
  file_size: bytes,
  emoji: words,
  is_animated: flag,
  is_video: flag,
});

export const locationSchema = z.object({
  latitude: z.number(),
  longitude: z.number(),
  horizontal_accuracy: orNothing(z.number()),
});

export const venueSchema = z.object({ location: locationSchema, title: text, address: text });

export const contactSchema = z.object({ phone_number: text, first_name: words, last_name: words });

export const pollSchema = z.object({ question: text, options: listOf(z.object({ text })) });

export const checklistSchema = z.object({ title: text, tasks: listOf(z.object({ text })) });

export const diceSchema = z.object({ emoji: text, value: z.number() });

export const gameSchema = z.object({ title: text, description: text });

export const webAppSchema = z.object({ data: text, button_text: text });

export const entitiesSchema = listOf(z.object({ type: text, offset: z.int(), length: z.int(), url: words }));

export const quoteSchema = z.object({ text });

/** Whose message was passed on: a person, one who hides, a group or a channel. */
export const originSchema = z.object({
  sender_user: orNothing(user),
  sender_user_name: words,
  sender_chat: orNothing(z.object({ title: words })),
  chat: orNothing(z.object({ title: words })),
});

/** Reads a part of a message; undefined where it is not there, or not as it is documented. */
export function partOf<Schema extends z.ZodMiniType>(schema: Schema, part: unknown): z.infer<Schema> | undefined {
  if (part === undefined) return undefined;
  const result = z.safeParse(schema, part);
  return result.success ? result.data : undefined;
}
