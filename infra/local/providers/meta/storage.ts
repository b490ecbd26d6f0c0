import { createHash, randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import type { ProvidedFile } from "../provider.ts";
import { ProviderStorage } from "../storage.ts";

const schema = `
  create table if not exists meta_identity (seed text not null, ids integer not null);
  create table if not exists meta_messages (
    position integer primary key autoincrement,
    id text not null unique,
    channel text not null,
    account text not null,
    customer text not null,
    alias text,
    direction text not null,
    at integer not null,
    arrives_at integer,
    document text not null
  );
  create index if not exists meta_messages_by_pair on meta_messages (account, customer, position);
  create table if not exists meta_files (
    id text primary key,
    account text not null,
    name text,
    content_type text not null,
    bytes blob not null
  ) without rowid;
  create table if not exists meta_events (
    id integer primary key autoincrement,
    object text not null,
    entry text not null,
    due_at integer not null,
    tries integer not null
  );
`;

/** A message as Meta keeps it; times are milliseconds since 1970. */
export interface MetaMessage<Content = unknown> {
  id: string;
  /** ours: whatsapp, messenger or instagram */
  channel: string;
  /** the number's id, the page's, the Instagram account's */
  account: string;
  /** a number with its "+", or a user id */
  customer: string;
  /** another id of the same customer */
  alias?: string;
  direction: "in" | "out";
  at: number;
  /** when the customer's phone has it; null: never */
  arrivesAt: number | null;
  content: Content;
}

/** An event on its way to the webhook: one entry of a request. */
export interface MetaEvent {
  id: number;
  object: string;
  entry: unknown;
  dueAt: number;
  tries: number;
}

export interface MetaFile extends ProvidedFile {
  id: string;
  account: string;
  name?: string;
}

/** What the simulated Meta knows. */
export class MetaStorage extends ProviderStorage {
  /**
   * @param file a path, or ":memory:"
   * @param seed makes the ids of a new file; the same seed gives the same ones
   */
  constructor(file: string, seed: string = randomUUID()) {
    super(file, schema);
    this.run("insert into meta_identity select ?, 0 where not exists (select 1 from meta_identity)", seed);
  }

  /** 32 bytes that nobody has had yet. */
  newDigest(): Buffer {
    const [row] = this.all("update meta_identity set ids = ids + 1 returning seed, ids");
    return createHash("sha256").update(`${row!["seed"]}:${row!["ids"]}`).digest();
  }

  /** As Meta's object ids: 16 digits. */
  newObjectId(): string {
    return String(1_000_000_000_000_000n + (this.newDigest().readBigUInt64BE() % 9_000_000_000_000_000n));
  }

  insert(message: MetaMessage): void {
    const { id, channel, account, customer, alias = null, direction, at, arrivesAt, content } = message;
    const sql = `insert into meta_messages (id, channel, account, customer, alias, direction, at, arrives_at, document)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.run(sql, id, channel, account, customer, alias, direction, at, arrivesAt, JSON.stringify(content));
  }

  update({ id, arrivesAt, content }: MetaMessage): void {
    const sql = "update meta_messages set arrives_at = ?, document = ? where id = ?";
    this.run(sql, arrivesAt, JSON.stringify(content), id);
  }

  message<Content>(id: string): MetaMessage<Content> | undefined {
    return this.#messages<Content>("select * from meta_messages where id = ?", id)[0];
  }

  /** Of both sides, oldest first. */
  conversation<Content>(account: string, customer: string): MetaMessage<Content>[] {
    const sql = `select * from meta_messages where account = ?1 and (customer = ?2 or alias = ?2) order by at, position`;
    return this.#messages<Content>(sql, account, customer);
  }

  /** When the customer last wrote to the account. */
  lastInboundAt(account: string, customer: string): number | undefined {
    const sql = `select max(at) as at from meta_messages
      where account = ?1 and direction = 'in' and (customer = ?2 or alias = ?2)`;
    const at = this.all(sql, account, customer)[0]?.["at"];
    return typeof at === "number" ? at : undefined;
  }

  /** What phones have by `now`, in the order in which it came. */
  arrived<Content>(filter: { channel: string | null; to: string | null; now: number }): MetaMessage<Content>[] {
    const sql = `select * from meta_messages
      where direction = 'out' and arrives_at <= ?1 and (?2 is null or channel = ?2)
        and (?3 is null or customer = ?3 or alias = ?3)
      order by arrives_at, position`;
    return this.#messages<Content>(sql, filter.now, filter.channel, filter.to);
  }

  addFile(account: string, { contentType, bytes, name }: ProvidedFile & { name?: string }): MetaFile {
    const file = { id: this.newObjectId(), account, contentType, bytes, ...(name !== undefined && { name }) };
    const sql = "insert into meta_files (id, account, name, content_type, bytes) values (?, ?, ?, ?, ?)";
    this.run(sql, file.id, account, name ?? null, contentType, bytes);
    return file;
  }

  file(id: string): MetaFile | undefined {
    const [row] = this.all("select * from meta_files where id = ?", id);
    return (
      row && {
        id: String(row["id"]),
        account: String(row["account"]),
        contentType: String(row["content_type"]),
        bytes: row["bytes"] as Uint8Array,
        ...(row["name"] !== null && { name: String(row["name"]) }),
      }
    );
  }

  addEvent({ object, entry, dueAt }: Pick<MetaEvent, "object" | "entry" | "dueAt">): MetaEvent {
    const sql = "insert into meta_events (object, entry, due_at, tries) values (?, ?, ?, 0) returning id";
    const [row] = this.all(sql, object, JSON.stringify(entry), dueAt);
    return { id: Number(row!["id"]), object, entry, dueAt, tries: 0 };
  }

  event(id: number): MetaEvent | undefined {
    return this.#events("select * from meta_events where id = ?", id)[0];
  }

  /** In the order in which they are due. */
  events(): MetaEvent[] {
    return this.#events("select * from meta_events order by due_at, id");
  }

  postpone(id: number, dueAt: number): void {
    this.run("update meta_events set due_at = ?, tries = tries + 1 where id = ?", dueAt, id);
  }

  removeEvent(id: number): void {
    this.run("delete from meta_events where id = ?", id);
  }

  #messages<Content>(sql: string, ...values: SQLInputValue[]): MetaMessage<Content>[] {
    return this.all(sql, ...values).map((row) => ({
      id: String(row["id"]),
      channel: String(row["channel"]),
      account: String(row["account"]),
      customer: String(row["customer"]),
      ...(row["alias"] !== null && { alias: String(row["alias"]) }),
      direction: row["direction"] as MetaMessage["direction"],
      at: Number(row["at"]),
      arrivesAt: row["arrives_at"] === null ? null : Number(row["arrives_at"]),
      content: JSON.parse(String(row["document"])) as Content,
    }));
  }

  #events(sql: string, ...values: SQLInputValue[]): MetaEvent[] {
    return this.all(sql, ...values).map((row) => ({
      id: Number(row["id"]),
      object: String(row["object"]),
      entry: JSON.parse(String(row["entry"])) as unknown,
      dueAt: Number(row["due_at"]),
      tries: Number(row["tries"]),
    }));
  }
}
