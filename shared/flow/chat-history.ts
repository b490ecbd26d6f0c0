import { clientMessageIdOf } from "../channels/web/address.ts";
import { belongsTo } from "../channels/web/audience.ts";
import type { ChatFile, HistoryEntry } from "../channels/web/frames.ts";
import { limits } from "../core/limits.ts";
import { seenOrder, sendRank, type StoredMessage } from "../core/message.ts";
import { byteLength } from "../core/text.ts";
import type { App } from "../ports/app.ts";
import type { ChatConnection } from "../ports/connections.ts";
import { currentCustomer, familyOf, recentConversationIds } from "./customers.ts";
import { fileLink } from "./file-links.ts";

/** Where to look for what a chat may see. */
export interface ChatScope {
  conversationIds: string[];
  /** the identities whose messages are for its eyes */
  identityIds: Set<string>;
}

/** The customer's open and last conversations, and of their identities those that whoever chats as this address is. */
export async function chatScope(
  { identityId, address }: Pick<ChatConnection, "identityId" | "address">,
  app: App,
): Promise<ChatScope> {
  const identity = await app.stores.identities.get(identityId);
  if (!identity) return { conversationIds: [], identityIds: new Set() };
  const customers = await familyOf(
    await currentCustomer(identity.customerId, app),
    app,
    limits.maxChatHistoryCustomers,
  );
  const known = new Set([identityId, ...customers.flatMap((customer) => customer.identityIds)]);
  const [identities, conversationIds] = await Promise.all([
    app.stores.identities.many(Array.from(known)),
    recentConversationIds(customers, 1, app),
  ]);
  const own = identities.filter((each) => belongsTo(each, address)).map(({ id }) => id);
  return { conversationIds, identityIds: new Set(own) };
}

/** What was written and sent there, oldest first: nothing of other channels, and nothing of others' sessions. */
export async function chatHistory({ conversationIds, identityIds }: ChatScope, app: App): Promise<HistoryEntry[]> {
  const entries = await Promise.all(conversationIds.map((id) => entriesOf(id, identityIds, app)));
  const newest = entries
    .flat()
    .toSorted((one, other) => (one.order < other.order ? 1 : -1))
    .slice(0, limits.maxChatHistoryMessages);
  const linked = await Promise.all(newest.map((each) => withFiles(each, app)));
  return thoseThatFit(linked).toReversed();
}

type Ordered = { order: string; entry: HistoryEntry; media: StoredMessage["media"] };

async function entriesOf(conversationId: string, own: Set<string>, app: App): Promise<Ordered[]> {
  const page = { limit: limits.maxPageItems, newestFirst: true };
  const [conversation, { items }] = await Promise.all([
    app.stores.conversations.get(conversationId),
    app.stores.messages.list(conversationId, page),
  ]);
  return items.flatMap((message) => {
    const entry = own.has(message.identityId) ? entryOf(message, conversation?.readUpTo) : undefined;
    const media = message.direction === "out" ? message.media : [];
    return entry ? [{ order: message.order, entry, media }] : [];
  });
}

function entryOf(message: StoredMessage, readUpTo = ""): HistoryEntry | undefined {
  const { id: messageId, text } = message;
  // The time by which messages are in order here, and which the acknowledgement named.
  const [at = message.createdAt] = message.order.split("#", 1);
  switch (message.direction) {
    case "in": {
      const status = seenOrder(message) <= readUpTo ? "read" : "received";
      const clientMessageId = clientMessageIdOf(message.providerId);
      return { messageId, clientMessageId, direction: "in", text, at, status };
    }
    case "out":
      return isSent(message.status) ? { messageId, direction: "out", text, at, status: message.status } : undefined;
    case "note":
      return undefined;
  }
}

/** What waits, failed or is parked has not been said; what was handed over may have been. */
const isSent = (status: Parameters<typeof sendRank>[0]): boolean =>
  sendRank(status) >= sendRank("sending") && status !== "parked" && status !== "failed";

/** The links of an earlier hello have ended, or will. */
async function withFiles({ entry, media }: Ordered, app: App): Promise<HistoryEntry> {
  const files = media.flatMap(({ key, contentType, bytes = 0, name = "file" }) =>
    key === undefined ? [] : [{ key, contentType, bytes, name }],
  );
  if (files.length === 0) return entry;
  const linked = files.map(async ({ key, contentType, bytes, name }): Promise<ChatFile> => {
    const url = await fileLink({ key, contentType, name }, app);
    return { name, contentType, bytes, url };
  });
  return { ...entry, media: await Promise.all(linked) };
}

function thoseThatFit(newestFirst: HistoryEntry[]): HistoryEntry[] {
  let bytes = 0;
  return newestFirst.filter((entry) => (bytes += byteLength(JSON.stringify(entry))) <= limits.maxChatHistoryBytes);
}
