import * as z from "zod/mini";
import { isSameMac, macOf } from "../signing.ts";

/*
 * JSON Web Tokens with HMAC and SHA-256 (RFC 7519 in the compact form of RFC 7515, `HS256` of RFC 7518, section 3.2), and
 * no other algorithm.
 */

export interface Jwt {
  typ: string | undefined;
  claims: unknown;
}

export type ReadJwt = { ok: true; jwt: Jwt } | { ok: false; reason: string };

/** An algorithm that the token names is compared, never followed; `crit` names what a reader must know (RFC 7515, section 4.1.11). */
const headerSchema = z.object({
  alg: z.literal("HS256"),
  typ: z.optional(z.string()),
  crit: z.optional(z.undefined()),
});

export function signJwt(typ: string, claims: object, key: Uint8Array): string {
  const signed = `${encoded(JSON.stringify({ alg: "HS256", typ }))}.${encoded(JSON.stringify(claims))}`;
  return `${signed}.${encoded(macOf(key, signed))}`;
}

/** @param keys any of these may have signed it */
export function readJwt(token: string, keys: Uint8Array[]): ReadJwt {
  const parts = token.split(".");
  const [header = "", claims = "", signature = ""] = parts;
  const readHeader = z.safeParse(headerSchema, jsonOf(header));
  if (parts.length !== 3 || !readHeader.success) return refused("it is no JWT signed with HS256");
  const mac = Buffer.from(signature, "base64url");
  // More than one text decodes to the same bytes: only the one that encoding gives is taken.
  const isRight = encoded(mac) === signature && keys.some((key) => isSameMac(macOf(key, `${header}.${claims}`), mac));
  if (!isRight) return refused("its signature is not right");
  return { ok: true, jwt: { typ: readHeader.data.typ, claims: jsonOf(claims) } };
}

/** What a token says that it is, before anything of it is believed. */
export function typeOfJwt(token: string): string | undefined {
  const header = z.safeParse(headerSchema, jsonOf(token.split(".", 1)[0]!));
  return header.success ? header.data.typ : undefined;
}

const refused = (reason: string): ReadJwt => ({ ok: false, reason });

const encoded = (content: string | Uint8Array): string => Buffer.from(content as string).toString("base64url");

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
