import { sanitizeHtml } from "../../shared/channels/email/html/sanitize.ts";
import type { Letter } from "../../shared/channels/email/letter.ts";
import type { MailAttachment, ParsedMail } from "../../shared/channels/email/parse.ts";
import { macOf, signingKeys } from "../../shared/channels/signing.ts";
import type { InboundMessage, MediaReference, StoredObject } from "../../shared/core/message.ts";
import { byteLength } from "../../shared/core/text.ts";
import type { Blobs } from "../../shared/ports/blobs.ts";

/** What a mail leaves in the bucket. */
export interface Kept extends Pick<InboundMessage, "media" | "html" | "fullText"> {
  isCut: boolean;
}

export interface Keeping {
  messageId: string;
  mail: ParsedMail;
  letter: Letter;
  /** the mail as it came, kept with those of which something was left out */
  raw: Uint8Array;
  /** files may do harm */
  withoutFiles: boolean;
  /** the document `signing` */
  secret: unknown;
}

/**
 * Puts what a message refers to into the bucket, before anything refers to it. The keys follow from the message and a
 * secret: repeated, it writes the same objects again; and nobody can make them up.
 */
export async function keepParts(keeping: Keeping, blobs: Blobs): Promise<Kept> {
  const { messageId, mail, letter, secret } = keeping;
  const [key] = signingKeys(secret, "mail-object");
  const keyOf = (part: string): string =>
    `mail/${messageId}/${part}-${Buffer.from(macOf(key, `${messageId} ${part}`))
      .toString("hex")
      .slice(0, 32)}`;
  const html = mail.html === undefined ? undefined : sanitizeHtml(mail.html);
  const isCut = mail.isCut || letter.isCut || html?.isCut === true;
  const original = isCut || mail.isUnreadable ? [originalOf(keeping.raw)] : [];
  const files = keeping.withoutFiles ? [] : [...mail.attachments, ...original];
  const media: MediaReference[] = [];
  for (const [index, file] of files.entries()) media.push(await keepFile(file, keyOf(`file-${index}`), blobs));
  return {
    media,
    html: html && (await keepText(html.html, keyOf("html"), blobs)),
    fullText: letter.fullText === undefined ? undefined : await keepText(letter.fullText, keyOf("text"), blobs),
    isCut,
  };
}

const originalOf = (raw: Uint8Array): MailAttachment => ({
  name: "original.eml",
  contentType: "message/rfc822",
  content: raw,
});

async function keepFile(file: MailAttachment, key: string, blobs: Blobs): Promise<MediaReference> {
  const { contentType, name, contentId, content } = file;
  await blobs.putBytes(key, content, contentType);
  return { contentType, key, bytes: content.length, ...(name && { name }), ...(contentId && { contentId }) };
}

async function keepText(text: string, key: string, blobs: Blobs): Promise<StoredObject> {
  await blobs.put(key, text);
  return { key, bytes: byteLength(text) };
}
