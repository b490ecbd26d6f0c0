import type { StatusUpdate } from "../../core/message.ts";

/**
 * What became of a send, in Twilio's words; the rest says that it is still under way.
 *
 * @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export const statuses = new Map<string, StatusUpdate["status"]>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["undelivered", "failed"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);
