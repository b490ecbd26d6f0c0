import { createHash, randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import type { ProvidedFile } from "../provider.ts";
import { ProviderStorage } from "../storage.ts";
import type { SimulatedMessage, Step } from "./message.ts";

const schema = `
  create table if not exists twilio_identity (seed text not null, sids integer not null);
  create table if not exists twilio_messages (
    position integer primary key autoincrement,
    sid text not null unique,
    account_sid text not null,
    from_address text not null,
    to_address text not null,
    document text not null
  );
  create index if not exists twilio_messages_by_pair on twilio_messages (to_address, from_address, position);
  create table if not exists twilio_opt_outs (
    number text not null,
    customer text not null,
    primary key (number, customer)
  ) without rowid;
  create table if not exists twilio_steps (
    id integer primary key autoincrement,
    sid text not null,
    status text not null,
    error_code integer,
    callback integer not null,
    due_at integer not null
  );
  create table if not exists twilio_files (
    sid text primary key,
    token text not null unique,
    content_type text not null,
    bytes blob not null
  ) without rowid;
`;

export interface MessageFilter {
  accountSid: string;
  to: string | null;
  from: string | null;
  /** by when Twilio passed it on; milliseconds since 1970, both included */
  sentFrom?: number | null;
  sentUntil?: number | null;
  /** only what lies before this message in the list */
  afterSid: string | null;
  limit: number;
}

/** What the simulated Twilio knows. */
export class TwilioStorage extends ProviderStorage {
  /**
   * @param file a path, or ":memory:"
   * @param seed makes the SIDs of a new file; the same seed gives the same SIDs
   */
  constructor(file: string, seed: string = randomUUID()) {
    super(file, schema);
    this.run("insert into twilio_identity select ?, 0 where not exists (select 1 from twilio_identity)", seed);
  }

  newSid(prefix: "SM" | "MM" | "ME"): string {
    const [row] = this.all("update twilio_identity set sids = sids + 1 returning seed, sids");
    return prefix + createHash("sha256").update(`${row!["seed"]}:${row!["sids"]}`).digest("hex").slice(0, 32);
  }

  insert(message: SimulatedMessage): void {
    this.run(
      "insert into twilio_messages (sid, account_sid, from_address, to_address, document) values (?, ?, ?, ?, ?)",
      message.sid,
      message.accountSid,
      message.from,
      message.to,
      JSON.stringify(message),
    );
  }

  update(message: SimulatedMessage): void {
    this.run("update twilio_messages set document = ? where sid = ?", JSON.stringify(message), message.sid);
  }

  message(sid: string): SimulatedMessage | undefined {
    return this.#messages("select document from twilio_messages where sid = ?", sid)[0];
  }

  /** Newest first. */
  list({
    accountSid,
    to,
    from,
    sentFrom = null,
    sentUntil = null,
    afterSid,
    limit,
  }: MessageFilter): SimulatedMessage[] {
    const conditions: [condition: string, value: SQLInputValue][] = [
      ["account_sid = ?", accountSid],
      ["to_address = ?", to],
      ["from_address = ?", from],
      ["document ->> 'sentAt' >= ?", sentFrom],
      ["document ->> 'sentAt' <= ?", sentUntil],
      ["position < (select position from twilio_messages where sid = ?)", afterSid],
    ];
    // Only what is asked for stands in the query, so that it finds its index.
    const asked = conditions.filter(([, value]) => value !== null);
    return this.#messages(
      `select document from twilio_messages where ${asked.map(([condition]) => condition).join(" and ")}
       order by position desc limit ?`,
      ...asked.map(([, value]) => value),
      limit,
    );
  }

  /** When a customer wrote last to one of our numbers. */
  lastInboundAt(number: string, customer: string): number | undefined {
    const [row] = this.all(
      `select max(document ->> 'createdAt') as at from twilio_messages
       where to_address = ? and from_address = ? and document ->> 'direction' = 'inbound'`,
      number,
      customer,
    );
    return typeof row?.["at"] === "number" ? row["at"] : undefined;
  }

  /** Keeps a file where nobody can guess it. */
  keepFile(sid: string, { contentType, bytes }: ProvidedFile): void {
    const token = createHash("sha256").update(`${this.#seed()}:file:${sid}`).digest("hex").slice(0, 32);
    this.run("insert or replace into twilio_files values (?, ?, ?, ?)", sid, token, contentType, bytes);
  }

  file(sid: string): (ProvidedFile & { token: string }) | undefined {
    return this.#files("select * from twilio_files where sid = ?", sid)[0];
  }

  fileAt(token: string): ProvidedFile | undefined {
    return this.#files("select * from twilio_files where token = ?", token)[0];
  }

  /** What phones have received, oldest first. */
  delivered(to: string | null): SimulatedMessage[] {
    return this.#messages(
      `select document from twilio_messages
       where document ->> 'deliveredAt' is not null and (?1 is null or to_address = ?1)
       order by document ->> 'deliveredAt', position`,
      to,
    );
  }

  setOptOut(number: string, customer: string, optedOut: boolean): void {
    this.run(
      optedOut
        ? "insert or ignore into twilio_opt_outs values (?, ?)"
        : "delete from twilio_opt_outs where number = ? and customer = ?",
      number,
      customer,
    );
  }

  isOptedOut(number: string, customer: string): boolean {
    return this.all("select 1 from twilio_opt_outs where number = ? and customer = ?", number, customer).length > 0;
  }

  addStep(step: Omit<Step, "id">): Step {
    const [row] = this.all(
      "insert into twilio_steps (sid, status, error_code, callback, due_at) values (?, ?, ?, ?, ?) returning id",
      step.sid,
      step.status,
      step.errorCode,
      Number(step.callback),
      step.dueAt,
    );
    return { ...step, id: Number(row!["id"]) };
  }

  /** What was to become of a message does not any more. */
  removeStepsOf(sid: string): void {
    this.run("delete from twilio_steps where sid = ?", sid);
  }

  hasStep(id: number): boolean {
    return this.all("select 1 from twilio_steps where id = ?", id).length > 0;
  }

  removeStep(id: number): void {
    this.run("delete from twilio_steps where id = ?", id);
  }

  /** In the order in which they are due. */
  steps(): Step[] {
    return this.all("select * from twilio_steps order by due_at, id").map((row) => ({
      id: Number(row["id"]),
      sid: String(row["sid"]),
      status: row["status"] as Step["status"],
      errorCode: row["error_code"] === null ? null : Number(row["error_code"]),
      callback: row["callback"] === 1,
      dueAt: Number(row["due_at"]),
    }));
  }

  #seed(): string {
    return String(this.all("select seed from twilio_identity")[0]!["seed"]);
  }

  #files(sql: string, ...values: SQLInputValue[]): (ProvidedFile & { token: string })[] {
    return this.all(sql, ...values).map((row) => ({
      token: String(row["token"]),
      contentType: String(row["content_type"]),
      bytes: row["bytes"] as Uint8Array,
    }));
  }

  #messages(sql: string, ...values: SQLInputValue[]): SimulatedMessage[] {
    return this.all(sql, ...values).map((row) => JSON.parse(String(row["document"])) as SimulatedMessage);
  }
}
