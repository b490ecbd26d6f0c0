import { currentCustomer } from "./customers.ts";
import { KeptChanging, setMergeCheck } from "./join.ts";
import { openConversationOf, tellDesks } from "./merge-effects.ts";
import { finishUndo } from "./undo-effects.ts";
import { rememberWindows } from "./windows.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Customer, Merge } from "../core/customer.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { AnswerRoute, SeenUndo } from "../ports/stores.ts";

export type UndoResult =
  | { outcome: "undone"; merge: Merge; survivor: Customer; from: Customer }
  | { outcome: "already-undone"; merge: Merge }
  | { outcome: "missing" };

/**
 * Parts two customers again: every identity counts as the customer's whose it was before the merge. What was written stays
 * where it is; a conversation that is open now stays with the side that opened it, and answers go to where that side wrote
 * last. The one that the merge closed waits again for its own customer.
 *
 * @throws KeptChanging
 */
export async function undoMerge(mergeId: string, by: string, app: App): Promise<UndoResult> {
  for (let attempt = 0; attempt < limits.maxMergeAttempts; attempt += 1) {
    const merge = await app.stores.customers.getMerge(mergeId);
    if (!merge) return { outcome: "missing" };
    if (merge.undone) return { outcome: "already-undone", merge };
    const seen = await seenOf(merge, app);
    if (!seen) continue;
    const undone = { at: isoTime(app.clock.now()), by };
    await setMergeCheck(mergeId, app);
    if (!(await app.stores.customers.undoMerge(merge, undone, seen))) continue;
    app.log.info("customer.merge-undone", { mergeId, survivorId: merge.survivorId, fromId: merge.fromId, by });
    if (seen.open) await tellDesks(seen.open.conversation, app);
    if (seen.open) await rememberWindows(seen.open.conversation, app);
    await finishUndo(mergeId, app);
    const [survivor, from] = [await currentCustomer(merge.survivorId, app), await currentCustomer(merge.fromId, app)];
    return { outcome: "undone", merge: { ...merge, undone }, survivor, from };
  }
  throw new KeptChanging(`The customers of merge ${mergeId} kept changing while it was undone: try again.`);
}

/** @returns undefined where it has to be read again: nobody knows yet who opens the conversation that is on its way */
async function seenOf({ survivorId, fromId }: Merge, app: App): Promise<SeenUndo | undefined> {
  const [survivor, from] = await Promise.all([app.stores.customers.get(survivorId), app.stores.customers.get(fromId)]);
  if (!survivor || from?.mergedInto !== survivorId) return undefined;
  const holder = await currentCustomer(survivorId, app);
  const open = await openConversationOf(holder, app);
  if (!open) return { survivor, from };
  const { conversation } = open;
  if (!conversation) return undefined;
  const sideOf = sidesOf(from.id, app);
  const keeperId = (await sideOf(conversation.openerIdentityId)) === from.id ? from.id : holder.id;
  const isKeepers = async (identityId: string) => (await sideOf(identityId)) === keeperId;
  if (await isKeepers(conversation.identityId)) return { survivor, from, open: { conversation, holder, keeperId } };
  const answers = await lastRouteOf(conversation, isKeepers, app);
  return { survivor, from, open: { conversation, holder, keeperId, answers } };
}

/** Tells as whom an identity counts once that customer is parted; undefined: as nobody. */
function sidesOf(partedId: string, app: App): (identityId: string) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>();
  const read = async (identityId: string): Promise<string | undefined> => {
    let id = (await app.stores.identities.get(identityId))?.customerId;
    while (id !== undefined && id !== partedId) {
      const mergedInto: string | undefined = (await app.stores.customers.get(id))?.mergedInto;
      if (mergedInto === undefined) return id;
      id = mergedInto;
    }
    return id;
  };
  return (identityId) => {
    const side = known.get(identityId) ?? read(identityId);
    known.set(identityId, side);
    return side;
  };
}

/** Where the keeper's newest message there came from; their first one is there, since they opened it. */
async function lastRouteOf(
  conversation: Conversation,
  isKeepers: (identityId: string) => Promise<boolean>,
  app: App,
): Promise<AnswerRoute | undefined> {
  let cursor: string | undefined;
  do {
    const page = await app.stores.messages.list(conversation.id, {
      limit: limits.maxPageItems,
      cursor,
      newestFirst: true,
    });
    for (const message of page.items) {
      const { identityId, channel, inboxId } = message;
      if (message.direction !== "in" || !(await isKeepers(identityId))) continue;
      const identity = await app.stores.identities.get(identityId);
      if (identity) return { identityId, address: message.replyTo ?? identity.address, channel, inboxId };
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return undefined;
}
