import type { Configuration } from "../../core/configuration.ts";
import type { Ignored, InboundMessage } from "../../core/message.ts";
import { isoTime } from "../../ports/clock.ts";
import { ignored, InvalidWebhook, type Parsed, type WebhookRequest } from "../channel.ts";
import { readableTexts, readBody } from "../json.ts";
import { problemsOf } from "../problems.ts";
import { unknownFields } from "../unknown-fields.ts";
import { contentOf } from "./content.ts";
import { contextOf, nameOf, providerIdOf } from "./context.ts";
import { callbackFields, messageFields, reactionFields } from "./fields.ts";
import { serviceField } from "./service.ts";
import { inboxIdOf } from "./signature.ts";
import {
  buttonsSchema,
  callbackSchema,
  locationSchema,
  memberSchema,
  messageSchema,
  partOf,
  reactionSchema,
  type TelegramMessage,
} from "./update.ts";
import * as z from "zod/mini";

const updateSchema = z.looseObject({ update_id: z.int() });

/** Whose update it is and which. */
interface Origin {
  inboxId: string;
  /** rises with each update of a bot, and stays when one comes again */
  updateId: number;
}

type Reader = (part: unknown, origin: Origin) => InboundMessage | Ignored;

/** By the one field beside `update_id` that an update has. @see https://core.telegram.org/bots/api#update */
const readers: Record<string, Reader> = {
  message: readMessage,
  edited_message: readEdit,
  callback_query: readCallback,
  message_reaction: readReaction,
  my_chat_member: readMember,
};

/** What setWebhook has to ask for. */
export const updateKinds = Object.keys(readers);

/** Updates that are nothing a customer says to us, and what they are. */
const others: Record<string, string> = {
  channel_post: "a post of a channel",
  edited_channel_post: "a post of a channel",
  business_connection: "a business account that the bot was connected to",
  business_message: "a chat of a business account, which is not the bot's own",
  edited_business_message: "a chat of a business account, which is not the bot's own",
  deleted_business_messages: "a chat of a business account, which is not the bot's own",
  guest_message: "a chat that the bot is only a guest of",
  message_reaction_count: "anonymous reactions in a channel",
  inline_query: "a search by inline mode, in some other chat",
  chosen_inline_result: "a search by inline mode, in some other chat",
  shipping_query: "a payment",
  pre_checkout_query: "a payment",
  purchased_paid_media: "a payment",
  subscription: "a payment",
  poll: "the state of a poll",
  poll_answer: "a vote in a poll",
  chat_member: "members of a group",
  chat_join_request: "members of a group",
  chat_boost: "a boost of a chat",
  removed_chat_boost: "a boost of a chat",
  managed_bot: "a bot that this one manages",
};

/**
 * @see https://core.telegram.org/bots/api#update
 * @throws InvalidWebhook naming the field at fault
 */
export function parse(request: WebhookRequest, config: Configuration): Parsed[] {
  const { update_id: updateId, ...rest } = read(updateSchema, readBody(request.body, readableTexts), "update");
  const inboxId = inboxIdOf(request);
  if (config.inboxes.some(({ id, channel }) => id === inboxId && channel !== "telegram"))
    return [ignored("the inbox of this path is one of another channel")];
  const isKnown = (field: string) => Object.hasOwn(readers, field) || Object.hasOwn(others, field);
  const kind = Object.keys(rest).find(isKnown) ?? Object.keys(rest)[0];
  if (kind === undefined) return [ignored("an update without content")];
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (reader) return [reader(rest[kind], { inboxId, updateId })];
  const known = Object.hasOwn(others, kind) ? others[kind] : undefined;
  return [ignored(known === undefined ? `updates of kind ${nameOfKind(kind)} are not known` : `${kind}: ${known}`)];
}

/** @throws InvalidWebhook naming the field, never what stands in it */
function read<Schema extends z.ZodMiniType>(schema: Schema, part: unknown, name: string): z.infer<Schema> {
  const result = z.safeParse(schema, part);
  if (result.success) return result.data;
  throw new InvalidWebhook(problemsOf(result.error, name));
}

function readMessage(part: unknown, { inboxId }: Origin): InboundMessage | Ignored {
  const message = read(messageSchema, part, "message");
  return notForUs(message) ?? said(message, inboxId);
}

/** What they changed a message to: another message, about that one. */
function readEdit(part: unknown, { inboxId, updateId }: Origin): InboundMessage | Ignored {
  const message = read(messageSchema, part, "edited_message");
  const stranger = notForUs(message);
  if (stranger) return stranger;
  if (partOf(locationSchema, message["location"])) return ignored("a live location has moved");
  const now = said(message, inboxId);
  if (now.kind === "ignored") return now;
  return {
    ...now,
    // Not its edit_date: of two changes within a second the second one would be lost.
    providerId: `${now.providerId}:edit:${updateId}`,
    ...saidOn(message.edit_date ?? message.date),
    context: { kind: "edit", providerId: now.providerId },
  };
}

function notForUs({ chat, from }: TelegramMessage): Ignored | undefined {
  if (chat.type !== "private") return ignored(elsewhere);
  return from?.is_bot ? ignored("a bot wrote it") : undefined;
}

const elsewhere = "it is not in a private chat: groups and channels have no one customer";

function said(message: TelegramMessage, inboxId: string): InboundMessage | Ignored {
  const content = contentOf(message);
  if (!content) return ignored(`service message ${serviceField(message)}`);
  const context = contextOf(message);
  return {
    ...base(message, inboxId, nameOf(message.from)),
    ...content,
    ...saidOn(message.date),
    ...(context && { context }),
    ...unknownFields(message, messageFields),
  };
}

const base = (
  message: { chat: { id: number }; message_id: number },
  inboxId: string,
  senderName: string | undefined,
): InboundMessage => ({
  kind: "message",
  channel: "telegram",
  accountId: inboxId,
  providerId: providerIdOf(message),
  from: String(message.chat.id),
  inboxId,
  text: "",
  media: [],
  ...(senderName !== undefined && { senderName }),
});

/** @param date seconds since 1970 */
const saidOn = (date: number | undefined) => (date === undefined ? {} : { providerTime: isoTime(date * 1000) });

function readCallback(part: unknown, { inboxId }: Origin): InboundMessage | Ignored {
  const callback = read(callbackSchema, part, "callback_query");
  const { id, from, data, message } = callback;
  if (!message) return ignored("a button of a message in some other chat");
  if (message.chat.type !== "private") return ignored(elsewhere);
  if (data === undefined) return ignored("a button that starts a game");
  const rows = partOf(buttonsSchema, message["reply_markup"])?.inline_keyboard ?? [];
  const button = rows.flat().find(({ callback_data }) => callback_data === data);
  const about = base(message, inboxId, nameOf(from));
  return {
    ...about,
    providerId: `${about.providerId}:choice:${id}`,
    text: button?.text ?? data,
    context: { kind: "choice", providerId: about.providerId, choiceId: data },
    ...unknownFields(callback, callbackFields),
  };
}

function readReaction(part: unknown, { inboxId, updateId }: Origin): InboundMessage | Ignored {
  const reaction = read(reactionSchema, part, "message_reaction");
  if (reaction.chat.type !== "private") return ignored(elsewhere);
  const before = new Set(reaction.old_reaction.map(keyOf));
  const added = reaction.new_reaction.filter((each) => !before.has(keyOf(each)));
  if (added.length === 0) return ignored("a reaction was taken back");
  const emoji = added.flatMap((each) => each.emoji ?? []);
  const about = base(reaction, inboxId, nameOf(reaction.user));
  return {
    ...about,
    providerId: `${about.providerId}:reaction:${updateId}`,
    ...saidOn(reaction.date),
    text: emoji.join(""),
    // An emoji of somebody's own is a sticker, which only its owner's app can show.
    ...(emoji.length < added.length && { marks: ["unsupported"] }),
    context: { kind: "reaction", providerId: about.providerId },
    isQuiet: true,
    ...unknownFields(reaction, reactionFields),
  };
}

const keyOf = ({ type, emoji, custom_emoji_id: own }: { type: string; emoji?: string; custom_emoji_id?: string }) =>
  `${type} ${emoji ?? own ?? ""}`;

/** Blocking says nothing about what was sent. What is sent from then on is refused with 403, which is remembered. */
function readMember(part: unknown): Ignored {
  const { chat, new_chat_member: member } = read(memberSchema, part, "my_chat_member");
  if (chat.type !== "private") return ignored(elsewhere);
  return ignored(member.status === "kicked" ? "the customer blocked the bot" : "the customer unblocked the bot");
}

/** It comes from outside: only what a field of Telegram's looks like is repeated. */
const nameOfKind = (kind: string): string => (/^[a-z_]{1,50}$/.test(kind) ? kind : "without a proper name");
