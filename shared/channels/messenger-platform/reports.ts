import type { Ignored, StatusUpdate } from "../../core/message.ts";
import type { Timestamp } from "../../core/time.ts";
import { ignored } from "../channel.ts";
import type { GivenMessage, Scene } from "./event.ts";

const sendId = /^snd_[0-9a-z]{26}$/;

/**
 * A copy of what our account sent; `metadata` is what we gave along with a send.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-echoes
 */
export function readEcho({ metadata, mid }: GivenMessage, { channel }: Scene): StatusUpdate | Ignored {
  if (metadata === undefined || !sendId.test(metadata))
    return ignored(`an echo of what was sent from ${channel}'s own inbox or by another app`);
  return { kind: "status", of: { sendId: metadata, providerId: mid }, status: "sent" };
}

/** @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-deliveries */
export function readDelivery(
  { mids = [], watermark }: { mids?: string[] | undefined; watermark?: Timestamp | undefined },
  scene: Scene,
): (StatusUpdate | Ignored)[] {
  // The watermark says it of the same messages with less certainty.
  if (mids.length > 0) return mids.map((providerId) => statusOf({ channel: scene.channel, providerId }, "delivered"));
  return upTo(watermark, scene, "delivered");
}

/**
 * Messenger names a time, Instagram the last message that was seen.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-reads
 */
export function readSeen(
  { mid, watermark }: { mid?: string | undefined; watermark?: Timestamp | undefined },
  scene: Scene,
): (StatusUpdate | Ignored)[] {
  if (mid !== undefined) return [statusOf({ channel: scene.channel, providerId: mid, isLast: true }, "read")];
  return upTo(watermark, scene, "read");
}

function upTo(
  watermark: Timestamp | undefined,
  { channel, inboxId, customer }: Scene,
  status: StatusUpdate["status"],
): (StatusUpdate | Ignored)[] {
  if (watermark === undefined) return [ignored("a receipt that names no message")];
  return [statusOf({ channel, inboxId, address: customer, upTo: watermark }, status)];
}

const statusOf = (of: StatusUpdate["of"], status: StatusUpdate["status"]): StatusUpdate => ({
  kind: "status",
  of,
  status,
});
