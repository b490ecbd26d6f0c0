import * as z from "zod/mini";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";

/*
 * Files that agents bring for a reply to come, under an id that nobody can guess. The bucket removes them after a week:
 * a reply that names one has it copied to its message.
 */

export interface Upload {
  /** `fil_…` */
  id: string;
  /** as the content shows */
  contentType: string;
  bytes: number;
  /** as the agent's machine calls it */
  name: string;
}

const uploadSchema = z.object({ id: z.string(), contentType: z.string(), bytes: z.int(), name: z.string() });

const idPattern = /^fil_[0-9a-z]{26}$/;
const keyOf = (id: string): string => `uploads/${id}`;
const factsKeyOf = (id: string): string => `${keyOf(id)}.json`;

/** What is said of the file comes last, so that a file that is known is whole. */
export async function keepUpload(upload: Upload, content: Uint8Array, { blobs }: Pick<App, "blobs">): Promise<void> {
  await blobs.putBytes(keyOf(upload.id), content, upload.contentType);
  await blobs.put(factsKeyOf(upload.id), JSON.stringify(upload));
}

/** @returns undefined where there is no such file, or none any more */
export async function findUpload(id: string, { blobs }: Pick<App, "blobs">): Promise<Upload | undefined> {
  const facts = idPattern.test(id) ? await blobs.get(factsKeyOf(id)) : undefined;
  return facts === undefined ? undefined : z.parse(uploadSchema, JSON.parse(facts));
}

/** Copies the file to where its message keeps it. @returns false where it is gone */
export async function copyUpload(upload: Upload, key: string, { blobs }: Pick<App, "blobs">): Promise<boolean> {
  const content = await blobs.getBytes(keyOf(upload.id), limits.maxUploadBytes);
  if (content) await blobs.putBytes(key, content, upload.contentType);
  return content !== undefined;
}
