import type { Conversation } from "../../../shared/core/conversation.ts";
import type { StoredMessage } from "../../../shared/core/message.ts";
import type { ApplyResult } from "../../../shared/ports/stores.ts";
import type { Observation } from "../host/invocation.ts";
import type { Checker, History } from "../history.ts";

/** I2: the same provider message twice is one message, applied once, to the customer's one open conversation. */
export function onceIn(): Checker {
  const created = new Set<string>();
  /** identity and sequence → the conversations that it was applied to */
  const applied = new Map<string, string[]>();

  function onCreate({ result }: Observation, history: History): void {
    const { created: isNew, message } = result as { created: boolean; message: StoredMessage };
    if (message.direction !== "in") return;
    if (!isNew) history.reached("I2", "a text came again after it was stored");
    else if (created.has(message.id)) history.violate("I2", `${message.id} was created twice`);
    else created.add(message.id);
  }

  function onApply({ parameters, result }: Observation, history: History): void {
    const [conversationId, { identityId, sequence }] = parameters as [string, { identityId: string; sequence: string }];
    const { outcome } = result as ApplyResult;
    if (outcome === "closed") history.reached("I2", "a text found its conversation closed");
    if (outcome === "repeated") history.reached("I2", "a text was applied again");
    if (outcome !== "applied") return;
    const key = `${identityId} ${sequence}`;
    const places = [...(applied.get(key) ?? []), conversationId];
    applied.set(key, places);
    if (places.length > 1)
      history.violate("I2", `one text was applied ${places.length} times, to ${places.join(" and ")}`);
  }

  return {
    invariant: "I2",

    onCall(observation, history) {
      if (observation.operation === "messages.create") onCreate(observation, history);
      if (observation.operation === "conversations.applyMessage") onApply(observation, history);
      if (observation.operation === "messages.replacePlan") history.reached("I2", "a plan was replaced");
    },

    async atEnd(history) {
      for (const { channel, times } of history.ledger.messages.values())
        if (times > 1) history.reached("I2", `a message by ${channel} was accepted twice`);
      await checkOpenConversations(history);
      await checkOnePlace(history, applied);
      await checkAutomaticReplies(history);
    },
  };
}

async function checkOpenConversations(history: History): Promise<void> {
  const openByCustomer = new Map<string, Conversation[]>();
  for (const id of history.conversationIds) {
    const conversation = await history.stores.conversations.get(id);
    if (conversation === undefined || conversation.closedAt !== undefined) continue;
    openByCustomer.set(conversation.customerId, [...(openByCustomer.get(conversation.customerId) ?? []), conversation]);
  }
  for (const [customerId, open] of openByCustomer) {
    const ids = open.map(({ id }) => id).join(" and ");
    if (open.length > 1) history.violate("I2", `${customerId} has ${open.length} open conversations: ${ids}`);
    const customer = await history.stores.customers.get(customerId);
    if (customer?.openConversationId !== open[0]!.id) {
      history.violate("I2", `${customerId}'s slot holds ${customer?.openConversationId}, while ${ids} is open`);
    }
  }
}

/** A provider's message is stored once, under the conversation that it was applied to. */
async function checkOnePlace(history: History, applied: Map<string, string[]>): Promise<void> {
  const stored = new Map<string, string>();
  for (const { id, identityId, inboxId, sequence, conversationId, providerId } of await history.inboundMessages()) {
    // Two bots of ours count a customer's messages alike.
    const sent = `${inboxId} ${providerId}`;
    const twin = stored.get(sent);
    if (twin !== undefined) history.violate("I2", `${providerId} is stored as ${twin} and as ${id}`);
    stored.set(sent, id);
    const place = applied.get(`${identityId} ${sequence}`)?.[0];
    if (place !== undefined && place !== conversationId) {
      history.violate("I2", `${id} is listed under ${conversationId} but was applied to ${place}`);
    }
  }
}

async function checkAutomaticReplies(history: History): Promise<void> {
  const expected = (await history.inboundMessages()).filter(({ decision }) => decision.automaticReply).length;
  const automatic = (await history.outboundMessages()).filter(({ author }) => author === "automatic").length;
  if (automatic > expected)
    history.violate("I2", `${automatic} automatic replies to ${expected} texts that ask for one`);
}
