import { createHmac, timingSafeEqual } from "node:crypto";
import type { MetaFile, MetaMessage } from "../storage.ts";

/** A page, or the Instagram account that is linked to it. */
export interface MessagingAccount {
  channel: "messenger" | "instagram";
  id: string;
}

export type FileKind = "image" | "video" | "audio" | "file";

export interface MessagingFile {
  id: string;
  kind: FileKind;
  contentType: string;
  name: string;
}

export interface MessagingContent {
  text: string;
  files: MessagingFile[];
  /** answers to choose from, of the account's messages alone */
  quickReplies: string[];
  /** what the app gave along, and gets back in the echo */
  metadata?: string;
  /** how often its customer has changed it */
  edits?: number;
  isUnsent?: true;
}

export type MessagingMessage = MetaMessage<MessagingContent>;

export const objectOf = ({ channel }: MessagingAccount): string => (channel === "messenger" ? "page" : "instagram");

export const kindOf = (contentType: string): FileKind =>
  (/^(image|video|audio)\//.exec(contentType)?.[1] as FileKind | undefined) ?? "file";

export const fileOf = ({ id, contentType, name = "file" }: MetaFile): MessagingFile => ({
  id,
  kind: kindOf(contentType),
  contentType,
  name,
});

/** Where files of Messenger lie. */
export const cdnOrigin = "https://cdn.fbsbx.com";
const instagramFiles = "https://lookaside.fbsbx.com/ig_messaging_cdn/";

/** Whoever has the link may have the file. */
export function fileUrl(
  { channel }: Pick<MessagingMessage, "channel">,
  { id, name }: MessagingFile,
  key: string,
): string {
  const signature = signatureOf(id, key);
  return channel === "messenger"
    ? `${cdnOrigin}/v/${id}/${encodeURIComponent(name)}?oh=${signature}`
    : `${instagramFiles}?asset_id=${id}&signature=${signature}`;
}

/** @returns undefined where the URL is not that of a file of Messenger's or Instagram's */
export function fileAt(url: URL): { id: string; signature: string } | undefined {
  const { searchParams } = url;
  if (url.origin + url.pathname === instagramFiles)
    return { id: searchParams.get("asset_id") ?? "", signature: searchParams.get("signature") ?? "" };
  const id = /^\/v\/(\d+)\//.exec(url.pathname)?.[1];
  return url.origin === cdnOrigin ? { id: id ?? "", signature: searchParams.get("oh") ?? "" } : undefined;
}

export function isSigned({ id, signature }: { id: string; signature: string }, key: string): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(id, key))];
  return given.length === right.length && timingSafeEqual(given, right);
}

const signatureOf = (id: string, key: string): string => createHmac("sha256", key).update(`file ${id}`).digest("hex");
