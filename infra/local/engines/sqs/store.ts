import { randomUUID } from "node:crypto";
import type { CloudDatabase } from "../database.ts";
import { type MessageRow, messageColumns, type QueueRow, schema } from "./schema.ts";
import type { QueueSettings } from "./settings.ts";
import type { AcceptedEntry } from "./validation.ts";

/** SQS's tables. Every method is synchronous and belongs inside a transaction of `CloudDatabase`. */
export class QueueStore {
  readonly #database: CloudDatabase;

  constructor(database: CloudDatabase) {
    this.#database = database;
    database.define(schema);
  }

  queues(): QueueRow[] {
    return this.#all(
      "SELECT name, attributes, created_at AS createdAt, modified_at AS modifiedAt, purged_at AS purgedAt FROM sqs_queues",
    ).map((row) => ({
      ...(row as unknown as QueueRow),
      attributes: JSON.parse(String(row["attributes"])),
    }));
  }

  putQueue(queue: QueueRow): void {
    this.#run(
      "INSERT OR REPLACE INTO sqs_queues (name, attributes, created_at, modified_at, purged_at) VALUES (?, ?, ?, ?, ?)",
      queue.name,
      JSON.stringify(queue.attributes),
      queue.createdAt,
      queue.modifiedAt,
      queue.purgedAt ?? null,
    );
  }

  /** The message that was sent under this deduplication id within the window, if any. */
  duplicateOf(
    queue: string,
    scope: string,
    deduplicationId: string,
    now: number,
  ): { messageId: string; number: number } | undefined {
    this.#run("DELETE FROM sqs_deduplications WHERE queue = ? AND expires_at <= ?", queue, now);
    return this.#one(
      "SELECT message_id AS messageId, number FROM sqs_deduplications WHERE queue = ? AND scope = ? AND deduplication_id = ?",
      queue,
      scope,
      deduplicationId,
    );
  }

  rememberDeduplication(
    queue: string,
    scope: string,
    deduplicationId: string,
    sent: { messageId: string; number: number },
    expiresAt: number,
  ): void {
    this.#run(
      "INSERT INTO sqs_deduplications (queue, scope, deduplication_id, message_id, number, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
      queue,
      scope,
      deduplicationId,
      sent.messageId,
      sent.number,
      expiresAt,
    );
  }

  add(
    queue: string,
    accepted: AcceptedEntry,
    settings: QueueSettings,
    attributes: string | null,
    now: number,
  ): { messageId: string; number: number } {
    const messageId = randomUUID();
    const number = this.#insert(queue, settings.fifo, {
      messageId,
      body: accepted.body,
      attributes,
      traceHeader: accepted.entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? null,
      groupId: accepted.groupId ?? null,
      deduplicationId: accepted.deduplicationId ?? null,
      sourceQueue: null,
      sentAt: now,
      visibleAt: now + accepted.delaySeconds * 1000,
      receiveCount: 0,
      firstReceivedAt: null,
    });
    return { messageId, number };
  }

  /** Lanes that may be served now, the one that waits longest first. */
  readyLanes(queue: string, now: number, limit: number): string[] {
    return this.#all(
      "SELECT lane FROM sqs_lanes WHERE queue = ? AND ready_at <= ? ORDER BY turn LIMIT ?",
      queue,
      now,
      limit,
    ).map((row) => String(row["lane"]));
  }

  /** When the next lane becomes ready that is not ready now. */
  nextReadyAt(queue: string, now: number): number | undefined {
    const row = this.#one<{ readyAt: number | null }>(
      "SELECT min(ready_at) AS readyAt FROM sqs_lanes WHERE queue = ? AND ready_at > ?",
      queue,
      now,
    );
    return row?.readyAt ?? undefined;
  }

  /** The next messages of a lane behind `after` up to the first that is not visible, in order. */
  visibleInLane(queue: string, lane: string, now: number, after: number, limit: number): MessageRow[] {
    const rows = this.#all(
      `SELECT ${messageColumns} FROM sqs_messages WHERE queue = ? AND lane = ? AND number > ? ORDER BY number LIMIT ?`,
      queue,
      lane,
      after,
      limit,
    ) as unknown as MessageRow[];
    const hidden = rows.findIndex((row) => row.visibleAt > now);
    return hidden < 0 ? rows : rows.slice(0, hidden);
  }

  /** @returns the message as it is handed out */
  handOut(message: MessageRow, now: number, visibleAt: number): MessageRow {
    const receiveCount = message.receiveCount + 1;
    const firstReceivedAt = message.firstReceivedAt ?? now;
    this.#run(
      "UPDATE sqs_messages SET visible_at = ?, receive_count = ?, first_received_at = ?, receipt = ? WHERE number = ?",
      visibleAt,
      receiveCount,
      firstReceivedAt,
      receiveCount,
      message.number,
    );
    return { ...message, visibleAt, receiveCount, firstReceivedAt, receipt: receiveCount };
  }

  message(queue: string, number: number): MessageRow | undefined {
    return this.#one(`SELECT ${messageColumns} FROM sqs_messages WHERE queue = ? AND number = ?`, queue, number);
  }

  /** Messages of a queue that are not in flight, oldest first. */
  atRest(queue: string, now: number): MessageRow[] {
    return this.#all(
      `SELECT ${messageColumns} FROM sqs_messages WHERE queue = ? AND (receipt IS NULL OR visible_at <= ?) ORDER BY number`,
      queue,
      now,
    ) as unknown as MessageRow[];
  }

  setVisibleAt(number: number, visibleAt: number): void {
    this.#run("UPDATE sqs_messages SET visible_at = ? WHERE number = ?", visibleAt, number);
  }

  remove(queue: string, message: { number: number; lane: string }): void {
    this.#run("DELETE FROM sqs_messages WHERE number = ?", message.number);
    this.refreshLane(queue, message.lane);
  }

  /** Takes a message from one queue and puts it last on another. */
  move(from: string, message: MessageRow, to: { queue: string; fifo: boolean }, change: Partial<MessageRow>): void {
    this.remove(from, message);
    this.#insert(to.queue, to.fifo, { ...message, ...change });
  }

  /** What was sent before `sentBefore` is deleted, in flight or not. */
  expire(queue: string, sentBefore: number): void {
    const rows = this.#all("SELECT number, lane FROM sqs_messages WHERE queue = ? AND sent_at <= ?", queue, sentBefore);
    for (const row of rows) this.remove(queue, { number: Number(row["number"]), lane: String(row["lane"]) });
  }

  purge(queue: string): void {
    this.#run("DELETE FROM sqs_messages WHERE queue = ?", queue);
    this.#run("DELETE FROM sqs_lanes WHERE queue = ?", queue);
  }

  releaseInFlight(now: number): void {
    const held = this.#all(
      "UPDATE sqs_messages SET visible_at = ? WHERE receipt IS NOT NULL AND visible_at > ? RETURNING queue, lane",
      now,
      now,
    );
    for (const row of held) this.refreshLane(String(row["queue"]), String(row["lane"]));
  }

  counts(queue: string, now: number): { visible: number; inFlight: number; delayed: number } {
    return this.#one(
      `SELECT count(*) FILTER (WHERE visible_at <= ?1) AS visible,
        count(*) FILTER (WHERE visible_at > ?1 AND receipt IS NOT NULL) AS inFlight,
        count(*) FILTER (WHERE visible_at > ?1 AND receipt IS NULL) AS delayed FROM sqs_messages WHERE queue = ?2`,
      now,
      queue,
    )!;
  }

  /** Behind all lanes that wait. */
  moveBack(queue: string, lane: string): void {
    this.#run("UPDATE sqs_lanes SET turn = ? WHERE queue = ? AND lane = ?", this.#nextTurn(queue), queue, lane);
  }

  /** Works out anew when a lane is ready; a lane without messages goes. */
  refreshLane(queue: string, lane: string): void {
    const { head, held } = this.#one<{ head: number | null; held: number | null }>(
      `SELECT (SELECT visible_at FROM sqs_messages WHERE queue = ?1 AND lane = ?2 ORDER BY number LIMIT 1) AS head,
        (SELECT max(visible_at) FROM sqs_messages WHERE queue = ?1 AND lane = ?2 AND receipt IS NOT NULL) AS held`,
      queue,
      lane,
    )!;
    if (head === null) this.#run("DELETE FROM sqs_lanes WHERE queue = ? AND lane = ?", queue, lane);
    else
      this.#run(
        "UPDATE sqs_lanes SET ready_at = ? WHERE queue = ? AND lane = ?",
        Math.max(head, held ?? 0),
        queue,
        lane,
      );
  }

  #insert(queue: string, fifo: boolean, message: Omit<MessageRow, "number" | "lane" | "receipt">): number {
    const lane = fifo ? message.groupId! : message.messageId;
    const { lastInsertRowid } = this.#run(
      `INSERT INTO sqs_messages (queue, lane, message_id, body, attributes, trace_header, group_id, deduplication_id, source_queue,
        sent_at, visible_at, receive_count, first_received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      queue,
      lane,
      message.messageId,
      message.body,
      message.attributes,
      message.traceHeader,
      message.groupId,
      message.deduplicationId,
      message.sourceQueue,
      message.sentAt,
      message.visibleAt,
      message.receiveCount,
      message.firstReceivedAt,
    );
    // A lane that is there already waits for its first message, not for this one.
    this.#run(
      "INSERT INTO sqs_lanes (queue, lane, ready_at, turn) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      queue,
      lane,
      message.visibleAt,
      this.#nextTurn(queue),
    );
    return Number(lastInsertRowid);
  }

  #nextTurn(queue: string): number {
    return this.#one<{ turn: number }>(
      "SELECT coalesce(max(turn), 0) + 1 AS turn FROM sqs_lanes WHERE queue = ?",
      queue,
    )!.turn;
  }

  #run(sql: string, ...values: (string | number | null)[]) {
    return this.#database.statement(sql).run(...values);
  }

  #one<Row>(sql: string, ...values: (string | number | null)[]): Row | undefined {
    return this.#database.statement(sql).get(...values) as Row | undefined;
  }

  #all(sql: string, ...values: (string | number | null)[]) {
    return this.#database.statement(sql).all(...values);
  }
}
