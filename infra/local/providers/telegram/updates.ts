import { InvalidInbound } from "../ports.ts";
import type { Chats } from "./chats.ts";
import { fileFields, secondsOf, type BotMessage, type CustomerAction } from "./message.ts";
import type { TelegramStorage } from "./storage.ts";

const maxAlbum = 10;

/** An update but for its id, and the message that it is about. */
export interface Happening {
  /** `chat:message` */
  providerId: string;
  update: Record<string, unknown>;
}

interface Where {
  /** the bot's user name */
  bot: string;
  chat: number;
  chats: Chats;
  storage: TelegramStorage;
  now: number;
}

/** What Telegram tells a bot of what a customer does. @throws InvalidInbound */
export function happeningsOf(action: CustomerAction, where: Where): Happening[] {
  const { bot, chat, chats, storage } = where;
  if (action.blocks !== undefined) {
    storage.setBlocked(bot, chat, action.blocks);
    return [membership(action.blocks, where)];
  }
  if (action.reaction) return [reaction(action.reaction, where)];
  if (action.edits !== undefined) return [edit(action.edits, action.text ?? "", where)];
  const contents = contentsOf(action, where);
  storage.setBlocked(bot, chat, false);
  return contents.map((content) => {
    const message = chats.add({ bot, chat, ...content }, "customer");
    return { providerId: `${chat}:${message.messageId}`, update: { message: chats.object(message) } };
  });
}

/** What each message of an action says: one, or the files of an album. */
function contentsOf(action: CustomerAction, where: Where): Pick<BotMessage, "fields" | "text">[] {
  const { bot, chat, chats, storage } = where;
  const { media = [], location, contact, button } = action;
  const text = (button ?? action.text ?? "").toWellFormed();
  if (button !== undefined && !chats.buttons(bot, chat).includes(button))
    throw new InvalidInbound(`button: the bot shows no button "${button}"`);
  if (media.length > maxAlbum) throw new InvalidInbound(`media: an album has ${maxAlbum} files at most`);
  const answered =
    action.replyTo === undefined ? {} : { reply_to_message: chats.object(chats.message(bot, action.replyTo)) };
  if (location) return [{ fields: { location, ...answered }, text: "" }];
  if (contact) {
    const { phoneNumber: phone_number, firstName: first_name } = contact;
    return [{ fields: { contact: { phone_number, first_name }, ...answered }, text: "" }];
  }
  if (media.length === 0) {
    if (text === "") throw new InvalidInbound("text: a message needs a text, a file or something else to say");
    return [{ fields: { text, ...answered }, text }];
  }
  const album = media.length > 1 ? { media_group_id: String(storage.newUpdateId()) } : {};
  return media.map((file, index) => {
    const words = index === 0 ? text : "";
    const caption = words === "" ? {} : { caption: words };
    const about = fileFields(chats.keepFile(bot, file), file.name);
    return { fields: { ...about, ...caption, ...album, ...(index === 0 && answered) }, text: words };
  });
}

function membership(blocks: boolean, { chat, chats, now }: Where): Happening {
  const member = (blocked: boolean) => ({ status: blocked ? "kicked" : "member" });
  const update = {
    my_chat_member: {
      chat: { id: chat, type: "private" },
      from: { id: chat, is_bot: false, first_name: chats.nameOf(chat) },
      date: secondsOf(now),
      old_chat_member: member(!blocks),
      new_chat_member: member(blocks),
    },
  };
  return { providerId: `${chat}:0`, update };
}

function reaction(
  { providerId, emoji }: NonNullable<CustomerAction["reaction"]>,
  { bot, chats, storage, now }: Where,
): Happening {
  const { reaction: before, ...message } = chats.message(bot, providerId);
  storage.update(emoji === null ? message : { ...message, reaction: emoji });
  const list = (each: string | null | undefined) => (each ? [{ type: "emoji", emoji: each }] : []);
  const update = {
    message_reaction: {
      chat: { id: message.chat, type: "private" },
      message_id: message.messageId,
      user: { id: message.chat, is_bot: false, first_name: chats.nameOf(message.chat) },
      date: secondsOf(now),
      old_reaction: list(before),
      new_reaction: list(emoji),
    },
  };
  return { providerId, update };
}

function edit(providerId: string, text: string, { bot, chats, storage, now }: Where): Happening {
  const message = chats.message(bot, providerId);
  if (message.from !== "customer") throw new InvalidInbound(`edits: ${providerId} is no message of theirs`);
  const words = "text" in message.fields ? { text } : { caption: text };
  const edited = { ...message, text, fields: { ...message.fields, ...words } };
  storage.update(edited);
  return { providerId, update: { edited_message: { ...chats.object(edited), edit_date: secondsOf(now) } } };
}
