import { messageIdOfSend } from "../../core/ids.ts";
import { isoTime } from "../../ports/clock.ts";
import type { ChannelPorts, LookupResult, SendRequest, SendResult } from "../channel.ts";
import { pushToChats } from "./audience.ts";
import type { ServerFrame } from "./frames.ts";

const retryAfterMs = 1_000;

/**
 * Pushes a reply to whatever the customer has open. Where nothing is, the stored message is what the next hello shows, so
 * it is sent either way. Clients know messages by their ids: one that is pushed twice is shown once.
 */
export async function send(
  { sendId, identityId, text, media, writtenAt }: SendRequest,
  ports: Pick<ChannelPorts, "chatSockets" | "stores" | "log">,
): Promise<SendResult> {
  const files = media.map(({ name, contentType, bytes, url }) => ({ name, contentType, bytes, url }));
  const frame: ServerFrame = {
    type: "message",
    messageId: messageIdOfSend(sendId),
    text,
    ...(files.length > 0 && { media: files }),
    at: isoTime(writtenAt),
  };
  try {
    await pushToChats(identityId, frame, ports);
    return { outcome: "sent", providerId: sendId };
  } catch (error) {
    ports.log.warn("chat.push-failed", { sendId, error: error instanceof Error ? error.name : String(error) });
    const message = "The customer's open chat could not be reached.";
    return { outcome: "notSent", error: { code: "not-reached", message }, retryAfterMs };
  }
}

/** No provider keeps a list, and none is needed: whatever an attempt has pushed, it may be pushed again. */
export const lookup = async (): Promise<LookupResult> => ({ outcome: "absent" });
