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
  | { kind: "empty" };

/** @param position among the files of its reply, from 0 */
export function problemWith(
  file: Pick<File, "type" | "size">,
  position: number,
  media: RouteCapabilities["media"],
): FileProblem | undefined {
  if (media.maxCount === 0) return { kind: "no-files" };
  if (position >= maxReplyFiles) return { kind: "too-many", most: maxReplyFiles };
  if (file.size === 0) return { kind: "empty" };
  const taken = media.types.find(({ pattern }) => fits(file.type, pattern));
  if (!taken) return { kind: "type", taken: media.types.map(({ pattern }) => pattern) };
  const maxBytes = Math.min(taken.maxBytes, maxUploadBytes);
  return file.size > maxBytes ? { kind: "size", maxBytes } : undefined;
}

/** @param contentType empty where the browser knows none */
function fits(contentType: string, pattern: string): boolean {
  const [kind, ...rest] = (contentType || "application/octet-stream").split("/");
  const [wantedKind, wantedRest] = pattern.split("/");
  return (wantedKind === "*" || wantedKind === kind) && (wantedRest === "*" || wantedRest === rest.join("/"));
}

export interface Size {
  text: string;
  fileCount: number;
}

/** As how many messages a reply goes out at the least: words stay whole, so that it may become one more. */
export function fewestMessages({ text, fileCount }: Size, { text: texts, media }: RouteCapabilities): number {
  const length = text.trim().length;
  const withFiles = fileCount === 0 ? 0 : Math.ceil(fileCount / Math.max(media.maxCount, 1));
  if (withFiles > 0 && length <= media.maxCaptionCharacters) return withFiles;
  return withFiles + Math.ceil(length / texts.maxCharacters);
}

/** @returns the most that the channel takes, where a text is longer */
export function tooLongFor(text: string, { text: { maxCharacters, maxParts } }: RouteCapabilities): number | undefined {
  const most = maxCharacters * maxParts;
  return text.length > most ? most : undefined;
}
