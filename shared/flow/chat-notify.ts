import { clientMessageIdOf, webChannel } from "../channels/web/address.ts";
import { pushToChats } from "../channels/web/audience.ts";
import type { ServerFrame } from "../channels/web/frames.ts";
import type { InboundStored } from "../core/message.ts";
import type { App } from "../ports/app.ts";

/**
 * Tells the open chats of an identity something that they may miss: the next hello says what has become of messages, and
 * typing passes. So a failure is logged and changes nothing.
 */
async function tellChats(identityId: string, frame: ServerFrame, app: App): Promise<void> {
  try {
    await pushToChats(identityId, frame, app);
  } catch (error) {
    app.log.warn("chat-notify.failed", {
      type: frame.type,
      error: error instanceof Error ? error.name : String(error),
    });
  }
}

/** What has become of a customer's message: the router has taken it up, or an agent has seen it and all before it. */
export async function tellInboundStatus(
  message: Pick<InboundStored, "id" | "identityId" | "channel" | "providerId">,
  status: "received" | "read",
  app: App,
): Promise<void> {
  if (message.channel !== webChannel) return;
  const clientMessageId = clientMessageIdOf(message.providerId);
  await tellChats(message.identityId, { type: "status", messageId: message.id, clientMessageId, status }, app);
}

/** An agent is writing to this customer. */
export async function tellTyping(place: { identityId: string; channel: string }, app: App): Promise<void> {
  if (place.channel === webChannel) await tellChats(place.identityId, { type: "typing" }, app);
}
