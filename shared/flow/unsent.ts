import { tellStatus } from "./events.ts";
import { notify } from "./notify.ts";
import { enqueueConversation } from "./pool-events.ts";
import { reopenConversation } from "./reopen.ts";
import { automaticAuthor } from "./reply.ts";
import type { Conversation } from "../core/conversation.ts";
import { limits } from "../core/limits.ts";
import type { OutboundStored } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";
import type { TimerJob } from "../ports/queues.ts";

/** Tells what became of a message out; where a person's reply failed, its conversation is to come before somebody again. */
export async function tellOutcome(message: OutboundStored, app: App): Promise<void> {
  await tellStatus(message, app);
  if (!isUnsent(message)) return;
  await app.queues.timers.send([{ body: jobOf(message.id) }]);
}

/** Before a failure is noted: not every provider says it again to whoever dies between noting and telling. */
export async function checkUnsentLater(messageId: string, app: App): Promise<void> {
  await app.queues.timers.send([{ body: jobOf(messageId), delaySeconds: limits.unsentCheckAfterSeconds }]);
}

const jobOf = (messageId: string): TimerJob => ({ schemaVersion: 1, timer: { kind: "unsent", messageId } });

const isUnsent = ({ status, author }: OutboundStored): boolean => status === "failed" && author !== automaticAuthor;

/**
 * Whoever wrote a reply that failed may have resolved its conversation, set it aside, or look at another one: it is opened
 * again, wakes, and is marked. Doing it again changes nothing, and neither does it where a person has answered again or
 * resolved it since, since they could know.
 */
export async function bringBack(messageId: string, app: App): Promise<void> {
  const message = await app.stores.messages.get(messageId);
  if (message?.direction !== "out" || !isUnsent(message)) return;
  const { statusAt: failedAt = message.createdAt } = message;
  const conversation = await whereItGoesOn(message.conversationId, app);
  if (!conversation || (conversation.closedAt ?? "") > failedAt) return;
  const openId = await reopenConversation(conversation, app);
  if (openId === undefined || (await isAnsweredSince(failedAt, openId, app))) return;
  const marked = await app.stores.conversations.markUnsent(openId, messageId);
  // The customer's next one may not have its first message yet, and one that is over leaves its place to the next shortly.
  if (!marked || marked.closedAt !== undefined)
    throw new Error(`${openId} cannot be marked yet: ${messageId} failed, and somebody is to see it.`);
  if (marked.status === "snoozed") await enqueueConversation(marked, app);
  await notify([marked.agentId], { type: "conversation", conversationId: openId }, app);
}

/** A merge may have closed it. */
async function whereItGoesOn(id: string, app: App): Promise<Conversation | undefined> {
  const conversation = await app.stores.conversations.get(id);
  return conversation?.continuedIn === undefined ? conversation : whereItGoesOn(conversation.continuedIn, app);
}

async function isAnsweredSince(failedAt: Timestamp, conversationId: string, app: App): Promise<boolean> {
  const page = { limit: limits.maxPageItems, newestFirst: true };
  const { items } = await app.stores.messages.list(conversationId, page);
  return items.some((each) => each.direction === "out" && each.author !== automaticAuthor && each.createdAt > failedAt);
}
