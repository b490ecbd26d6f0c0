import { currentCustomer, familyOf, identitiesOf } from "./customers.ts";
import { conversationIdsOf, messagesOf, objectsOf, onceMergedWith } from "./kept-data.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Customer, Identity, Merge } from "../core/customer.ts";
import { limits } from "../core/limits.ts";
import type { StoredMessage } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** A message with its text in full and links to what it refers to. */
export type ExportedMessage = StoredMessage & { objects: { key: string; url: string }[] };

export interface CustomerExport {
  schemaVersion: 1;
  at: Timestamp;
  /** when the links to objects end */
  linksExpireAt: Timestamp;
  customer: Customer;
  /** as they were before they were merged into it */
  mergedCustomers: Customer[];
  identities: Identity[];
  merges: Merge[];
  conversations: ExportedConversation[];
  /** what they wrote into conversations that are another customer's since a merge was undone */
  messagesElsewhere: ExportedMessage[];
}

export interface ExportedConversation {
  /** absent: messages that were kept from assignment and stand alone */
  conversation?: Conversation;
  messages: ExportedMessage[];
}

/**
 * All that is kept of the customer as whom this id counts today: notes about them among it, and nothing of others.
 *
 * @returns undefined where there is no such customer
 */
export async function exportCustomer(customerId: string, app: App): Promise<CustomerExport | undefined> {
  if (!(await app.stores.customers.get(customerId))) return undefined;
  const customer = await currentCustomer(customerId, app);
  const family = await familyOf(customer, app);
  const identities = await identitiesOf(family, app);
  const identityIds = new Set(identities.map(({ id }) => id));
  const merges = await Promise.all(family.map(({ id }) => app.stores.customers.merges(id)));
  const now = app.clock.now();
  return {
    schemaVersion: 1,
    at: isoTime(now),
    linksExpireAt: isoTime(now + limits.exportLinkSeconds * 1000),
    customer,
    mergedCustomers: family.slice(1),
    identities,
    merges: Array.from(new Map(merges.flat().map((merge) => [merge.id, merge])).values()),
    conversations: await conversationsOf(family, identityIds, app),
    messagesElsewhere: await messagesElsewhere(family, identityIds, app),
  };
}

async function conversationsOf(
  family: Customer[],
  identityIds: Set<string>,
  app: App,
): Promise<ExportedConversation[]> {
  const exported: ExportedConversation[] = [];
  for (const customer of family) {
    for (const id of await conversationIdsOf(customer, app)) {
      if (exported.some(({ conversation }) => conversation?.id === id)) continue;
      const conversation = await app.stores.conversations.get(id);
      const messages = (await messagesOf(id, app)).filter((message) => isOwn(message, identityIds));
      exported.push({
        conversation,
        messages: await Promise.all(messages.map((message) => withObjects(message, app))),
      });
    }
  }
  return exported;
}

/** In a conversation that several shared until a merge was undone, each one's messages are their own. */
const isOwn = (message: StoredMessage, identityIds: Set<string>): boolean =>
  message.direction === "note" || identityIds.has(message.identityId);

async function messagesElsewhere(family: Customer[], identityIds: Set<string>, app: App): Promise<ExportedMessage[]> {
  const own = new Set(family.map(({ id }) => id));
  const others = new Set((await Promise.all(family.map((each) => onceMergedWith(each, app)))).flat());
  const messages: StoredMessage[] = [];
  for (const other of await app.stores.customers.many(Array.from(others).filter((id) => !own.has(id)))) {
    for (const id of await conversationIdsOf(other, app)) {
      const written = await messagesOf(id, app);
      messages.push(
        ...written.filter(({ direction, identityId }) => direction !== "note" && identityIds.has(identityId)),
      );
    }
  }
  return Promise.all(messages.map((message) => withObjects(message, app)));
}

async function withObjects(message: StoredMessage, app: App): Promise<ExportedMessage> {
  const { wholeText } = message;
  const whole = wholeText && (await app.blobs.get(wholeText.key));
  const objects = objectsOf(message).map(async (key) => {
    const file = message.media.find((each) => each.key === key);
    const fileName = file?.name ?? key.slice(key.lastIndexOf("/") + 1);
    const contentType = file?.contentType ?? "application/octet-stream";
    return {
      key,
      url: await app.blobs.link(key, { expiresInSeconds: limits.exportLinkSeconds, fileName, contentType }),
    };
  });
  return { ...message, text: whole ?? message.text, objects: await Promise.all(objects) };
}
