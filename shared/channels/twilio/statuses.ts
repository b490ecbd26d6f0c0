import type { StatusUpdate } from "../../core/message.ts";

/** Twilio has taken it, and may still be fetching its files. */
const underWay = ["accepted", "scheduled", "queued", "sending"];

/**
 * What became of a send, in Twilio's words. That it is under way is evidence too: Twilio has taken it.
 *
 * @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 * @see https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
 */
export const statuses = new Map<string, StatusUpdate["status"]>([
  ...underWay.map((name) => [name, "sent"] as const),
  ["sent", "sent"],
  ["partially_delivered", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["undelivered", "failed"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);

/** Files are counted once Twilio has fetched them: never, where it could not. */
export const mayLackItsFiles = (status: string): boolean =>
  underWay.includes(status) || statuses.get(status) === "failed";
