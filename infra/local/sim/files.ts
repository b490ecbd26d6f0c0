import { problem } from "../../../shared/flow/http-reply.ts";
import type { LocalReply } from "../http/server.ts";
import type { ProvidedFile } from "../providers/provider.ts";
import type { SimRequest } from "./input.ts";

const filePath = /^\/files\/(?<keeper>[a-z]+)\/(?<id>[^/]+)$/;

/** Whoever keeps files for customers: a provider, or the mailboxes. */
export interface FileKeeper {
  readonly name: string;
  file(id: string): ProvidedFile | undefined | Promise<ProvidedFile | undefined>;
}

/**
 * A file that a customer sent or was sent, as the outbox names it. Whatever is in it runs nowhere.
 *
 * @returns undefined where the path is no file's
 */
export async function showFile({ method, path }: SimRequest, keepers: FileKeeper[]): Promise<LocalReply | undefined> {
  const { keeper: name, id = "" } = filePath.exec(path)?.groups ?? {};
  const keeper = keepers.find((each) => each.name === name);
  if (!keeper) return undefined;
  if (method !== "GET") return problem(405, `/sim${path} takes GET.`, {}, { allow: "GET" });
  const file = await keeper.file(id);
  if (!file) return problem(404, `The simulated ${keeper.name} has no file ${id}.`);
  const headers = {
    "content-type": file.contentType,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=3600",
  };
  return { status: 200, headers, body: file.bytes };
}
