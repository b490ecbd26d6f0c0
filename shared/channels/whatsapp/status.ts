import * as z from "zod/mini";
import type { StatusUpdate } from "../../core/message.ts";
import { ignored, type Parsed } from "../channel.ts";
import { listOf, orNothing } from "../lenient.ts";
import { isDoubtful, isInMaintenance, isThrottled, sendErrorOf } from "../meta/errors.ts";
import { wordOf } from "./content.ts";
import { meanings, undelivered } from "./errors.ts";

/**
 * A report about a message out.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export const statusSchema = z.object({
  id: z.string().check(z.minLength(1)),
  status: z.string(),
  recipient_type: orNothing(z.string()),
  /** what the message was sent with, as it was */
  biz_opaque_callback_data: orNothing(z.string()),
  errors: listOf(z.object({ code: z.number() })),
});

const sendId = /^snd_[0-9a-z]{26}$/;

/** A voice message that was played was read. The rest says nothing new about a send. */
const statuses = new Map<string, StatusUpdate["status"]>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
  ["failed", "failed"],
]);

export function statusOf(report: z.infer<typeof statusSchema>): Parsed {
  const { id: providerId, biz_opaque_callback_data: ours = "", recipient_type: recipient } = report;
  if (recipient === "group") return ignored("a report about a message to a group: we write to none");
  const status = statuses.get(report.status);
  if (!status) return ignored(`status ${wordOf(report.status)} says nothing new about a send`);
  const update: StatusUpdate = {
    kind: "status",
    of: sendId.test(ours) ? { sendId: ours, providerId } : { channel: "whatsapp", providerId },
    status,
  };
  return status === "failed" ? { ...update, error: errorOf(report.errors[0]?.code) } : update;
}

/** What has failed is not sent again by itself, and there is no doubt about it any more. */
function errorOf(code: number | undefined): StatusUpdate["error"] {
  const error = sendErrorOf({ code }, meanings, undelivered);
  const isOver = isThrottled(error) || isInMaintenance(error) || isDoubtful(error);
  return isOver ? { ...error, ...undelivered } : error;
}
