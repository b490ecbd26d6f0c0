import type { CloudDatabase } from "../database.ts";
import type { AcceptedMail, EventType } from "./events.ts";

const schema = `
CREATE TABLE IF NOT EXISTS ses_mails (
  message_id TEXT PRIMARY KEY, source TEXT NOT NULL, recipients TEXT NOT NULL, submitted BLOB NOT NULL,
  configuration_set TEXT, tags TEXT NOT NULL, caller TEXT NOT NULL, accepted_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS ses_steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, event TEXT NOT NULL, recipient TEXT, due_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS ses_received (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, recipient TEXT NOT NULL, content BLOB NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS ses_received_by_recipient ON ses_received (recipient, id);`;

/** An event that has not been published yet. */
export interface Step {
  id: number;
  messageId: string;
  event: EventType;
  /** undefined: the event is about the whole message */
  recipient: string | undefined;
  dueAt: number;
}

/** One mail in a customer's mailbox. */
export interface ReceivedMail {
  messageId: string;
  recipient: string;
  /** as the customer's server took it */
  content: Buffer;
  at: number;
}

/** What SES has accepted, has still to report, and has delivered. */
export class SesStorage {
  readonly #database: CloudDatabase;

  constructor(database: CloudDatabase) {
    this.#database = database;
    database.define(schema);
  }

  /** The mail with all that is to come of it, durable together. */
  accept(mail: AcceptedMail, steps: Omit<Step, "id">[]): Promise<Step[]> {
    return this.#database.write(() => {
      this.#database
        .statement("INSERT INTO ses_mails VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .run(
          mail.messageId,
          mail.source,
          JSON.stringify(mail.recipients),
          mail.submitted,
          mail.configurationSet ?? null,
          JSON.stringify(mail.tags),
          mail.caller,
          mail.acceptedAt,
        );
      return steps.map((step) => {
        const { lastInsertRowid } = this.#database
          .statement("INSERT INTO ses_steps (message_id, event, recipient, due_at) VALUES (?, ?, ?, ?)")
          .run(step.messageId, step.event, step.recipient ?? null, step.dueAt);
        return { ...step, id: Number(lastInsertRowid) };
      });
    });
  }

  mail(messageId: string): AcceptedMail {
    const row = this.#database.statement("SELECT * FROM ses_mails WHERE message_id = ?").get(messageId)!;
    return {
      messageId,
      source: String(row["source"]),
      recipients: JSON.parse(String(row["recipients"])) as string[],
      submitted: Buffer.from(row["submitted"] as Uint8Array),
      configurationSet: row["configuration_set"] === null ? undefined : String(row["configuration_set"]),
      tags: JSON.parse(String(row["tags"])) as Record<string, string>,
      caller: String(row["caller"]),
      acceptedAt: Number(row["accepted_at"]),
    };
  }

  /** In the order in which they are due. */
  steps(): Step[] {
    const rows = this.#database.statement("SELECT * FROM ses_steps ORDER BY due_at, id").all();
    return rows.map((row) => ({
      id: Number(row["id"]),
      messageId: String(row["message_id"]),
      event: row["event"] as EventType,
      recipient: row["recipient"] === null ? undefined : String(row["recipient"]),
      dueAt: Number(row["due_at"]),
    }));
  }

  async removeStep(id: number): Promise<void> {
    await this.#database.write(() => this.#database.statement("DELETE FROM ses_steps WHERE id = ?").run(id));
  }

  /** A copy that lies in the mailbox already is not put there again. */
  async deliver({ messageId, recipient, content, at }: ReceivedMail): Promise<void> {
    await this.#database.write(() =>
      this.#database
        .statement(
          `INSERT INTO ses_received (message_id, recipient, content, at) SELECT ?1, ?2, ?3, ?4
           WHERE NOT EXISTS (SELECT 1 FROM ses_received WHERE recipient = ?2 AND message_id = ?1)`,
        )
        .run(messageId, recipient, content, at),
    );
  }

  /** One recipient's copy of a message is as another's. */
  contentOf(messageId: string): Buffer | undefined {
    const row = this.#database
      .statement("SELECT content FROM ses_received WHERE message_id = ? LIMIT 1")
      .get(messageId);
    return row && Buffer.from(row["content"] as Uint8Array);
  }

  /** Oldest first. @param recipient in lower case; undefined: all mailboxes */
  received(recipient: string | undefined): ReceivedMail[] {
    const rows =
      recipient === undefined
        ? this.#database.statement("SELECT * FROM ses_received ORDER BY id").all()
        : this.#database.statement("SELECT * FROM ses_received WHERE recipient = ? ORDER BY id").all(recipient);
    return rows.map((row) => ({
      messageId: String(row["message_id"]),
      recipient: String(row["recipient"]),
      content: Buffer.from(row["content"] as Uint8Array),
      at: Number(row["at"]),
    }));
  }
}
