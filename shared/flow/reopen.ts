import { currentCustomer, ownerOf } from "./customers.ts";
import { enqueueConversation, isInPool } from "./pool-events.ts";
import { routeTo } from "./reply.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Customer } from "../core/customer.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/**
 * Opens a conversation again and puts it into its pool, unless the customer has another open one. Claiming the customer's
 * slot comes first, so that no late closing takes it away; each step may be repeated, and one that an earlier attempt has
 * opened is only put into the pool.
 *
 * @returns the id of the customer's open conversation: another one's where this one could not be opened
 */
export async function reopenConversation(conversation: Conversation, app: App): Promise<string | undefined> {
  const { id, messageVersion, closedAt } = conversation;
  if (closedAt === undefined) {
    await enqueueUnlessInPool(conversation, app);
    return id;
  }
  const version = { id, messageVersion: messageVersion + 1 };
  const owner = await ownerOf(conversation, app);
  const head = await app.stores.customers.claimForReopening(owner.id, version, owner.version);
  // A merge or its undoing came in between: it may be somebody else's by now.
  if (head.version !== owner.version) return reopenConversation(conversation, app);
  if (head.openConversationId !== id) return head.openConversationId;
  const reopened = await reopenAs(owner, conversation, app);
  if (reopened && reopened.closedAt === undefined) await enqueueUnlessInPool(reopened, app);
  return id;
}

/**
 * Opens it as this customer's, whose slot was claimed for it. Where somebody else wrote last, who counted as the same until
 * a merge was undone, answers go to who opened it.
 */
export async function reopenAs(
  { id: customerId, version: ownedSince }: Customer,
  conversation: Conversation,
  app: App,
): Promise<Conversation | undefined> {
  const { id, identityId, openerIdentityId, messageVersion } = conversation;
  const { conversations, identities } = app.stores;
  const writer = await identities.get(identityId);
  const isTheirs = writer && (await currentCustomer(writer.customerId, app)).id === customerId;
  const opener = isTheirs ? undefined : await identities.get(openerIdentityId);
  const answers = opener && (await routeTo(opener, conversation, app));
  const at = isoTime(app.clock.now());
  return conversations.reopen({ id, messageVersion: messageVersion + 1 }, { customerId, ownedSince, answers }, at);
}

async function enqueueUnlessInPool(conversation: Conversation, app: App): Promise<void> {
  if (!isInPool(conversation, app.config)) await enqueueConversation(conversation, app);
}
