import { sendRank } from "../../../shared/core/message.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import type { Checker, History } from "../history.ts";

/** I1: what was accepted ends routed, ignored with a reason, or parked where an operator sees it. */
export const nothingLost: Checker = {
  invariant: "I1",

  onCall({ operation }, history) {
    if (operation === "parked.put") history.reached("I1", "a job was parked");
    if (operation === "parked.remove") history.reached("I1", "a parked job was sent on");
  },

  async atEnd(history) {
    const parkedBodies = await history.parkedText();
    for (const { messageId, providerId } of history.ledger.messages.values()) {
      const message = await history.stores.messages.get(messageId);
      if (message?.direction !== "in") {
        if (!parkedBodies.includes(providerId)) {
          history.violate("I1", `${messageId} was accepted and is neither stored nor parked`);
        }
        continue;
      }
      const { decision, conversationId, identityId, sequence } = message;
      if (decision.kind === "keep" && !decision.reason)
        history.violate("I1", `${messageId} is ignored without a reason`);
      if (decision.kind === "keep") continue;
      const conversation = await history.stores.conversations.get(conversationId);
      if (conversation === undefined) {
        if (!parkedBodies.includes(providerId))
          history.violate("I1", `${messageId} is planned for ${conversationId}, which does not exist`);
        continue;
      }
      if ((conversation.inboundSequence[identityId] ?? "") < sequence && !parkedBodies.includes(providerId)) {
        history.violate("I1", `${messageId} was never applied to ${conversationId}`);
      }
    }
    // What consists of nothing but kept messages (a blocked address's, notes of absence) waits for nobody.
    const routed = (await history.inboundMessages()).filter(({ decision }) => decision.kind === "route");
    for (const id of new Set(routed.map(({ conversationId }) => conversationId))) {
      const conversation = await history.stores.conversations.get(id);
      if (conversation && !parkedBodies.includes(id)) checkInSight(conversation, history);
    }
    await checkReplies(history);
    await checkListed(parkedBodies, history);
  },
};

/** What no webhook told of is found on the provider's list. */
async function checkListed(parkedBodies: string, history: History): Promise<void> {
  for (const { messageId } of history.ledger.listed) {
    history.reached("I1", "a text was only listed");
    const isThere = (await history.stores.messages.get(messageId)) !== undefined;
    if (!isThere && !parkedBodies.includes(messageId) && !history.enqueued.has(messageId))
      history.violate("I1", `${messageId} is on the provider's list, and nobody took it in`);
  }
}

/** A conversation is routed when its item shows what the pool's log says, for there the agents look. */
function checkInSight(conversation: Conversation, history: History): void {
  const modelled = Array.from(history.pools.values(), (pool) => pool.conversations.get(conversation.id)).find(
    (found) => found !== undefined && found.status !== "released",
  );
  const { id, status, agentId, closedAt } = conversation;
  if (closedAt !== undefined) {
    if (status !== "resolved") history.violate("I1", `${id} is closed but shows ${status}`);
    return;
  }
  if (modelled === undefined) history.violate("I1", `${id} is open and in no pool`);
  else if (modelled.status !== status || modelled.agentId !== (agentId ?? null)) {
    history.violate(
      "I1",
      `${id} shows ${status} ${agentId}, while the pool has it ${modelled.status} ${modelled.agentId}`,
    );
  }
}

async function checkReplies(history: History): Promise<void> {
  for (const { messageId } of history.ledger.replies.values()) {
    const message = await history.stores.messages.get(messageId);
    if (message?.direction !== "out") history.violate("I1", `the accepted reply ${messageId} is not stored`);
  }
  const parkedSends = new Set((await history.parked()).map(({ sendId }) => sendId));
  for (const { id, status, sendId } of await history.outboundMessages()) {
    if (sendRank(status) < sendRank("parked")) history.violate("I1", `the reply ${id} is left ${status}`);
    if (status === "parked" && !parkedSends.has(sendId)) {
      history.violate("I1", `the reply ${id} says parked, but no parked item shows it`);
    }
  }
}
