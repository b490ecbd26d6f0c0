import { automaticKind } from "../../../shared/channels/email/automatic.ts";
import { readParts } from "../../../shared/channels/email/letter.ts";
import { parseMail } from "../../../shared/channels/email/parse.ts";
import { cleanSubject, isForwardSubject } from "../../../shared/channels/email/subject.ts";

/** What the channel makes of a mail, in a form that a person can check. */
export async function readingOf(raw: Uint8Array) {
  const mail = await parseMail(raw);
  const { headers, from, subject, plain, html, answered, attachments, messageId } = mail;
  const { text, fullText } = readParts({ plain, html, isForward: isForwardSubject(subject) });
  const path = headers.has("return-path") ? headers.first("return-path") : "somebody@customers.example";
  const envelopeFrom = path.replaceAll(/[<>]/g, "");
  return {
    from: from ? `${from.name} <${from.address}>`.trim() : null,
    subject: cleanSubject(subject),
    text,
    ...(fullText !== undefined && { fullTextLines: fullText.split("\n").length }),
    ...(messageId !== undefined && { messageId }),
    ...(answered.length > 0 && { answered }),
    ...(attachments.length > 0 && {
      attachments: attachments.map(({ name = null, contentType, contentId, content }) =>
        [name, contentType, contentId, `${content.length} bytes`].filter((part) => part !== undefined),
      ),
    }),
    automatic: automaticKind({ headers, from: from?.address ?? "", envelopeFrom }) ?? null,
    ...(mail.isCut && { isCut: true }),
    ...(mail.isUnreadable && { isUnreadable: true }),
  };
}
