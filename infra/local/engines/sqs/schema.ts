/*
 * A *lane* is what is delivered in order: on a FIFO queue a message group, on a standard queue each message by itself.
 * A lane is ready from `ready_at` on: its first message is visible and none of its messages is in flight. Lanes take
 * turns, so that no lane starves the others: whoever was served goes behind all that wait.
 */
export const schema = `
CREATE TABLE IF NOT EXISTS sqs_queues (
  name TEXT PRIMARY KEY, attributes TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, purged_at INTEGER
);
CREATE TABLE IF NOT EXISTS sqs_messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, lane TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
  attributes TEXT, trace_header TEXT, group_id TEXT, deduplication_id TEXT, source_queue TEXT, sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, receipt INTEGER
);
CREATE INDEX IF NOT EXISTS sqs_messages_by_lane ON sqs_messages (queue, lane, number);
CREATE INDEX IF NOT EXISTS sqs_messages_by_age ON sqs_messages (queue, sent_at);
CREATE INDEX IF NOT EXISTS sqs_messages_held ON sqs_messages (queue, lane, visible_at) WHERE receipt IS NOT NULL;
CREATE TABLE IF NOT EXISTS sqs_lanes (
  queue TEXT NOT NULL, lane TEXT NOT NULL, ready_at INTEGER NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY (queue, lane)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_lanes_by_turn ON sqs_lanes (queue, turn, ready_at);
CREATE INDEX IF NOT EXISTS sqs_lanes_by_time ON sqs_lanes (queue, ready_at);
CREATE TABLE IF NOT EXISTS sqs_deduplications (
  queue TEXT NOT NULL, scope TEXT NOT NULL, deduplication_id TEXT NOT NULL, message_id TEXT NOT NULL, number INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, PRIMARY KEY (queue, scope, deduplication_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_deduplications_by_age ON sqs_deduplications (queue, expires_at);
`;

export interface QueueRow {
  name: string;
  attributes: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  purgedAt?: number;
}

export interface MessageRow {
  number: number;
  lane: string;
  messageId: string;
  body: string;
  /** message attributes as JSON, binary values in base64 */
  attributes: string | null;
  traceHeader: string | null;
  groupId: string | null;
  deduplicationId: string | null;
  /** the queue that it failed on, where this one is its dead-letter queue */
  sourceQueue: string | null;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | null;
  /** the receive count when it was last handed out by this queue */
  receipt: number | null;
}

export const messageColumns = `number, lane, message_id AS messageId, body, attributes, trace_header AS traceHeader, group_id AS groupId,
  deduplication_id AS deduplicationId, source_queue AS sourceQueue, sent_at AS sentAt, visible_at AS visibleAt,
  receive_count AS receiveCount, first_received_at AS firstReceivedAt, receipt`;
