import { crc32 } from "node:zlib";
import { AwsError } from "../error.ts";

/** What every SDK call carries, and what we keep or check. Any other `x-amz-` header asks for something we don't imitate. */
const knownHeaders = [
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-user-agent",
  "x-amz-security-token",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-checksum-crc32",
  "x-amz-checksum-mode",
  "x-amz-server-side-encryption",
];
const refusedHeaders = ["range", "if-match", "if-modified-since", "if-unmodified-since"];
/** Headers of an answer that the query of a GET may set. */
export const overridable = ["content-disposition", "content-type"];
const knownParameters = [
  "x-id",
  "list-type",
  "prefix",
  "max-keys",
  "continuation-token",
  "start-after",
  ...overridable.map((name) => `response-${name}`),
];

export interface S3Request {
  method: string;
  bucket: string;
  /** empty for a call on the bucket */
  key: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** as the client meant it, without transfer framing */
  body: Buffer;
}

/** Reads a path-style call. @throws AwsError 501 for what the embedded cloud does not imitate */
export function readS3Request(call: {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}): S3Request {
  const url = new URL(call.path, "http://s3");
  const [, bucket = "", ...rest] = url.pathname.split("/");
  for (const name of Object.keys(call.headers))
    if (refusedHeaders.includes(name) || (name.startsWith("x-amz-") && !isKnown(name))) throw notImitated(name);
  for (const name of url.searchParams.keys()) if (!knownParameters.includes(name)) throw notImitated(`?${name}`);
  const body = readBody(call.headers, call.body);
  const checksum = call.headers["x-amz-checksum-crc32"] ?? body.checksum;
  if (checksum !== undefined && checksum !== crc32Of(body.content))
    throw s3Error(400, "BadDigest", "The CRC32 you specified did not match the calculated checksum.");
  return {
    method: call.method,
    bucket,
    key: rest.map(decodeURIComponent).join("/"),
    query: url.searchParams,
    headers: call.headers,
    body: body.content,
  };
}

/** S3 answers errors as XML, each with a status of its own. */
export const s3Error = (status: number, code: string, message: string): AwsError =>
  new AwsError(code, message, { status });

const isKnown = (header: string): boolean => knownHeaders.includes(header) || header.startsWith("x-amz-meta-");

const notImitated = (what: string): AwsError =>
  s3Error(501, "NotImplemented", `The embedded cloud's S3 does not imitate ${what}`);

/** Base64 of the big-endian checksum, as S3 writes it. */
export function crc32Of(content: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content));
  return bytes.toString("base64");
}

/** Streams come as `aws-chunked`: each chunk after a line with its length in hexadecimal, the checksum in a trailer. */
function readBody(headers: Record<string, string>, raw: Buffer): { content: Buffer; checksum?: string } {
  if (!headers["content-encoding"]?.includes("aws-chunked")) return { content: raw };
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = raw.indexOf("\r\n", position);
    const length = Number.parseInt(raw.toString("latin1", position, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(length))
      throw s3Error(400, "IncompleteBody", "The request body terminated unexpectedly");
    position = lineEnd + 2;
    if (length === 0) break;
    chunks.push(raw.subarray(position, position + length));
    position += length + 2;
  }
  const checksum = /x-amz-checksum-crc32:\s*(\S+)/.exec(raw.toString("latin1", position))?.[1];
  return { content: Buffer.concat(chunks), ...(checksum === undefined ? {} : { checksum }) };
}
