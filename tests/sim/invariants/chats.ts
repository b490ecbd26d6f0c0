import { webChannel } from "../../../shared/channels/web/address.ts";
import { identityIdOf } from "../../../shared/core/ids.ts";
import { sendRank, type InboundStored } from "../../../shared/core/message.ts";
import type { Checker, History } from "../history.ts";
import type { ChatView } from "../ledger.ts";

/** I2, in the chat: what a customer wrote is there once, on both sides, and so is what they were answered. */
export const chatOnce: Checker = {
  invariant: "I2",

  async atEnd(history) {
    const byText = Map.groupBy(await chatMessages(history), ({ text }) => text);
    for (const chat of history.ledger.chats) {
      for (const { text, messageId } of chat.written) {
        if (messageId === undefined) history.violate("I1", `"${text}" was never acknowledged`);
        const stored = byText.get(text) ?? [];
        if (stored.length > 1) history.violate("I2", `"${text}" is ${stored.length} messages`);
        const shown = Array.from(chat.shown.values()).filter((each) => each.text === text);
        if (shown.length !== 1) history.violate("I2", `the customer sees "${text}" ${shown.length} times`);
      }
      await checkReplies(chat, history);
    }
  },
};

/** What went to a chat is shown there, as long as its conversation is among the customer's last ones. */
async function checkReplies({ address, shown, isOpen }: ChatView, history: History): Promise<void> {
  const identityId = address && identityIdOf(webChannel, address);
  const owner = identityId && history.joins.ownerOf(identityId);
  const customer = owner && (await history.stores.customers.get(owner));
  if (!customer || !isOpen) return;
  for (const { id, sendId, identityId: to, status, conversationId } of await history.outboundMessages()) {
    // By a person's word alone.
    if (history.ledger.settledSends.has(sendId)) continue;
    const isRecent = [customer.openConversationId, customer.lastConversationId].includes(conversationId);
    const isSent = sendRank(status) >= sendRank("sent") && status !== "failed";
    if (to !== identityId || !isRecent || !isSent) continue;
    history.reached("I2", "a customer sees a reply in the chat");
    if (!shown.has(id)) history.violate("I2", `${address} never saw ${id}, which is ${status}`);
  }
}

/** I3, in the chat: what a customer wrote stands in the order in which they wrote it, on both sides. */
export const chatInOrder: Checker = {
  invariant: "I3",

  async atEnd(history) {
    const byText = new Map((await chatMessages(history)).map((message) => [message.text, message]));
    for (const { written, shown } of history.ledger.chats) {
      let last: InboundStored | undefined;
      for (const { text } of written) {
        const message = byText.get(text);
        if (!message) continue;
        if (last && message.order < last.order)
          history.violate("I3", `"${text}" stands before "${last.text}", which was written first`);
        const [before, now] = [last && shown.get(last.id), shown.get(message.id)];
        if (before && now && now.at < before.at)
          history.violate("I3", `the customer sees "${text}" at ${now.at}, before "${before.text}" at ${before.at}`);
        if (last) history.reached("I3", "a second chat message was written");
        last = message;
      }
    }
  },
};

const chatMessages = async (history: History): Promise<InboundStored[]> =>
  (await history.inboundMessages()).filter(({ channel }) => channel === webChannel);
