import { MailNotSent, MailOutcomeUnknown, MailRefused } from "../../ports/mail.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { composeMail, type Enclosure } from "./compose.ts";
import { refusalOf } from "./errors.ts";

const filesRetryAfterMs = 1_000;

/**
 * Hands one mail to SES, once, with all its files in it.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 * @throws when the signing secret can't be used
 */
export async function send(
  request: SendRequest,
  { mail, log }: Pick<ChannelPorts, "mail" | "log">,
): Promise<SendResult> {
  let enclosures: Enclosure[] | undefined;
  try {
    enclosures = await enclosuresOf(request);
  } catch (error) {
    log.warn("mail.files-not-read", { sendId: request.sendId, error: error instanceof Error ? error.name : "error" });
    const message = "The files of the mail could not be read.";
    return { outcome: "notSent", error: { code: "files-not-read", message }, retryAfterMs: filesRetryAfterMs };
  }
  if (!enclosures) return { outcome: "refused", error: fileErased };
  const raw = await composeMail(request, enclosures);
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

const fileErased = { code: "file-erased", message: "A file of the mail was erased before it went out: send it anew." };

/** @returns undefined where one of them is gone */
async function enclosuresOf({ media }: SendRequest): Promise<Enclosure[] | undefined> {
  const read = media.map(async (file) => ({ ...file, content: await file.read() }));
  const files = await Promise.all(read);
  const enclosures = files.flatMap(({ name, contentType, content }) =>
    content ? [{ name, contentType, content }] : [],
  );
  return enclosures.length === files.length ? enclosures : undefined;
}
