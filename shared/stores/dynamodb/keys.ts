/*
 * The keys of the one table, all of them.
 *
 * item          pk               sk                listKey, listOrder (index `list`, KEYS_ONLY)   expiresAt
 * Identity      IDN#<id>         ITEM
 * Customer      CUS#<id>         ITEM
 * Conversation  CNV#<id>         ITEM              as ../lists.ts says, once the pool has seen it
 * Message       MSG#<id>         ITEM              as ../lists.ts says
 * PoolEntry     POOL#<pool>      ENTRY#<sequence>
 * watermark     POOL#<pool>      WATERMARK
 * snapshot      POOL#<pool>      HEAD
 * Parked        PARKED#<id>      ITEM              as ../lists.ts says
 * DueItem       DUE              <dueAt>#<id>
 * connection    SOCKET#<id>      ITEM              SOCKETS#<agent> or SOCKETS, see connectionPlace       yes
 * ticket        TICKET#<id>      ITEM                                                              yes
 *
 * What a key says is not said again among the attributes (an item of up to 1 KB is one write unit): ids, and a message's
 * conversation and order.
 */

/** The table's own names; the stack that creates it uses them too. */
export const tableNames = {
  partitionKey: "pk",
  sortKey: "sk",
  listIndex: "list",
  listKey: "listKey",
  listOrder: "listOrder",
  /** time to live, in seconds since 1970 */
  expiresAt: "expiresAt",
} as const;

export type Key = { pk: string; sk: string };

const itemKey =
  (prefix: string) =>
  (id: string): Key => ({ pk: `${prefix}#${id}`, sk: "ITEM" });

export const identityKey = itemKey("IDN");
export const customerKey = itemKey("CUS");
export const conversationKey = itemKey("CNV");
export const messageKey = itemKey("MSG");
export const parkedKey = itemKey("PARKED");
export const connectionKey = itemKey("SOCKET");
export const ticketKey = itemKey("TICKET");

/** The id that a partition key was made of. */
export const idOf = (partitionKey: string): string => partitionKey.slice(partitionKey.indexOf("#") + 1);

const sequenceDigits = 12;

export const poolPartition = (poolId: string): string => `POOL#${poolId}`;
export const entryKey = (poolId: string, sequence: number): Key => ({
  pk: poolPartition(poolId),
  sk: `ENTRY#${String(sequence).padStart(sequenceDigits, "0")}`,
});
/** Sorts behind every entry of the pool. */
export const lastEntrySortKey = "ENTRY#~";
export const entrySequence = (sortKey: string): number => Number(idOf(sortKey));
export const watermarkKey = (poolId: string): Key => ({ pk: poolPartition(poolId), sk: "WATERMARK" });
export const headKey = (poolId: string): Key => ({ pk: poolPartition(poolId), sk: "HEAD" });

/**
 * One partition serves: it takes 1,000 writes a second (DynamoDB developer guide, "partition key design"), each reply
 * costs two, and 500 replies a second in one deployment are far beyond what its pools assign.
 */
export const duePartition = "DUE";
export const dueKey = (item: { dueAt: string; id: string }): Key => ({
  pk: duePartition,
  sk: `${item.dueAt}#${item.id}`,
});
/** Sorts behind all that is due at that time, before what is due a millisecond later. */
export const dueBy = (now: string): string => `${now}#~`;
