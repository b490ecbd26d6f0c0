/*
 * The keys of the one table, all of them.
 *
 * item          pk               sk                listKey, listOrder (index `list`, KEYS_ONLY)   expiresAt
 * Identity      IDN#<id>         ITEM
 * its version   IDN#<id>         VERSION#<version>
 * Customer      CUS#<id>         ITEM
 * its version   CUS#<id>         VERSION#<version>
 * its history   CUS#<id>         HISTORY#<openedAt>#<conversation>
 * its merges    CUS#<id>         MERGE#<merge>
 * Merge         MRG#<id>         ITEM
 * Conversation  CNV#<id>         ITEM              as ../lists.ts says, once the pool has seen it
 * viewer        CNV#<id>         VIEWER#<connection>                                               yes
 * Message       MSG#<id>         ITEM              as ../lists.ts says
 * sent as       MSG#<id>         SENT#<digest>     the digest of channel and provider's id
 * sent as       SENT#<digest>    ITEM
 * PoolEntry     POOL#<pool>      ENTRY#<sequence>
 * watermark     POOL#<pool>      WATERMARK
 * snapshot      POOL#<pool>      HEAD
 * known pools   POOLS            ITEM
 * Parked        PARKED#<id>      ITEM              as ../lists.ts says
 * DueItem       DUE              <dueAt>#<id>
 * connection    SOCKET#<id>      ITEM              SOCKETS#<agent> or SOCKETS, see connectionPlace       yes
 * ticket        TICKET#<id>      ITEM                                                              yes
 * chat          CHAT#<id>        ITEM                                                              yes
 * open chat     CHATS#<identity> <id of the connection>                                            yes
 * rate          RATE#<key>       <windowStart>                                                     yes
 * Webhook       WEBHOOKS         <id>
 * delivery      DELIVERY#<webhook>#<conversation>
 *                                <order>           WAITING#<webhook>, order: until it is settled   once settled
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
export const mergeKey = itemKey("MRG");
export const sentKey = itemKey("SENT");
export const chatKey = itemKey("CHAT");
export const parkedKey = itemKey("PARKED");
export const connectionKey = itemKey("SOCKET");
export const ticketKey = itemKey("TICKET");

/** The id that a partition key was made of. */
export const idOf = (partitionKey: string): string => partitionKey.slice(partitionKey.indexOf("#") + 1);

const sequenceDigits = 12;
const padded = (sequence: number): string => String(sequence).padStart(sequenceDigits, "0");

export const chatsPartition = (identityId: string): string => `CHATS#${identityId}`;
export const openChatKey = ({ identityId, connectionId }: { identityId: string; connectionId: string }): Key => ({
  pk: chatsPartition(identityId),
  sk: connectionId,
});

/** What an item was at an earlier version, beside it. */
export const versionKey = ({ pk }: Key, version: number): Key => ({ pk, sk: `VERSION#${padded(version)}` });

export const historyPrefix = "HISTORY#";
export const historyKey = (customerId: string, { id, openedAt }: { id: string; openedAt: string }): Key => ({
  pk: customerKey(customerId).pk,
  sk: `${historyPrefix}${openedAt}#${id}`,
});
export const customerMergePrefix = "MERGE#";
export const customerMergeKey = (customerId: string, mergeId: string): Key => ({
  pk: customerKey(customerId).pk,
  sk: `${customerMergePrefix}${mergeId}`,
});

export const messageSentPrefix = "SENT#";
export const messageSentKey = (messageId: string, sentId: string): Key => ({
  pk: messageKey(messageId).pk,
  sk: `${messageSentPrefix}${sentId}`,
});

export const viewerPrefix = "VIEWER#";
export const viewerKey = (conversationId: string, connectionId: string): Key => ({
  pk: conversationKey(conversationId).pk,
  sk: `${viewerPrefix}${connectionId}`,
});

export const rateKey = (key: string, windowStart: string): Key => ({ pk: `RATE#${key}`, sk: windowStart });

/** A deployment has a few webhooks, and each event reads them all. */
export const webhookPartition = "WEBHOOKS";
export const webhookKey = (id: string): Key => ({ pk: webhookPartition, sk: id });
export const deliveryPartition = (webhookId: string, conversationId: string): string =>
  `DELIVERY#${webhookId}#${conversationId}`;

export const poolPartition = (poolId: string): string => `POOL#${poolId}`;
export const entryKey = (poolId: string, sequence: number): Key => ({
  pk: poolPartition(poolId),
  sk: `ENTRY#${padded(sequence)}`,
});
/** Sorts behind every entry of the pool. */
export const lastEntrySortKey = "ENTRY#~";
export const entrySequence = (sortKey: string): number => Number(idOf(sortKey));
export const watermarkKey = (poolId: string): Key => ({ pk: poolPartition(poolId), sk: "WATERMARK" });
export const knownPoolsKey: Key = { pk: "POOLS", sk: "ITEM" };
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
