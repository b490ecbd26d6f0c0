import { createHash, randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import type { ProvidedFile } from "../provider.ts";
import { ProviderStorage } from "../storage.ts";

const schema = `
  create table if not exists custom_identity (seed text not null, ids integer not null);
  create table if not exists custom_replies (
    position integer primary key autoincrement,
    send_id text not null unique,
    customer text not null,
    document text not null
  );
  create table if not exists custom_files (id text primary key, content_type text not null, bytes blob not null) without rowid;
  create table if not exists custom_events (
    id text primary key,
    inbox text not null,
    body text not null,
    tries integer not null,
    due_at integer not null
  ) without rowid;
`;

/** A reply that the system has taken; times are milliseconds since 1970. */
export interface TakenReply {
  /** what the system calls it */
  id: string;
  sendId: string;
  inboxId: string;
  to: string;
  text: string;
  files: { id: string; name: string; contentType: string }[];
  buttons: string[];
  at: number;
}

/** An event on its way to the router. */
export interface PendingEvent {
  /** `webhook-id` */
  id: string;
  inboxId: string;
  body: string;
  tries: number;
  dueAt: number;
}

/** What the system knows. */
export class CustomStorage extends ProviderStorage {
  /**
   * @param file a path, or ":memory:"
   * @param seed makes the ids of a new file; the same seed gives the same ones
   */
  constructor(file: string, seed: string = randomUUID()) {
    super(file, schema);
    this.run("insert into custom_identity select ?, 0 where not exists (select 1 from custom_identity)", seed);
  }

  newId(prefix: "msg" | "file"): string {
    const [row] = this.all("update custom_identity set ids = ids + 1 returning seed, ids");
    return `${prefix}-${createHash("sha256").update(`${row!["seed"]}:${row!["ids"]}`).digest("hex").slice(0, 24)}`;
  }

  addReply(reply: TakenReply): void {
    const sql = "insert into custom_replies (send_id, customer, document) values (?, ?, ?)";
    this.run(sql, reply.sendId, reply.to, JSON.stringify(reply));
  }

  reply(sendId: string): TakenReply | undefined {
    return this.#replies("select document from custom_replies where send_id = ?", sendId)[0];
  }

  /** Oldest first. */
  replies(to: string | null): TakenReply[] {
    return this.#replies("select document from custom_replies where ?1 is null or customer = ?1 order by position", to);
  }

  addFile(id: string, { contentType, bytes }: ProvidedFile): void {
    this.run("insert into custom_files values (?, ?, ?)", id, contentType, bytes);
  }

  file(id: string): ProvidedFile | undefined {
    const [row] = this.all("select * from custom_files where id = ?", id);
    return row && { contentType: String(row["content_type"]), bytes: row["bytes"] as Uint8Array };
  }

  putEvent({ id, inboxId, body, tries, dueAt }: PendingEvent): void {
    this.run("insert or replace into custom_events values (?, ?, ?, ?, ?)", id, inboxId, body, tries, dueAt);
  }

  removeEvent(id: string): void {
    this.run("delete from custom_events where id = ?", id);
  }

  /** That the router has not taken yet, in the order in which they are due. */
  events(): PendingEvent[] {
    return this.all("select * from custom_events order by due_at, id").map((row) => ({
      id: String(row["id"]),
      inboxId: String(row["inbox"]),
      body: String(row["body"]),
      tries: Number(row["tries"]),
      dueAt: Number(row["due_at"]),
    }));
  }

  #replies(sql: string, ...values: SQLInputValue[]): TakenReply[] {
    return this.all(sql, ...values).map((row) => JSON.parse(String(row["document"])) as TakenReply);
  }
}
