import { InvalidInbound, type ProviderClock } from "../ports.ts";
import {
  extensionOf,
  kindOf,
  messageObject,
  partsOfId,
  type BotMessage,
  type CustomerFile,
  type StoredFile,
} from "./message.ts";
import type { TelegramStorage } from "./storage.ts";

type Content = Pick<BotMessage, "bot" | "chat" | "text" | "file" | "buttons" | "fields">;

/** Private chats with bots: what is in them, and who the customers are. */
export class Chats {
  readonly #storage: TelegramStorage;
  readonly #clock: ProviderClock;
  readonly #names = new Map<number, string>();

  constructor(storage: TelegramStorage, clock: ProviderClock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  rename(chat: number, name: string): void {
    this.#names.set(chat, name);
  }

  nameOf(chat: number): string {
    return this.#names.get(chat) ?? `User ${chat}`;
  }

  add(content: Content, from: BotMessage["from"]): BotMessage {
    const messageId = this.#storage.newMessageId(content.bot, content.chat);
    const message = { ...content, messageId, from, at: this.#clock.now() };
    this.#storage.insert(message);
    return message;
  }

  keepFile(bot: string, { contentType, bytes }: Omit<CustomerFile, "name">): StoredFile {
    const fileId = this.#storage.newFileId();
    const path = `${kindOf(contentType).folder}/file_${fileId.slice(-12)}.${extensionOf(contentType)}`;
    const file = { fileId, bot, path, contentType, bytes };
    this.#storage.addFile(file);
    return file;
  }

  /** @throws InvalidInbound */
  message(bot: string, providerId: string): BotMessage {
    const parts = partsOfId(providerId);
    const message = parts && this.#storage.message(bot, parts.chat, parts.messageId);
    if (!message) throw new InvalidInbound(`${providerId} is no message of this chat`);
    return message;
  }

  /** As it stands in updates and answers. */
  object(message: BotMessage): object {
    return messageObject(message, this.nameOf(message.chat));
  }

  /** Those of the bot's last message alone: a one-time keyboard goes away. */
  buttons(bot: string, chat: number): string[] {
    const sent = this.#storage.sent(chat).filter((message) => message.bot === bot);
    return sent.at(-1)?.buttons ?? [];
  }
}
