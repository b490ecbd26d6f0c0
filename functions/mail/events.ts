import { ignored } from "../../shared/channels/channel.ts";
import { bounceOf, complained, rejected } from "../../shared/channels/email/errors.ts";
import type { Ignored, StatusUpdate } from "../../shared/core/message.ts";
import type { MailEvent } from "./notification.ts";

const sendId = /^snd_[0-9a-z]{26}$/;

/** What became of a send, in the words of all channels. */
export function statusOf({ eventType, mail, bounce }: MailEvent): StatusUpdate | Ignored {
  const id = mail.tags?.["sendId"]?.[0] ?? "";
  if (!sendId.test(id)) return ignored("an event about a mail that carries no send id of ours");
  const update = { kind: "status" as const, of: { sendId: id, providerId: mail.messageId } };
  switch (eventType) {
    case "Send":
      return { ...update, status: "sent" };
    case "Delivery":
      return { ...update, status: "delivered" };
    case "Bounce":
      // SES tries a transient one again by itself; an undetermined one says nothing.
      if (bounce?.bounceType !== "Permanent") return ignored("a bounce that is not final");
      return { ...update, status: "failed", error: bounceOf(bounce.bounceSubType) };
    case "Complaint":
      return { ...update, status: "failed", error: complained };
    case "Reject":
      return { ...update, status: "failed", error: rejected };
    default:
      return ignored("an event that says nothing new about a send");
  }
}
