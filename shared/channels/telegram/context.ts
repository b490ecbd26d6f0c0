import type { MessageContext } from "../../core/message.ts";
import {
  messageName,
  originSchema,
  partOf,
  quoteSchema,
  webAppSchema,
  type TelegramMessage,
  type TelegramUser,
} from "./update.ts";

/** Telegram numbers messages within a chat. */
export const providerIdOf = ({ chat, message_id }: { chat: { id: number }; message_id: number }): string =>
  `${chat.id}:${message_id}`;

export const nameOf = (user: TelegramUser | undefined): string | undefined =>
  [user?.first_name, user?.last_name].filter(Boolean).join(" ") || undefined;

/** What comes behind `/start` is from the link by which they came to the bot (https://core.telegram.org/bots/features#deep-linking). */
const deepLink = /^\/start ([A-Za-z0-9_-]{1,64})$/;

/** How a message refers to something else; undefined where it does not. */
export function contextOf(message: TelegramMessage): MessageContext | undefined {
  const origin = partOf(originSchema, message["forward_origin"]);
  if (origin) {
    const { sender_user, sender_user_name, sender_chat, chat } = origin;
    return withNote({ kind: "forward" }, nameOf(sender_user) ?? sender_user_name ?? (sender_chat ?? chat)?.title);
  }
  if (message["reply_to_story"] !== undefined) return { kind: "story-reply" };
  const webApp = partOf(webAppSchema, message["web_app_data"]);
  if (webApp) return { kind: "choice", choiceId: webApp.data };
  const quote = partOf(quoteSchema, message["quote"])?.text;
  const answered = partOf(messageName, message["reply_to_message"]);
  if (answered) return withNote({ kind: "reply", providerId: providerIdOf(answered) }, quote);
  // What is answered lies in another chat, where nobody of ours can see it.
  if (message["external_reply"] !== undefined) return withNote({ kind: "reply" }, quote);
  const link = typeof message["text"] === "string" ? deepLink.exec(message["text"])?.[1] : undefined;
  return link === undefined ? undefined : { kind: "referral", note: link };
}

const withNote = (context: MessageContext, note: string | undefined): MessageContext =>
  note === undefined ? context : { ...context, note };
