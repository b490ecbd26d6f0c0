import { createHash, randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import { ProviderStorage, type Row } from "../storage.ts";
import type { BotMessage, PendingUpdate, StoredFile } from "./message.ts";

const schema = `
  create table if not exists telegram_identity (seed text not null, files integer not null, updates integer not null);
  create table if not exists telegram_messages (
    position integer primary key autoincrement,
    bot text not null,
    chat integer not null,
    message_id integer not null,
    document text not null,
    unique (bot, chat, message_id)
  );
  create table if not exists telegram_files (
    file_id text primary key,
    bot text not null,
    path text not null unique,
    content_type text not null,
    bytes blob not null
  ) without rowid;
  create table if not exists telegram_chats (
    bot text not null,
    chat integer not null,
    blocked integer not null,
    primary key (bot, chat)
  ) without rowid;
  create table if not exists telegram_updates (id integer primary key, bot text not null, body text not null, tries integer not null);
`;

/** What the simulated Telegram knows. */
export class TelegramStorage extends ProviderStorage {
  /**
   * @param file a path, or ":memory:"
   * @param seed makes the file ids of a new file; the same seed gives the same ones
   */
  constructor(file: string, seed: string = randomUUID()) {
    super(file, schema);
    const first =
      "insert into telegram_identity select ?, 0, 700000000 where not exists (select 1 from telegram_identity)";
    this.run(first, seed);
  }

  newFileId(): string {
    const [row] = this.all("update telegram_identity set files = files + 1 returning seed, files");
    return `AgAC${createHash("sha256").update(`${row!["seed"]}:${row!["files"]}`).digest("base64url")}`;
  }

  /** Rises with each update of all bots. */
  newUpdateId(): number {
    const [row] = this.all("update telegram_identity set updates = updates + 1 returning updates");
    return Number(row!["updates"]);
  }

  /** Counted within a bot's chat, as in private chats. */
  newMessageId(bot: string, chat: number): number {
    const sql = "select coalesce(max(message_id), 100) + 1 as next from telegram_messages where bot = ? and chat = ?";
    return Number(this.all(sql, bot, chat)[0]!["next"]);
  }

  insert(message: BotMessage): void {
    const { bot, chat, messageId } = message;
    const sql = "insert into telegram_messages (bot, chat, message_id, document) values (?, ?, ?, ?)";
    this.run(sql, bot, chat, messageId, JSON.stringify(message));
  }

  update(message: BotMessage): void {
    const { bot, chat, messageId } = message;
    const sql = "update telegram_messages set document = ? where bot = ? and chat = ? and message_id = ?";
    this.run(sql, JSON.stringify(message), bot, chat, messageId);
  }

  message(bot: string, chat: number, messageId: number): BotMessage | undefined {
    const sql = "select document from telegram_messages where bot = ? and chat = ? and message_id = ?";
    return this.#messages(sql, bot, chat, messageId)[0];
  }

  /** What bots have sent, oldest first. */
  sent(chat: number | null): BotMessage[] {
    const sql = `select document from telegram_messages
      where document ->> 'from' = 'bot' and (?1 is null or chat = ?1) order by position`;
    return this.#messages(sql, chat);
  }

  addFile(file: StoredFile): void {
    const { fileId, bot, path, contentType, bytes } = file;
    this.run("insert into telegram_files values (?, ?, ?, ?, ?)", fileId, bot, path, contentType, bytes);
  }

  file(by: { fileId: string } | { path: string }): StoredFile | undefined {
    const [row] =
      "fileId" in by
        ? this.all("select * from telegram_files where file_id = ?", by.fileId)
        : this.all("select * from telegram_files where path = ?", by.path);
    return row && fileOf(row);
  }

  /** They have written to the bot: from then on it may write to them, unless they block it. */
  setBlocked(bot: string, chat: number, blocked: boolean): void {
    this.run("insert or replace into telegram_chats values (?, ?, ?)", bot, chat, Number(blocked));
  }

  /** @returns undefined where they never wrote to the bot */
  isBlocked(bot: string, chat: number): boolean | undefined {
    const [row] = this.all("select blocked from telegram_chats where bot = ? and chat = ?", bot, chat);
    return row && row["blocked"] === 1;
  }

  addUpdate({ id, bot, body }: Omit<PendingUpdate, "tries">): void {
    this.run("insert into telegram_updates values (?, ?, ?, 0)", id, bot, body);
  }

  countTry(id: number): void {
    this.run("update telegram_updates set tries = tries + 1 where id = ?", id);
  }

  removeUpdate(id: number): void {
    this.run("delete from telegram_updates where id = ?", id);
  }

  /** That the router has not taken yet, oldest first. */
  updates(): PendingUpdate[] {
    return this.all("select * from telegram_updates order by id").map((row) => ({
      id: Number(row["id"]),
      bot: String(row["bot"]),
      body: String(row["body"]),
      tries: Number(row["tries"]),
    }));
  }

  #messages(sql: string, ...values: SQLInputValue[]): BotMessage[] {
    return this.all(sql, ...values).map((row) => JSON.parse(String(row["document"])) as BotMessage);
  }
}

const fileOf = (row: Row): StoredFile => ({
  fileId: String(row["file_id"]),
  bot: String(row["bot"]),
  path: String(row["path"]),
  contentType: String(row["content_type"]),
  bytes: row["bytes"] as Uint8Array<ArrayBuffer>,
});
