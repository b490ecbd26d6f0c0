import { fileContract } from "../../shared/api/files.ts";
import { asDownload } from "../../shared/core/download.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { plainFileName } from "../../shared/core/text.ts";
import { linkedFile } from "../../shared/flow/file-links.ts";
import { fittingName } from "../../shared/flow/file-name.ts";
import { fileKindOf } from "../../shared/flow/file-type.ts";
import { json, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { keepUpload, type Upload } from "../../shared/flow/uploads.ts";
import type { App } from "../../shared/ports/app.ts";
import { requireRight, type Caller } from "../caller.ts";

export interface FileRequest {
  method: string;
  path: string;
  /** names in lower case */
  headers: Record<string, string | undefined>;
  bytes: Uint8Array;
  /** who was signed in; undefined for those who come by a link */
  caller: Caller | undefined;
}

export interface FileReply {
  status: 200;
  headers: Record<string, string>;
  bytes: Uint8Array;
}

/** Files of replies: an agent brings one, and the customer's provider fetches it by its link. */
export async function run(request: FileRequest, app: App): Promise<HttpReply | FileReply> {
  try {
    const { method, path } = request;
    if (method === "GET" || method === "HEAD") return await handOut(path.slice("/files/".length), method, app);
    return await takeIn(request, app);
  } catch (error) {
    if (error instanceof ProblemError) return error.reply;
    throw error;
  }
}

/**
 * A link says all that is needed, and whoever has it may fetch the file: that is what it is for. Twilio asks what it is
 * (HEAD) before it does.
 *
 * @see https://www.twilio.com/docs/messaging/guides/accepted-mime-types
 */
async function handOut(token: string, method: "GET" | "HEAD", app: App): Promise<HttpReply | FileReply> {
  const file = await linkedFile(token, app);
  if (file === undefined) throw new ProblemError(404, "There is no file at this link.");
  if (file === "expired") throw new ProblemError(410, "The link has ended: it was made for the delivery of a message.");
  const bytes = await app.blobs.getBytes(file.key, limits.maxUploadBytes);
  if (!bytes) throw new ProblemError(410, "The file is gone: the message that it belonged to was erased.");
  return {
    status: 200,
    headers: {
      "content-type": file.contentType,
      "content-disposition": asDownload(file.name),
      "x-content-type-options": "nosniff",
      // A chat's picture stands on other origins' pages, of which some take nothing in that does not say so.
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "private, no-store",
    },
    bytes: method === "HEAD" ? new Uint8Array() : bytes,
  };
}

async function takeIn({ caller, headers, bytes }: FileRequest, app: App): Promise<HttpReply> {
  if (!caller) throw new ProblemError(403, "Your token names no user or no role that may bring files.");
  requireRight(fileContract.uploadFile, caller);
  const name = nameIn(headers["x-file-name"]);
  checkContent(bytes, headers["content-type"]);
  const kind = await fileKindOf(bytes, headers["content-type"]);
  const id = timeSortedId("fil", app.clock.now(), app.random.bytes(10));
  const { contentType } = kind;
  const upload: Upload = { id, contentType, bytes: bytes.byteLength, name: fittingName(name, kind) };
  await keepUpload(upload, bytes, app);
  return json(201, upload);
}

/** Shown to people, and told to providers; never used as a path. @throws ProblemError */
function nameIn(header: string | undefined): string {
  const name = plainFileName(decoded(header) ?? "");
  if (name && name.length <= limits.maxNameCharacters) return name;
  const message = `is needed: the file's name, percent-encoded, of up to ${limits.maxNameCharacters} characters`;
  throw new ProblemError(400, "Say what the file is called.", { errors: [{ field: "x-file-name", message }] });
}

function decoded(header: string | undefined): string | undefined {
  try {
    return header === undefined ? undefined : decodeURIComponent(header);
  } catch {
    return undefined;
  }
}

/** What API Gateway hands over as text has lost the bytes that are no UTF-8. @throws ProblemError */
function checkContent(bytes: Uint8Array, contentType = ""): void {
  if (bytes.byteLength === 0) throw new ProblemError(400, "The body is the file, and it is empty.");
  if (bytes.byteLength > limits.maxUploadBytes)
    throw new ProblemError(413, `A file may have ${limits.maxUploadBytes} bytes; this one has ${bytes.byteLength}.`);
  const isText = /^(text\/|application\/(json|xml|javascript))/i.test(contentType);
  if (isText && Buffer.from(bytes).includes("\uFFFD"))
    throw new ProblemError(400, "The text is not UTF-8: send the file with the content type application/octet-stream.");
}
