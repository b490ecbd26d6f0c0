import { digest } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import type { InboundStored, MediaReference } from "../../shared/core/message.ts";
import { beginningOf, plainFileName } from "../../shared/core/text.ts";
import type { App } from "../../shared/ports/app.ts";

/** As RFC 6838, section 4.2, has it, `image/*` too, with what may follow; its sender can write anything, at any length. */
const mediaType = /^[\w.+*-]{1,127}\/[\w.+*-]{1,127}(\s*;[\x20-\x7e]{0,127})?$/;

/**
 * A message's files as it is stored with them, under names and types that read as what they are. Those that came within it go to the
 * bucket, so that no item ever holds them. Doing it again writes the same.
 */
export const keepInlineFiles = (messageId: string, media: MediaReference[], app: App): Promise<MediaReference[]> =>
  Promise.all(
    media.map(async ({ data, name: given, contentType: declared, ...rest }) => {
      const name = beginningOf(plainFileName(given ?? ""), limits.maxNameCharacters);
      const contentType = mediaType.test(declared) ? declared : "application/octet-stream";
      const file = { ...rest, contentType, ...(name !== "" && { name }) };
      if (data === undefined) return file;
      const key = `media/${messageId}/${digest(data).slice(0, 32)}`;
      const bytes = Buffer.from(data, "base64");
      await app.blobs.putBytes(key, bytes, "application/octet-stream");
      return { ...file, key, bytes: bytes.byteLength };
    }),
  );

/** Has files fetched that are still at their provider, and those looked at that came within the message. */
export async function fetchFiles(message: InboundStored, sent: MediaReference[], app: App): Promise<void> {
  const pending = message.media.flatMap((file, index) => {
    const isAway = file.key === undefined && file.problem === undefined;
    return isAway || sent[index]?.data !== undefined ? [index] : [];
  });
  if (pending.length === 0) return;
  await app.queues.media.send(
    pending.map((index) => ({ body: { schemaVersion: 1, messageId: message.id, index } as const })),
  );
}
