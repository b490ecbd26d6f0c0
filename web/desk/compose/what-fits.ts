import type { RouteCapabilities } from "../api/types.ts";

/** What the router takes of one file that goes out, whatever the channel would take. */
export const maxUploadBytes = 4 * 1024 * 1024;

/** So many files go out with one reply. */
export const maxReplyFiles = 10;

/** What keeps a file from going out, with what a person must know about it. */
export type FileProblem =
  | { kind: "no-files" }
  | { kind: "too-many"; most: number }
  | { kind: "type"; taken: string[] }
  | { kind: "size"; maxBytes: number }
  | { kind: "total"; maxBytes: number }
  | { kind: "empty" };

/** @param before the files that stand before it in its reply */
export function problemWith(
  file: Pick<File, "type" | "size">,
  before: Pick<File, "size">[],
  media: RouteCapabilities["media"],
): FileProblem | undefined {
  if (media.maxCount === 0) return { kind: "no-files" };
  if (before.length >= maxReplyFiles) return { kind: "too-many", most: maxReplyFiles };
  if (file.size === 0) return { kind: "empty" };
  const taken = media.types.find(({ pattern }) => fits(file.type, pattern));
  if (!taken) return { kind: "type", taken: media.types.map(({ pattern }) => pattern) };
  const maxBytes = Math.min(taken.maxBytes, maxUploadBytes);
  if (file.size > maxBytes) return { kind: "size", maxBytes };
  const { isOneMessage, maxTotalBytes } = media;
  const total = before.reduce((sum, { size }) => sum + size, file.size);
  return isOneMessage && maxTotalBytes !== null && total > maxTotalBytes
    ? { kind: "total", maxBytes: maxTotalBytes }
    : undefined;
}

/** @param contentType empty where the browser knows none */
function fits(contentType: string, pattern: string): boolean {
  const [kind, ...rest] = (contentType || "application/octet-stream").split("/");
  const [wantedKind, wantedRest] = pattern.split("/");
  return (wantedKind === "*" || wantedKind === kind) && (wantedRest === "*" || wantedRest === rest.join("/"));
}

export interface Size {
  text: string;
  files: Pick<File, "size">[];
}

/** As how many messages a reply goes out at the least: words stay whole, so that it may become one more. */
export function fewestMessages({ text, files }: Size, { text: texts, media }: RouteCapabilities): number {
  const length = text.trim().length;
  const withFiles = messagesWith(files, media);
  if (withFiles > 0 && length <= media.maxCaptionCharacters) return withFiles;
  return withFiles + Math.ceil(length / texts.maxCharacters);
}

/** In their order, on each message as many as it takes; what is too large for one is told of otherwise. */
function messagesWith(files: Size["files"], { maxCount, maxTotalBytes }: RouteCapabilities["media"]): number {
  let [messages, count, bytes] = [0, 0, 0];
  for (const { size } of files) {
    const isFull = count >= maxCount || bytes + size > (maxTotalBytes ?? Infinity);
    if (messages === 0 || isFull) [messages, count, bytes] = [messages + 1, 0, 0];
    [count, bytes] = [count + 1, bytes + size];
  }
  return messages;
}

/** @returns the most that the channel takes, where a text is longer */
export function tooLongFor(text: string, { text: { maxCharacters, maxParts } }: RouteCapabilities): number | undefined {
  const most = maxCharacters * maxParts;
  return text.length > most ? most : undefined;
}
