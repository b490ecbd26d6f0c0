import * as z from "zod/mini";
import { isSameMac, macOf, signingKeys } from "../channels/signing.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";

/*
 * Links by which a provider fetches a file of a reply: `<our origin>/files/<payload>.<mac>`, both base64url. Whoever has
 * the link has the file, until it ends; nobody can make one, nor change which file one leads to.
 */

/** An object of the bucket as it is to be handed out. */
export interface LinkedFile {
  key: string;
  contentType: string;
  name: string;
}

const payloadSchema = z.tuple([z.string(), z.string(), z.string(), z.int()]);

/** @returns a link that is good for `limits.outboundFileLinkMs` from now */
export async function fileLink(file: LinkedFile, app: Pick<App, "secrets" | "clock" | "publicUrls">): Promise<string> {
  const [origin] = app.publicUrls;
  if (origin === undefined) throw new Error("PUBLIC_URLS is empty: providers could not be told where a file is.");
  const expiresAt = app.clock.now() + limits.outboundFileLinkMs;
  const payload = [file.key, file.contentType, file.name.toWellFormed(), expiresAt] satisfies z.output<
    typeof payloadSchema
  >;
  const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
  const [key] = signingKeys(await app.secrets.get("signing"), "file-link");
  return `${origin}/files/${text}.${Buffer.from(macOf(key, text)).toString("base64url")}`;
}

/** @returns undefined where the token is none of ours @throws when the signing secret can't be used */
export async function linkedFile(
  token: string,
  app: Pick<App, "secrets" | "clock">,
): Promise<LinkedFile | "expired" | undefined> {
  const [text = "", mac = "", ...rest] = token.split(".");
  if (rest.length > 0 || mac === "") return undefined;
  const claimed = Buffer.from(mac, "base64url");
  const keys = signingKeys(await app.secrets.get("signing"), "file-link");
  if (!keys.some((key) => isSameMac(macOf(key, text), claimed))) return undefined;
  const signed: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  const [key, contentType, name, expiresAt] = z.parse(payloadSchema, signed);
  return expiresAt <= app.clock.now() ? "expired" : { key, contentType, name };
}
