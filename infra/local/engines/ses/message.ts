import addressparser from "nodemailer/lib/addressparser";

export interface HeaderField {
  /** as it was written */
  name: string;
  /** unfolded, otherwise as it was written */
  value: string;
}

/** A message as bytes, with its header section read and its body untouched (RFC 5322 section 2.1). */
export interface RawMessage {
  fields: HeaderField[];
  /** with the empty line before it */
  rest: Buffer;
}

/** What every event and notification says of a message's header section. */
export interface DescribedHeaders {
  headersTruncated: boolean;
  headers: HeaderField[];
  /** without what the message lacks */
  commonHeaders: CommonHeaders;
}

export interface CommonHeaders {
  returnPath?: string;
  from?: string[];
  to?: string[];
  cc?: string[];
  replyTo?: string[];
  date?: string;
  messageId?: string;
  subject?: string;
}

/** Header sections over this are cut in notifications (SES developer guide, "mail object", headersTruncated). */
const maxDescribedHeaderBytes = 10 * 1024;

export function readMessage(raw: Buffer): RawMessage {
  const end = endOfHeaders(raw);
  // Fields may hold UTF-8 (RFC 6532); what is not valid in it is shown with replacement characters.
  const lines = raw.toString("utf8", 0, end).split(/\r?\n(?![ \t])/);
  const fields = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    if (colon <= 0) return [];
    return [{ name: line.slice(0, colon).trim(), value: unfolded(line.slice(colon + 1)) }];
  });
  return { fields, rest: raw.subarray(end) };
}

export const fieldsOf = (message: Pick<RawMessage, "fields">, name: string): string[] =>
  message.fields.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map(({ value }) => value);

/** Addresses of all fields of this name, in lower case. */
export const addressesIn = (message: Pick<RawMessage, "fields">, name: string): string[] =>
  fieldsOf(message, name).flatMap((value) =>
    addressparser(value, { flatten: true }).map(({ address }) => address.toLowerCase()),
  );

/** The same bytes with some fields taken away and others put before the rest; what stays keeps its own folding. */
export function withFields(raw: Buffer, change: { without: string[]; before: HeaderField[] }): Buffer {
  const end = endOfHeaders(raw);
  const without = new Set(change.without.map((name) => name.toLowerCase()));
  const kept = raw
    .toString("latin1", 0, end)
    .split(/\r?\n(?![ \t])/)
    .filter((line) => line !== "" && !without.has(line.slice(0, line.indexOf(":")).trim().toLowerCase()));
  const added = change.before.map(({ name, value }) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(added.map((line) => `${line}\r\n`).join("")),
    Buffer.from(kept.join("\r\n"), "latin1"),
    Buffer.from(kept.length > 0 ? "\r\n\r\n" : "\r\n"),
    bodyOf(raw.subarray(end)),
  ]);
}

export function describeHeaders(message: RawMessage): DescribedHeaders {
  const headers: HeaderField[] = [];
  let bytes = 0;
  for (const field of message.fields) {
    bytes += Buffer.byteLength(field.name) + Buffer.byteLength(field.value);
    if (bytes > maxDescribedHeaderBytes) break;
    headers.push(field);
  }
  const list = (name: string): string[] | undefined => {
    const values = fieldsOf({ fields: headers }, name).flatMap((value) => addressparser(value, { flatten: true }));
    return values.length === 0
      ? undefined
      : values.map(({ name: label, address }) => (label ? `${label} <${address}>` : address));
  };
  const [date] = fieldsOf({ fields: headers }, "Date");
  const [messageId] = fieldsOf({ fields: headers }, "Message-ID");
  const [subject] = fieldsOf({ fields: headers }, "Subject");
  return {
    headersTruncated: headers.length < message.fields.length,
    headers,
    commonHeaders: {
      from: list("From"),
      to: list("To"),
      cc: list("Cc"),
      replyTo: list("Reply-To"),
      date,
      messageId,
      subject,
    },
  };
}

/** Date and time as a Date field has them (RFC 5322 section 3.3). */
export const mailDate = (milliseconds: number): string => new Date(milliseconds).toUTCString().replace("GMT", "+0000");

const unfolded = (text: string): string => text.replaceAll(/\r?\n(?=[ \t])/g, "").trim();

/** Where the header section ends: before the line break of the empty line, or at the end of a message without a body. */
function endOfHeaders(raw: Buffer): number {
  if (raw[0] === 0x0a || (raw[0] === 0x0d && raw[1] === 0x0a)) return 0;
  const ends = ["\r\n\r\n", "\n\n"].map((separator) => raw.indexOf(separator)).filter((at) => at >= 0);
  return ends.length === 0 ? raw.length : Math.min(...ends);
}

/** What follows the line break of the last field and that of the empty line. */
function bodyOf(rest: Buffer): Buffer {
  const [separator] = /^(\r?\n){1,2}/.exec(rest.toString("latin1", 0, 4)) ?? [""];
  return rest.subarray(separator.length);
}
