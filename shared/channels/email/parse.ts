import PostalMime, { type Address, type Attachment, type Email } from "postal-mime";
import { limits } from "../../core/limits.ts";
import { beginningOf } from "../../core/text.ts";
import { boundMail, type BoundedMail } from "./bounds.ts";
import { answeredIds, MailHeaders, messageIdsIn } from "./headers.ts";
import { decodeUtf7 } from "./utf7.ts";

export interface MailAttachment {
  /** as the sender named it, without control characters */
  name?: string;
  /** lower case, without parameters */
  contentType: string;
  content: Uint8Array;
  /** by which the HTML refers to it, without brackets */
  contentId?: string;
}

/** A mail, taken apart. Whatever its bytes were, this is what could be read of it. */
export interface ParsedMail {
  headers: MailHeaders;
  /** absent where the From field names no address */
  from?: { address: string; name: string };
  /** as it was written; empty where there is none */
  subject: string;
  plain?: string;
  html?: string;
  attachments: MailAttachment[];
  /** without brackets; absent where it has none */
  messageId?: string;
  /** ids that it names as answered, oldest first, without brackets */
  answered: string[];
  /** parts of it were left out, being more than any letter has */
  isCut: boolean;
  /** its parts could not be told apart: only its headers were read */
  isUnreadable: boolean;
}

const options = {
  // A mail within a mail is a file: read along, it would count as written by this sender.
  forceRfc822Attachments: true,
  maxNestingDepth: limits.maxMailDepth,
  maxHeadersSize: limits.maxMailPartHeaderBytes,
} as const;

/** Takes a mail apart (RFC 5322, RFC 2045 and those after it). Never throws, whatever the bytes. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const bounded = boundMail(raw);
  const { email, isUnreadable } = await parseOrHeaders(bounded);
  const headers = new MailHeaders(email.headers);
  const attachments = email.attachments.slice(0, limits.maxMailAttachments).map(attachmentOf);
  const [messageId] = messageIdsIn(headers.first("message-id"));
  return {
    headers,
    from: senderOf(email.from),
    subject: email.subject ?? "",
    plain: headers.first("content-type").toLowerCase().includes("utf-7") ? decodeUtf7(email.text ?? "") : email.text,
    html: email.html,
    attachments,
    ...(messageId !== undefined && { messageId }),
    answered: answeredIds(headers),
    isCut: bounded.isCut || attachments.length < email.attachments.length,
    isUnreadable,
  };
}

async function parseOrHeaders({ bytes, headerEnd }: BoundedMail): Promise<{ email: Email; isUnreadable: boolean }> {
  try {
    return { email: await PostalMime.parse(bytes, options), isUnreadable: false };
  } catch {
    // Too deep, or too many headers of parts; which of these is no help to anybody. The mail's own headers are still read.
    return { email: await PostalMime.parse(bytes.subarray(0, headerEnd), options), isUnreadable: true };
  }
}

const addressShape = /^[^\s@<>,;:"()]{1,64}@[^\s@<>,;:"()]{1,255}$/;

/** The address in lower case: no host tells two by their case, whatever RFC 5321 allows. */
function senderOf(from: Address | undefined): ParsedMail["from"] {
  const mailbox = from?.group ? from.group[0] : from;
  const address = mailbox?.address?.trim().toLowerCase().toWellFormed() ?? "";
  if (!mailbox || !addressShape.test(address)) return undefined;
  return { address, name: readable(mailbox.name, limits.maxNameCharacters) };
}

function attachmentOf({ filename, mimeType, contentId, content }: Attachment): MailAttachment {
  const name = readable(filename ?? "", limits.maxNameCharacters);
  const id = contentId?.trim().replace(/^<|>$/g, "");
  return {
    ...(name && { name }),
    contentType: /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(mimeType) ? mimeType : "application/octet-stream",
    content: typeof content === "string" ? Buffer.from(content) : new Uint8Array(content),
    ...(id && id.length <= limits.maxNameCharacters && { contentId: readable(id, limits.maxNameCharacters) }),
  };
}

/** On one line, without control characters or those that turn the direction of writing (they hide a file's real ending). */
const readable = (text: string, most: number): string =>
  beginningOf(text.toWellFormed(), most)
    .replaceAll(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();
