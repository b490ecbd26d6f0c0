import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { signingKeys } from "../signing.ts";
import { isUserAddress } from "./address.ts";
import { readJwt, signJwt, typeOfJwt } from "./jwt.ts";

/** Distinguishes our session tokens from the company's vouches (RFC 8725, section 3.11). */
const sessionType = "switchyard-session";

const claimsSchema = z.object({ sub: z.string(), aud: z.string(), exp: z.number() });

export interface Session {
  /** the web channel's address */
  address: string;
  inboxId: string;
}

export type ReadSession = { ok: true; address: string } | { ok: false; reason: string };

export const isSessionToken = (token: string): boolean => typeOfJwt(token) === sessionType;

/** A token that resumes the session from any connection until it expires. @param now milliseconds since 1970 */
export function sessionToken({ address, inboxId }: Session, secret: unknown, now: number): string {
  const lifeMs = isUserAddress(address) ? limits.vouchedChatSessionMs : limits.chatSessionMs;
  const [key] = signingKeys(secret, "chat-session");
  return signJwt(sessionType, { sub: address, aud: inboxId, exp: Math.floor((now + lifeMs) / 1000) }, key);
}

/** @throws when the secret can't be used */
export function readSession(token: string, inboxId: string, secret: unknown, now: number): ReadSession {
  const read = readJwt(token, signingKeys(secret, "chat-session"));
  if (!read.ok) return read;
  const claims = z.safeParse(claimsSchema, read.jwt.claims);
  if (!claims.success || read.jwt.typ !== sessionType) return { ok: false, reason: "it is no session token" };
  const { sub, aud, exp } = claims.data;
  if (aud !== inboxId) return { ok: false, reason: `it is for the inbox ${aud}` };
  if (exp * 1000 <= now) return { ok: false, reason: "it has expired" };
  return { ok: true, address: sub };
}
