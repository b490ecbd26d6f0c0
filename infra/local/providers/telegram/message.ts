/** One message of a private chat with a bot, as the simulated Telegram keeps it; times are milliseconds since 1970. */
export interface BotMessage {
  /** the bot's user name */
  bot: string;
  /** the customer's id, which is the private chat's too */
  chat: number;
  messageId: number;
  from: "customer" | "bot";
  /** of a file: its caption */
  text: string;
  file?: MessageFile;
  /** the buttons that stand in place of the customer's keyboard */
  buttons?: string[];
  /** the customer's */
  reaction?: string;
  at: number;
  /** fields of the message as they stand in an update, beside those that all have */
  fields: Record<string, unknown>;
}

export interface MessageFile {
  fileId: string;
  path: string;
  contentType: string;
  name?: string;
}

/** A file on Telegram's machines, as a bot downloads it. */
export interface StoredFile {
  fileId: string;
  bot: string;
  /** as getFile gives it */
  path: string;
  contentType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** An update on its way to the router. */
export interface PendingUpdate {
  id: number;
  bot: string;
  body: string;
  tries: number;
}

/** A file of a customer's. */
export interface CustomerFile {
  contentType: string;
  bytes: Uint8Array<ArrayBuffer>;
  name?: string;
}

/** What a customer does in their chat with a bot. */
export interface CustomerAction {
  /** the customer's id, in digits */
  from: string;
  /** the bot's user name */
  to: string;
  /** their first name; absent: one that follows from the id */
  name?: string;
  text?: string;
  /** several are an album */
  media?: CustomerFile[];
  location?: { latitude: number; longitude: number };
  contact?: { phoneNumber: string; firstName: string };
  /** `chat:message` that it answers */
  replyTo?: string;
  /** `chat:message` that gets the emoji; null takes the reaction back */
  reaction?: { providerId: string; emoji: string | null };
  /** `chat:message` of theirs that now says `text` */
  edits?: string;
  /** one of the buttons that the bot showed last */
  button?: string;
  /** they block the bot, or let it write again */
  blocks?: boolean;
}

const kinds: [RegExp, "photo" | "video" | "voice" | "audio" | "document", string][] = [
  [/^image\/(jpeg|png|webp)/, "photo", "photos"],
  [/^video\//, "video", "videos"],
  [/^audio\/ogg/, "voice", "voice"],
  [/^audio\//, "audio", "music"],
];

/** The field of a message that a file of this type stands in, and the folder that Telegram keeps it in. */
export function kindOf(contentType: string): { field: string; folder: string } {
  const [, field = "document", folder = "documents"] = kinds.find(([types]) => types.test(contentType)) ?? [];
  return { field, folder };
}

const extensions: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "audio/ogg": "oga",
  "audio/mpeg": "mp3",
  "application/pdf": "pdf",
};

export const extensionOf = (contentType: string): string => extensions[contentType] ?? "bin";

/** What a message says of its file. @see https://core.telegram.org/bots/api#message */
export function fileFields(file: StoredFile, name: string | undefined): Record<string, unknown> {
  const { field } = kindOf(file.contentType);
  const about = { file_id: file.fileId, file_unique_id: file.fileId.slice(-16), file_size: file.bytes.length };
  if (field === "photo") {
    const small = { ...about, file_id: `${file.fileId}-s`, width: 90, height: 60, file_size: 1_000 };
    return { photo: [small, { ...about, width: 1280, height: 853 }] };
  }
  return { [field]: { ...about, mime_type: file.contentType, ...(name !== undefined && { file_name: name }) } };
}

/** @param providerId `chat:message` */
export function partsOfId(providerId: string): { chat: number; messageId: number } | undefined {
  const [, chat, messageId] = /^(\d+):(\d+)$/.exec(providerId) ?? [];
  return chat === undefined || messageId === undefined
    ? undefined
    : { chat: Number(chat), messageId: Number(messageId) };
}

export const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** The Message object. */
export const messageObject = ({ bot, chat, messageId, from, at, fields }: BotMessage, customerName: string) => ({
  message_id: messageId,
  from:
    from === "bot"
      ? { id: 7_000_000_001, is_bot: true, first_name: bot, username: bot }
      : { id: chat, is_bot: false, first_name: customerName },
  chat: { id: chat, type: "private", first_name: customerName },
  date: secondsOf(at),
  ...fields,
});
