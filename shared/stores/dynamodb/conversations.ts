import { windowKey, type Conversation, type PooledAttributes } from "../../core/conversation.ts";
import type { Timestamp } from "../../core/time.ts";
import type { ApplyResult, ConversationStore, ConversationVersion } from "../../ports/stores.ts";
import { answeredAt, closedAttributes, isMoved, shownUpTo } from "../changes.ts";
import { conversationPlace, conversationsOf, orderPrefixOf } from "../lists.ts";
import { asSeen, assignments, replacements } from "./expressions.ts";
import { attributesOf, memberName, membersOf, readable, schemaVersion } from "./item.ts";
import { conversationKey, idOf } from "./keys.ts";
import { pageOf } from "./pages.ts";
import { maxAttempts, type Item, type Table, type Written } from "./table.ts";

type AppliedMessage = Parameters<ConversationStore["applyMessage"]>[1];

const family = "sequence";
const windowFamily = "window";
const gapFamily = "gap";

/** Each job that is parked is an attribute of its own: the gap is there as long as one is. */
const gapNames = (parkedId: string) => ({ "#parked": memberName(gapFamily, parkedId) });

export function dynamoConversations(table: Table): ConversationStore {
  const get = async (id: string): Promise<Conversation | undefined> => {
    const item = await table.get(conversationKey(id));
    return item && isWritten(item) ? readConversation(item) : undefined;
  };

  const change = changeIn(table);

  return {
    get,
    ...marksBy(change),
    applyMessage: (id, message) => applyMessage(table, id, message),
    project: (id, attributes, isOwn = false) => project(table, id, attributes, isOwn),

    close: async (id, messageVersion, at, poolSequence, pool) =>
      close(table, await get(id), { id, messageVersion, at, poolSequence, pool }),

    reopen({ id, messageVersion }, owner, reopenedAt) {
      const { update, values } = replacements({ messageVersion, reopenedAt, ...openedAs(owner) });
      const condition = "attribute_exists(#closedAt) AND #messageVersion = :before";
      return change(id, update, { ...values, ":before": messageVersion - 1 }, condition);
    },

    async many(ids) {
      const items = await table.getAll(ids.map(conversationKey));
      return Array.from(items.values()).filter(isWritten).map(readConversation);
    },

    async remove(id) {
      await table.removePartition(conversationKey(id).pk);
    },

    list: (filter, page) =>
      pageOf(table, conversationKey, readConversation, {
        ...page,
        list: conversationsOf(filter),
        orderPrefix: orderPrefixOf(filter),
      }),
  };
}

/** Changes a conversation that is there and returns it as it is then, changed or refused. */
const changeIn =
  (table: Table) =>
  async (
    id: string,
    update: string,
    values: Record<string, unknown>,
    condition?: string,
    names?: Record<string, string>,
  ): Promise<Conversation | undefined> => {
    const whole = condition === undefined ? "attribute_exists(#pk)" : `attribute_exists(#pk) AND ${condition}`;
    const { item } = await table.update(conversationKey(id), update, { condition: whole, values, names });
    return item && readConversation(item);
  };

type Marks = Pick<
  ConversationStore,
  "continueIn" | "touch" | "setTags" | "markGap" | "clearGap" | "markUnsent" | "clearUnsent" | "markRead"
>;

/** What is said of a conversation in one attribute alone. */
const marksBy = (change: ReturnType<typeof changeIn>): Marks => ({
  async continueIn(id, { from, to }) {
    const condition = "attribute_exists(#closedAt) AND #continuedIn = :from";
    await change(id, "SET #continuedIn = :to", { ":from": from, ":to": to }, condition);
  },

  async touch(id, lastMessageAt) {
    await change(id, "SET #lastMessageAt = :at", { ":at": lastMessageAt }, "#lastMessageAt < :at");
  },

  setTags: (id, tags) => change(id, "SET #tags = :tags", { ":tags": tags }),

  markGap: (id, parkedId) => change(id, "SET #parked = :gap", { ":gap": true }, undefined, gapNames(parkedId)),

  // Release 0.1.0 marked a gap and not by what: it goes with the first that is settled.
  clearGap: (id, parkedId) => change(id, "REMOVE #parked, #gap", {}, undefined, gapNames(parkedId)),

  markUnsent(id, messageId) {
    const update = "SET #unsent = :unsent, #messageVersion = #messageVersion + :one";
    const condition = "attribute_not_exists(#closedAt) AND (attribute_not_exists(#unsent) OR #unsent <> :unsent)";
    return change(id, update, { ":unsent": messageId, ":one": 1 }, condition);
  },

  async clearUnsent(id, messageId) {
    await change(id, "REMOVE #unsent", { ":unsent": messageId }, "#unsent = :unsent");
  },

  async markRead(id, order) {
    const condition = "attribute_not_exists(#readUpTo) OR #readUpTo < :order";
    await change(id, "SET #readUpTo = :order", { ":order": order }, `(${condition})`);
  },
});

/** What opening one again makes of it, beside its version. */
const openedAs = ({ customerId, ownedSince, answers }: Parameters<ConversationStore["reopen"]>[1]) => ({
  customerId,
  ownedSince,
  ...answeredAt(answers),
  closedAt: undefined,
  continuedIn: undefined,
  listKey: undefined,
  listOrder: undefined,
});

/**
 * One update. Its times are written on the assumption that they are the latest; where a later one is there already, it is
 * refused and comes again without that time (times only rise, so what was later stays so).
 */
async function applyMessage(table: Table, id: string, message: AppliedMessage): Promise<ApplyResult> {
  const { windowSince } = message;
  const times = new Map<string, Timestamp>([
    ["lastMessageAt", message.at],
    ["lastInboundAt", message.at],
  ]);
  if (windowSince !== undefined) times.set("window", windowSince);
  for (;;) {
    const result = await writeMessage(table, id, message, times);
    const conversation = readConversation(result.item!);
    if (result.written) return { outcome: "applied", conversation };
    const applied = conversation.inboundSequence[message.identityId];
    if (applied !== undefined && message.sequence <= applied) return { outcome: "repeated", conversation };
    if (conversation.closedAt !== undefined) return { outcome: "closed", conversation };
    if (isMoved(conversation, message)) return { outcome: "moved", conversation };
    if (conversation.lastMessageAt > message.at) times.delete("lastMessageAt");
    if (conversation.lastInboundAt > message.at) times.delete("lastInboundAt");
    const window = conversation.windows?.[windowOf(message)];
    if (window !== undefined && windowSince !== undefined && window > windowSince) times.delete("window");
  }
}

const windowOf = ({ identityId, inboxId }: AppliedMessage): string => windowKey(identityId, inboxId);

/** @param times that are not later than what is stored, by the name that stands for the attribute */
function writeMessage(
  table: Table,
  id: string,
  message: AppliedMessage,
  times: Map<string, Timestamp>,
): Promise<Written> {
  const { sequence, at, customerId, subject, language, tags, requested, relatesTo, ...rest } = message;
  const { isKept, isQuiet, windowSince: _, ...last } = rest;
  const firstValues = given({
    openedAt: at,
    customerId,
    subject,
    language,
    tags,
    requested,
    relatesTo,
    ...(isKept && last),
  });
  const lastValues = given({ ...(!isKept && last), schemaVersion });
  const update = [
    // What release 0.1.0 opened names nobody who did: until a second address joins in, it is the one that wrote last.
    "#openerIdentityId = if_not_exists(#openerIdentityId, if_not_exists(#identityId, :opener))",
    ...Object.keys(firstValues).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ...Object.keys(lastValues).map((name) => `#${name} = :${name}`),
    ...Array.from(times.keys(), (name) => `#${name} = :${name}`),
    isQuiet
      ? "#messageVersion = if_not_exists(#messageVersion, :one)"
      : "#messageVersion = if_not_exists(#messageVersion, :zero) + :one",
    "#sequence = :sequence",
  ];
  const condition = [
    "attribute_not_exists(#closedAt)",
    "(attribute_not_exists(#ownedSince) OR (#customerId = :customerId AND #ownedSince <= :customerVersion))",
    "(attribute_not_exists(#sequence) OR #sequence < :sequence)",
    ...Array.from(times.keys(), (name) => `(attribute_not_exists(#${name}) OR #${name} <= :${name})`),
  ];
  return table.update(conversationKey(id), `SET ${update.join(", ")}`, {
    condition: condition.join(" AND "),
    names: {
      "#sequence": memberName(family, message.identityId),
      "#window": memberName(windowFamily, windowOf(message)),
    },
    values: {
      ...assignments(firstValues).values,
      ...assignments(lastValues).values,
      ...Object.fromEntries(Array.from(times, ([name, time]) => [`:${name}`, time])),
      ":sequence": sequence,
      ":opener": message.identityId,
      ":zero": isQuiet ? undefined : 0,
      ":one": 1,
    },
  });
}

const given = (attributes: Item): Item =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

/** As `shownUpTo` says, in terms of the item that is there. */
const isUnshown = (isOwn: boolean): string =>
  isOwn
    ? "(attribute_not_exists(#poolId) OR #poolId <> :poolId OR #poolSequence < :poolSequence)"
    : "(attribute_not_exists(#poolSequence) OR ((attribute_not_exists(#poolId) OR #poolId = :poolId) AND #poolSequence < :poolSequence))";

async function project(
  table: Table,
  id: string,
  attributes: PooledAttributes,
  isOwn: boolean,
): Promise<Conversation | undefined> {
  const place = conversationPlace({ id, ...attributes });
  const { update, values } = replacements({
    offerId: undefined,
    snoozedUntil: undefined,
    ...attributes,
    listKey: place.list,
    listOrder: place.order,
  });
  const result = await table.update(conversationKey(id), update, {
    condition: `attribute_exists(#pk) AND attribute_not_exists(#closedAt) AND ${isUnshown(isOwn)}`,
    values,
  });
  return result.item && readConversation(result.item);
}

type Closing = ConversationVersion & {
  at: Timestamp;
  poolSequence: number;
  pool: Parameters<ConversationStore["close"]>[4];
};

/** @param seen as it was read last */
async function close(
  table: Table,
  seen: Conversation | undefined,
  { id, messageVersion, at, poolSequence, pool }: Closing,
): ReturnType<ConversationStore["close"]> {
  let conversation = seen;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (!conversation) return { outcome: "missing" };
    if (conversation.closedAt !== undefined) return { outcome: "closed", conversation };
    const shown = shownUpTo(conversation, pool?.id, pool?.isOwn(conversation) ?? false);
    const isNewer = conversation.messageVersion > messageVersion || shown > poolSequence;
    if (isNewer) return { outcome: "newer", conversation };
    const result = await closeAsSeen(table, conversation, { at, poolSequence, pool });
    conversation = result.item && readConversation(result.item);
  }
  throw new Error(`Conversation ${id} kept changing while it was closed: try again.`);
}

function closeAsSeen(
  table: Table,
  seen: Conversation,
  { at, poolSequence, pool }: Omit<Closing, keyof ConversationVersion>,
): Promise<Written> {
  const closed = closedAttributes(seen, at, poolSequence);
  const place = conversationPlace({ id: seen.id, ...closed });
  const { update, values } = replacements({
    ...closed,
    ...(pool && { poolId: pool.id }),
    unsent: undefined,
    listKey: place.list,
    listOrder: place.order,
  });
  const { messageVersion, poolId, poolSequence: shown } = seen;
  const unchanged = asSeen({ closedAt: undefined, messageVersion, poolId, poolSequence: shown });
  return table.update(conversationKey(seen.id), update, {
    condition: unchanged.condition,
    values: { ...values, ...unchanged.values },
  });
}

/** A merge may have said whose it is, or that it is closed, before the first message was written. */
const isWritten = (item: Item): boolean => item.openedAt !== undefined;

const unwritten = { messageVersion: 0 };

function readConversation(item: Item): Conversation {
  const windows = membersOf(item, windowFamily) as [string, Timestamp][];
  return {
    ...unwritten,
    openerIdentityId: item.identityId,
    ...(attributesOf(readable(item)) as Omit<
      Conversation,
      "id" | "inboundSequence" | "windows" | keyof typeof unwritten | "openerIdentityId"
    >),
    ...(windows.length > 0 && { windows: Object.fromEntries(windows) }),
    ...(membersOf(item, gapFamily).length > 0 && { gap: true }),
    id: idOf(item.pk),
    inboundSequence: Object.fromEntries(membersOf(item, family) as [string, string][]),
  };
}
