import type { MediaReference } from "../../core/message.ts";
import type { TelegramFile } from "./update.ts";

/** What a bot may download: 20 MB (https://core.telegram.org/bots/api#getfile). */
const maxDownloadBytes = 20 * 1024 * 1024;

export type NamedFile = TelegramFile & { mime_type: string };

export function fileOf({
  file_id: providerId,
  file_size: bytes,
  file_name: name,
  mime_type,
}: NamedFile): MediaReference {
  return {
    contentType: mime_type,
    providerId,
    ...(name !== undefined && { name }),
    ...(bytes !== undefined && { bytes }),
    ...(bytes !== undefined && bytes > maxDownloadBytes && { problem: tooLarge }),
  };
}

export const tooLarge =
  "Telegram gives bots no file of more than 20 MB. Ask the customer to send it another way, or in parts.";

/** Telegram sends a picture in several sizes. */
export const largestOf = <Size extends { width: number; height: number }>(sizes: readonly Size[]): Size =>
  sizes.reduce((largest, size) => (size.width * size.height > largest.width * largest.height ? size : largest));
