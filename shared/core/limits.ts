/** Every limit in one place, with its unit in its name. */
export const limits = {
  /** SQS takes at most ten messages a batch (API reference, SendMessageBatch). */
  maxQueueBatchMessages: 10,
  /** SQS takes at most 1 MiB a batch (API reference, SendMessageBatch). */
  maxQueueBatchBytes: 1024 * 1024,
  /** A larger body goes through S3; SQS's own limit counts attributes too. */
  maxQueueBodyBytes: 200 * 1024,
  /** DynamoDB's items end at 400 KB with all attributes. */
  maxInlineTextBytes: 256 * 1024,
  maxReplyCharacters: 16_000,
  maxNoteCharacters: 16_000,
  maxIdempotencyKeyCharacters: 255,
  maxRequestBodyBytes: 1024 * 1024,
  maxSubjectCharacters: 80,
  maxPageItems: 100,
  maxOffersListed: 100,
  /** SQS's longest delay (API reference, DelaySeconds). */
  maxQueueDelaySeconds: 900,
  poolSnapshotEveryEntries: 1_000,
  maxPoolAppendAttempts: 12,
  maxDueItemsPerSweep: 500,
  /** How long the provider may take to answer one send. */
  sendTimeoutMs: 10_000,
  /** From then on a provider's list that lacks a send proves that it was never taken. */
  sendAbsenceProvenAfterMs: 45_000,
  /** A send whose outcome is still unknown after this is parked; what waits behind it waits no longer. */
  sendUnknownAtMostMs: 110_000,
  /** A queued reply older than this is put on the queue again. */
  sendCheckAfterMs: 60_000,
  socketTicketMs: 60_000,
  /** A deploy's open conversations stay readable this long in the pool's memory of versions. */
  poolClosedMemoryMs: 60 * 60 * 1000,
} as const;
