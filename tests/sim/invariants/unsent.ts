import type { Conversation } from "../../../shared/core/conversation.ts";
import type { OutboundStored } from "../../../shared/core/message.ts";
import type { Timestamp } from "../../../shared/core/time.ts";
import { automaticAuthor } from "../../../shared/flow/reply.ts";
import type { ConversationStore } from "../../../shared/ports/stores.ts";
import type { Checker, History } from "../history.ts";

/** I1: a person's reply that failed came before somebody, unless a person has answered again or resolved it since. */
export function unsent(): Checker {
  const marked = new Set<string>();
  /** when each was closed last: one that its customer opens again shows that no more */
  const closedAt = new Map<string, Timestamp>();

  return {
    invariant: "I1",

    onCall({ operation, parameters, result }, history) {
      if (operation === "conversations.close") noteClosing(result as Closing | undefined, closedAt);
      if (operation !== "conversations.markUnsent" || (result as Conversation | undefined)?.unsent !== parameters[1])
        return;
      marked.add(parameters[1] as string);
      history.reached("I1", "a conversation came back with a reply that failed");
    },

    async atEnd(history) {
      const replies = (await history.outboundMessages()).filter(({ author }) => author !== automaticAuthor);
      const parked = await history.parkedText();
      for (const reply of replies) {
        if (reply.status !== "failed" || marked.has(reply.id) || parked.includes(reply.id)) continue;
        const conversation = await whereItGoesOn(reply.conversationId, history);
        if (conversation && !isSeen(reply, { closedAt: closedAt.get(conversation.id), ...conversation }, replies))
          history.violate("I1", `${reply.id} failed, and nobody was shown it in ${conversation.id}`);
      }
    },
  };
}

type Closing = Awaited<ReturnType<ConversationStore["close"]>>;

function noteClosing(closing: Closing | undefined, closedAt: Map<string, Timestamp>): void {
  const { outcome, conversation } = closing ?? {};
  if (outcome === "closed" && conversation?.closedAt !== undefined)
    closedAt.set(conversation.id, conversation.closedAt);
}

async function whereItGoesOn(id: string, history: History): Promise<Conversation | undefined> {
  const conversation = await history.stores.conversations.get(id);
  return conversation?.continuedIn === undefined ? conversation : whereItGoesOn(conversation.continuedIn, history);
}

const isSeen = (
  { statusAt = "" }: OutboundStored,
  { id, closedAt = "" }: Conversation,
  replies: OutboundStored[],
): boolean =>
  closedAt > statusAt || replies.some(({ conversationId, createdAt }) => conversationId === id && createdAt > statusAt);
