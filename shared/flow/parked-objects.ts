import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";
import { BlobTooLarge, rawMailPrefix } from "../ports/blobs.ts";
import type { Parked } from "../ports/work.ts";
import type { ParkedKind } from "./parked-kinds.ts";

/*
 * Some jobs only name what they are about, and the bucket keeps that for a while: a parked one may wait for a person for
 * longer. So it is copied when its job is parked, and put back where the job looks for it when the job is sent on.
 */

/** @returns where the copy lies; undefined where the job names nothing that would be gone */
export async function keepNamed(
  parkedId: string,
  kind: ParkedKind,
  body: unknown,
  app: App,
): Promise<Parked["named"] | undefined> {
  const key = namedBy(kind, body);
  if (key === undefined) return undefined;
  const copy = `parked/${parkedId}-named`;
  return (await copyObject(key, copy, app)) ? { key, copy } : undefined;
}

/** The object that the job names lies where it lay; what dies before the job is sent on leaves both. */
export async function putBack({ named }: Parked, app: App): Promise<void> {
  if (named) await copyObject(named.copy, named.key, app);
}

/** Keys of the bucket that go with a parked item. */
export const keysOf = ({ bodyKey, named }: Parked): string[] =>
  [bodyKey, named?.copy].filter((key) => key !== undefined);

function namedBy(kind: ParkedKind, body: unknown): string | undefined {
  const { eventsKey, Message: message } = Object(body) as { eventsKey?: unknown; Message?: unknown };
  if (kind === "inbound" && typeof eventsKey === "string") return eventsKey;
  return kind === "mail" && typeof message === "string" ? rawMailKey(message) : undefined;
}

/** Of SES's receipt within SNS's notification; what can't be read names nothing. */
function rawMailKey(message: string): string | undefined {
  try {
    const { receipt } = Object(JSON.parse(message)) as { receipt?: { action?: { objectKey?: unknown } } };
    const key = receipt?.action?.objectKey;
    return typeof key === "string" && key.startsWith(rawMailPrefix) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false where there is none, or one that is larger than anybody would read again */
async function copyObject(from: string, to: string, app: App): Promise<boolean> {
  try {
    const bytes = await app.blobs.getBytes(from, limits.maxMailBytes);
    if (bytes) await app.blobs.putBytes(to, bytes, "application/octet-stream");
    return bytes !== undefined;
  } catch (error) {
    if (!(error instanceof BlobTooLarge)) throw error;
    return false;
  }
}
