import { limits } from "../../core/limits.ts";

/** A mail that its parser can bear. */
export interface BoundedMail {
  bytes: Uint8Array;
  /** where the headers end and the empty line before the body begins */
  headerEnd: number;
  /** something was left out */
  isCut: boolean;
}

const lineFeed = 10;
const carriageReturn = 13;
const dash = 45;
const space = 32;
const tab = 9;

/**
 * Leaves out what no mail that a person wrote has: too many lines or possible boundaries end the mail there, and headers
 * that are too long in all lose their longest fields.
 */
export function boundMail(raw: Uint8Array): BoundedMail {
  const whole = withLineFeeds(raw.subarray(0, limits.maxMailBytes));
  const headerEnd = endOfHeaders(whole);
  const end = endOfBearableLines(whole);
  const headers = whole.subarray(0, Math.min(headerEnd, end));
  const isCut = end < raw.length;
  if (headers.length <= limits.maxMailHeaderBytes)
    return { bytes: whole.subarray(0, end), headerEnd: headers.length, isCut };
  const kept = shortFields(headers);
  const bytes = new Uint8Array(kept.length + end - headers.length);
  bytes.set(kept);
  bytes.set(whole.subarray(headers.length, end), kept.length);
  return { bytes, headerEnd: kept.length, isCut: true };
}

/** Some old programs end lines with a carriage return alone. */
const withLineFeeds = (bytes: Uint8Array): Uint8Array =>
  bytes.includes(lineFeed) || !bytes.includes(carriageReturn)
    ? bytes
    : bytes.map((byte) => (byte === carriageReturn ? lineFeed : byte));

function endOfHeaders(bytes: Uint8Array): number {
  for (let start = 0; start < bytes.length;) {
    if (bytes[start] === lineFeed || (bytes[start] === carriageReturn && bytes[start + 1] === lineFeed)) return start;
    start = nextLine(bytes, start);
  }
  return bytes.length;
}

function endOfBearableLines(bytes: Uint8Array): number {
  let boundaries = 0;
  let texts = 0;
  let start = 0;
  for (let lines = 0; start < bytes.length; lines += 1) {
    const end = nextLine(bytes, start);
    if (bytes[start] === dash && bytes[start + 1] === dash) boundaries += 1;
    if (!looksEncoded(bytes, start, end)) texts += 1;
    const isTooMuch =
      lines >= limits.maxMailLines || texts > limits.maxMailTextLines || boundaries > limits.maxMailBoundaryLines;
    if (isTooMuch) return start;
    start = end;
  }
  return bytes.length;
}

/** Base 64 has no spaces, and lines of this length by default (RFC 2045, section 6.8: at most 76 characters). */
const leastEncodedBytes = 60;
const looksEncoded = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= leastEncodedBytes && !bytes.subarray(start, end).includes(space);

/** The fields in their order, each with the lines that it is folded over, without the long ones and never too many. */
function shortFields(headers: Uint8Array): Uint8Array {
  const kept = new Uint8Array(limits.maxMailHeaderBytes);
  let length = 0;
  for (let start = 0; start < headers.length;) {
    let end = nextLine(headers, start);
    while (headers[end] === space || headers[end] === tab) end = nextLine(headers, end);
    const isShort = end - start <= limits.maxMailHeaderFieldBytes;
    if (isShort && length + end - start <= kept.length) {
      kept.set(headers.subarray(start, end), length);
      length += end - start;
    }
    start = end;
  }
  return kept.subarray(0, length);
}

function nextLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(lineFeed, start);
  return end === -1 ? bytes.length : end + 1;
}
