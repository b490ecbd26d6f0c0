import type { OutboundStored, SendError } from "../core/message.ts";
import type { App } from "../ports/app.ts";

/**
 * Remembers what a send's failure says about the customer's address: that they stopped messages of this inbox at the
 * carrier, or that nothing arrives there at all. What came from there since the send says otherwise, and counts more.
 */
export async function rememberConsequence(
  { identityId, inboxId, conversationId, attemptedAt, createdAt }: OutboundStored,
  { consequence, message }: SendError,
  app: App,
): Promise<void> {
  const at = attemptedAt ?? createdAt;
  const { identities, conversations } = app.stores;
  if (consequence === "opted-out") await identities.setCarrierOptOut(identityId, inboxId, at);
  if (consequence !== "unreachable") return;
  const conversation = await conversations.get(conversationId);
  const hasWritten = conversation?.identityId === identityId && conversation.lastInboundAt > at;
  if (!hasWritten) await identities.setUnreachable(identityId, { at, reason: message });
}
