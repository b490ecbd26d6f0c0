import { currentCustomer } from "./customers.ts";
import { enqueueConversation, isInPool } from "./pool-events.ts";
import type { Conversation } from "../core/conversation.ts";
import type { App } from "../ports/app.ts";

/**
 * Opens a conversation again and puts it into its pool, unless the customer has another open one. Claiming the customer's
 * slot comes first, so that no late closing takes it away; each step may be repeated, and one that an earlier attempt has
 * opened is only put into the pool.
 *
 * @returns the id of the customer's open conversation: another one's where this one could not be opened
 */
export async function reopenConversation(conversation: Conversation, app: App): Promise<string | undefined> {
  const { id, customerId, messageVersion, closedAt } = conversation;
  if (closedAt === undefined) {
    await enqueueUnlessInPool(conversation, app);
    return id;
  }
  const version = { id, messageVersion: messageVersion + 1 };
  const customer = await currentCustomer(customerId, app);
  const head = await app.stores.customers.claimForReopening(customer.id, version);
  if (head.mergedInto !== undefined) return reopenConversation(conversation, app);
  if (head.openConversationId !== id) return head.openConversationId;
  const reopened = await app.stores.conversations.reopen(version);
  if (reopened && reopened.closedAt === undefined) await enqueueUnlessInPool(reopened, app);
  return id;
}

async function enqueueUnlessInPool(conversation: Conversation, app: App): Promise<void> {
  if (!isInPool(conversation)) await enqueueConversation(conversation, app);
}
