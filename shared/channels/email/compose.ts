import MimeNode from "nodemailer/lib/mime-node";
import type { OutboundFile, SendRequest } from "../channel.ts";
import { shortened } from "./headers.ts";
import { replyAddress, tokenFor } from "./reply-address.ts";

const options = { disableFileAccess: true, disableUrlAccess: true, newline: "win" } as const;

/** A file of a reply with what is in it. */
export interface Enclosure extends Pick<OutboundFile, "name" | "contentType"> {
  content: Uint8Array;
}

/**
 * A reply as a mail (RFC 5322): plain text with the same as HTML, its files, and the fields by which programs keep it in its
 * thread.
 *
 * What it answers stands in In-Reply-To and References (section 3.6.4); before these stands our token, so that an answer
 * finds back even where a program drops the label of the reply address. SES puts an id and a date of its own in place
 * of ours.
 */
export function composeMail(request: SendRequest, enclosures: Enclosure[]): Promise<Buffer> {
  const { inbox, references = [], conversationId, sendId } = request;
  const domain = inbox.address.slice(inbox.address.lastIndexOf("@") + 1);
  const token = tokenFor(conversationId, request.secret);
  const parent = references.at(-1);
  const hasFiles = enclosures.length > 0;
  const mail = new MimeNode(hasFiles ? "multipart/mixed" : "multipart/alternative", {
    ...options,
    // Not by chance: the same reply is the same mail.
    baseBoundary: sendId,
  });
  mail.setHeader([
    { key: "From", value: mailbox(inbox.address, inbox.name) },
    { key: "To", value: mailbox(request.to) },
    { key: "Reply-To", value: mailbox(replyAddress(inbox.address, token) ?? inbox.address, inbox.name) },
    { key: "Subject", value: oneLine(request.subject ?? "") },
    { key: "Date", value: new Date(request.writtenAt) },
    { key: "Message-ID", value: `<${sendId}@${domain}>` },
    {
      key: "References",
      value: shortened([`${token}@${domain}`, ...references])
        .map(bracketed)
        .join(" "),
    },
    ...(parent === undefined ? [] : [{ key: "In-Reply-To", value: bracketed(parent) }]),
    ...(request.isAutomatic ? automaticFields : []),
  ]);
  const letter = hasFiles ? mail.createChild("multipart/alternative", options) : mail;
  letter.createChild("text/plain; charset=utf-8", options).setContent(request.text.toWellFormed());
  letter.createChild("text/html; charset=utf-8", options).setContent(htmlOf(request.text.toWellFormed()));
  for (const enclosure of enclosures) attach(enclosure, mail);
  return mail.build();
}

/** In base 64 whatever it is, so that no line end of it is changed on its way; the name as RFC 2231 has it. */
function attach({ name, contentType, content }: Enclosure, mail: MimeNode): void {
  mail
    .createChild(typeOf(contentType), { ...options, filename: fileName(name) })
    .setHeader({ "Content-Transfer-Encoding": "base64", "Content-Disposition": "attachment" })
    .setContent(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
}

/** Parts of these two kinds have a meaning of their own for mail programs, and may not be in base 64 (RFC 2045, section 6.4). */
function typeOf(contentType: string): string {
  const isPlain = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/.test(contentType);
  return isPlain && !/^(multipart|message)\//i.test(contentType) ? contentType : "application/octet-stream";
}

/** A name, no path; characters that nobody sees could hide its ending. */
const fileName = (name: string): string =>
  oneLine(name)
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/[/\\]/g, "_")
    .replace(/^\.+/, "") || "file";

/** Nothing answers a mail by itself that says it is such an answer (RFC 3834, section 5; the second is Exchange's). */
const automaticFields = [
  { key: "Auto-Submitted", value: "auto-replied" },
  { key: "X-Auto-Response-Suppress", value: "All" },
];

/** An address that is one, and no list of them: brackets, commas and line ends could make it another. */
function mailbox(address: string, name?: string): { address: string; name: string } {
  if (/[\s<>,;:"()\p{Cc}]/u.test(address)) throw new RangeError("An address has characters that addresses don't have.");
  return { address, name: oneLine(name ?? "") };
}

/** A line end in a field would begin another field. */
const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();

const bracketed = (id: string): string => `<${id.replaceAll(/[\s<>\p{Cc}]/gu, "")}>`;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function htmlOf(text: string): string {
  const escaped = text.replaceAll(/[&<>"]/g, (character) => escapes[character]!).replaceAll(/\r\n|\n|\r/g, "<br>\r\n");
  return `<!doctype html><html><head><meta charset="utf-8"></head><body><div dir="auto">${escaped}</div></body></html>`;
}
