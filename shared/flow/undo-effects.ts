import { ownerOf } from "./customers.ts";
import { openConversationOf, tellDesks } from "./merge-effects.ts";
import { reopenConversation } from "./reopen.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Merge } from "../core/customer.ts";
import type { App } from "../ports/app.ts";

/**
 * What undoing a merge sets off; all of it safe to repeat. What a merge closed, as continued in a conversation that is
 * somebody else's by now, is opened again for its own customer, and waits. Where that one has another open conversation, it
 * goes on in this one, and never at the stranger's.
 */
export async function finishUndo(mergeId: string, app: App): Promise<void> {
  const merge = await app.stores.customers.getMerge(mergeId);
  if (!merge?.undone) return;
  const withdrawn = await withdrawnAround(merge, app);
  // Of several it is the one that was open last.
  const latestFirst = withdrawn.toSorted((one, other) => ((one.closedAt ?? "") < (other.closedAt ?? "") ? 1 : -1));
  for (const conversation of latestFirst) await giveBack(conversation, app);
}

/** Closed by merges of those who ever counted as one with the two: these may have been carried out and undone in any order. */
async function withdrawnAround({ survivorId, fromId }: Merge, app: App): Promise<Conversation[]> {
  const known = new Set<string>();
  const withdrawnIds = new Set<string>();
  for (let fresh = [survivorId, fromId]; fresh.length > 0;) {
    for (const id of fresh) known.add(id);
    const merges = (await Promise.all(fresh.map((id) => app.stores.customers.merges(id)))).flat();
    for (const { withdrawnConversationId: id } of merges) if (id !== undefined) withdrawnIds.add(id);
    const sides = new Set(merges.flatMap((each) => [each.survivorId, each.fromId]));
    fresh = Array.from(sides).filter((id) => !known.has(id));
  }
  return withdrawnIds.size === 0 ? [] : app.stores.conversations.many(Array.from(withdrawnIds));
}

async function giveBack(conversation: Conversation, app: App): Promise<void> {
  const { id, closedAt, continuedIn } = conversation;
  // Whoever opened it again may have died before its pool heard of it.
  if (closedAt === undefined) return void (await reopenConversation(conversation, app));
  if (continuedIn === undefined || (await isOwn(continuedIn, conversation, app))) return;
  if ((await reopenConversation(conversation, app)) !== id) {
    const owner = await ownerOf(conversation, app);
    const open = await openConversationOf(owner, app);
    if (!open) {
      // One that is over holds the slot until its pool has shown that.
      const over = owner.openConversationId && (await app.stores.conversations.get(owner.openConversationId));
      if (over) await app.stores.customers.freeOpenConversation(owner.id, over, over.language);
      return giveBack(conversation, app);
    }
    // No pool has heard of one that holds nothing but what was kept: whoever claimed it counts as somebody else by now.
    if (open.conversation) await reopenConversation(open.conversation, app);
    if (open.id !== id) await app.stores.conversations.continueIn(id, { from: continuedIn, to: open.id });
  }
  await tellDesks(conversation, app);
}

/** Whether that one is of the same customer's, by today. */
async function isOwn(otherId: string, conversation: Conversation, app: App): Promise<boolean> {
  const other = await app.stores.conversations.get(otherId);
  return other !== undefined && (await ownerOf(other, app)).id === (await ownerOf(conversation, app)).id;
}
