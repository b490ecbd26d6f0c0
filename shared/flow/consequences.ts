import { currentCustomer } from "./customers.ts";
import { windowsOf } from "../core/conversation.ts";
import type { OutboundStored, SendError } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";

/**
 * Remembers what a send's failure says about the customer's address: that they stopped messages of this inbox at the
 * carrier, or that nothing arrives there at all. What came from there since the send says otherwise, and counts more.
 */
export async function rememberConsequence(
  sent: OutboundStored,
  { consequence, message }: SendError,
  app: App,
): Promise<void> {
  const { identityId, inboxId, attemptedAt, createdAt } = sent;
  const at = attemptedAt ?? createdAt;
  const { identities } = app.stores;
  if (consequence === "opted-out") await identities.setCarrierOptOut(identityId, inboxId, at);
  if (consequence !== "unreachable" || (await hasWrittenSince(at, sent, app))) return;
  await identities.setUnreachable(identityId, { at, reason: message });
}

/** In the conversation that the send belongs to or the one that is open by now, whoever else has written there last. */
async function hasWrittenSince(at: Timestamp, { identityId, conversationId }: OutboundStored, app: App) {
  const identity = await app.stores.identities.get(identityId);
  const customer = identity && (await currentCustomer(identity.customerId, app));
  const ids = [conversationId, customer?.openConversationId].filter((id) => id !== undefined);
  const conversations = await app.stores.conversations.many(Array.from(new Set(ids)));
  const times = conversations.flatMap((conversation) => [
    ...(conversation.identityId === identityId ? [conversation.lastInboundAt] : []),
    ...windowsOf(conversation).flatMap((window) => (window.identityId === identityId ? [window.since] : [])),
  ]);
  return [...times, ...Object.values(identity?.lastInboundAt ?? {})].some((time) => time > at);
}
