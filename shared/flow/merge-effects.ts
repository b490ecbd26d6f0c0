import { tellMerged } from "./events.ts";
import { notify } from "./notify.ts";
import { enqueueConversation, poolOfQueue, sendPoolEvent } from "./pool-events.ts";
import { reopenAs } from "./reopen.ts";
import { rememberWindows } from "./windows.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Customer } from "../core/customer.ts";
import type { App } from "../ports/app.ts";

export interface OpenConversation {
  id: string;
  /** absent: its first message is still on its way */
  conversation?: Conversation;
}

/** The one that was opened first, with which a merge goes on; one whose first message is still on its way comes last. */
export function byOpening(one: OpenConversation, other: OpenConversation): number {
  const [left, right] = [one.conversation?.openedAt ?? "~", other.conversation?.openedAt ?? "~"];
  return left < right || (left === right && one.id < other.id) ? -1 : 1;
}

/**
 * Who holds a customer's slot, if that is open. One that is being reopened is opened here: whoever claimed the slot for it
 * may have died.
 */
export async function openConversationOf(customer: Customer, app: App): Promise<OpenConversation | undefined> {
  const { openConversationId: id, reopenedVersion } = customer;
  if (id === undefined) return undefined;
  const conversation = await app.stores.conversations.get(id);
  if (conversation?.closedAt === undefined) return { id, conversation };
  if (reopenedVersion !== conversation.messageVersion + 1) return undefined;
  const reopened = await reopenAs(customer, conversation, app);
  if (!reopened || reopened.closedAt !== undefined) return undefined;
  await enqueueConversation(reopened, app);
  return { id, conversation: reopened };
}

/**
 * What a merge sets off; all of it safe to repeat. The conversation that it closed leaves its pool, and the one that goes on
 * is told of: who set it aside has to see what the customer wrote in the other one.
 */
export async function finishMerge(mergeId: string, app: App): Promise<void> {
  const merge = await app.stores.customers.getMerge(mergeId);
  if (merge) await tellMerged(merge, app);
  const { keptConversationId: keptId, withdrawnConversationId: withdrawnId } = merge ?? {};
  if (keptId === undefined) return;
  const [kept, withdrawn] = await Promise.all([
    app.stores.conversations.get(keptId),
    withdrawnId === undefined ? undefined : app.stores.conversations.get(withdrawnId),
  ]);
  if (withdrawn) {
    // Opened again since the merge was undone, it is to stay in its pool.
    if (withdrawn.closedAt !== undefined) await withdraw(withdrawn, keptId, app);
    if (kept && kept.closedAt === undefined) await enqueueConversation(kept, app);
  }
  if (withdrawn) await rememberWindows(withdrawn, app);
  for (const conversation of [kept, withdrawn]) if (conversation) await tellDesks(conversation, app);
}

async function withdraw({ id, messageVersion, queueId, requested }: Conversation, keptId: string, app: App) {
  const { pool } = poolOfQueue(queueId ?? requested.queueId, app.config);
  const reason = `Its customer was merged: it goes on in ${keptId}.`;
  const event = { kind: "withdraw", conversationId: id, version: messageVersion, reason } as const;
  await sendPoolEvent(pool.id, event, `${id}:${messageVersion}`, app);
}

export const tellDesks = ({ id, agentId }: Conversation, app: App): Promise<void> =>
  notify([agentId], { type: "conversation", conversationId: id }, app);
