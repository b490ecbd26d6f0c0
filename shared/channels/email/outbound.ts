import { MailNotSent, MailOutcomeUnknown, MailRefused } from "../../ports/mail.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { composeMail } from "./compose.ts";
import { refusalOf } from "./errors.ts";

/**
 * Hands one mail to SES, once.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 * @throws when the signing secret can't be used
 */
export async function send(request: SendRequest, { mail }: Pick<ChannelPorts, "mail">): Promise<SendResult> {
  const raw = await composeMail(request);
  const { sendId, conversationId, inbox, to } = request;
  try {
    const { providerId } = await mail.send({ from: inbox.address, to: [to], raw, tags: { sendId, conversationId } });
    return { outcome: "sent", providerId };
  } catch (error) {
    if (error instanceof MailRefused) return { outcome: "refused", error: refusalOf(error.code) };
    if (error instanceof MailNotSent)
      return {
        outcome: "notSent",
        retryAfterMs: error.retryAfterMs,
        error: { code: "not-taken", message: error.message },
      };
    if (error instanceof MailOutcomeUnknown)
      return { outcome: "unknown", error: { code: "no-answer", message: "SES did not say whether it took the mail." } };
    throw error;
  }
}
