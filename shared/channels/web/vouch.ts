import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { secretOf } from "../secret.ts";
import { userAddress, webChannel } from "./address.ts";
import { readJwt } from "./jwt.ts";

/** A person whom the company vouches for. */
export interface VouchedPerson {
  /** on the web channel */
  address: string;
  /** all that are this person's, that one first */
  addresses: { channel: string; address: string }[];
  name?: string;
}

export type ReadVouch = { ok: true; person: VouchedPerson } | { ok: false; reason: string };

/** An HMAC key is as long as the hash at least (RFC 7518, section 3.2). */
const vouchSecret = z.string().check(z.minLength(32));
const secretSchema = z.strictObject({ vouchSecret, previousVouchSecret: z.optional(vouchSecret) });

const claimsSchema = z.object({
  sub: z.string().check(z.minLength(1), z.maxLength(limits.maxVouchSubjectCharacters), z.regex(/^[^\p{Cc}\p{Cs}]+$/u)),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.optional(z.number()),
  // A mailbox in its ordinary form: what a mail's From says is compared with it.
  email: z.optional(z.string().check(z.maxLength(254), z.regex(/^[^\s@"<>(),;:\\]+@[^\s@"<>(),;:\\]+$/u))),
  phone: z.optional(z.string().check(z.regex(/^\+[1-9]\d{1,14}$/))),
  name: z.optional(z.string().check(z.maxLength(limits.maxNameCharacters))),
});

const expected: Record<string, string> = {
  sub: `is text of 1 to ${limits.maxVouchSubjectCharacters} characters`,
  aud: "is the inbox's id",
  exp: "is a number of seconds since 1970",
  nbf: "is a number of seconds since 1970",
  email: "is a mail address",
  phone: "is a number in E.164, e.g. +4915112345678",
  name: `is text of at most ${limits.maxNameCharacters} characters`,
};

/**
 * Reads what the company's own server says about who is before the page: a JWT under the inbox's secret, good for five
 * minutes at most, so that one that leaks is soon worth nothing.
 *
 * @param now milliseconds since 1970
 * @throws when the secret is not of the form `{"vouchSecret","previousVouchSecret"?}`; names the field, never its value
 */
export function readVouch(token: string, inboxId: string, secret: unknown, now: number): ReadVouch {
  const read = readJwt(token, vouchKeys(secret));
  if (!read.ok) return read;
  const claims = z.safeParse(claimsSchema, read.jwt.claims);
  if (!claims.success) {
    const [field = ""] = claims.error.issues.map(({ path }) => String(path[0] ?? ""));
    return { ok: false, reason: field === "" ? "its claims are no object" : `"${field}" ${expected[field]}` };
  }
  const { sub, aud, exp, nbf, email, phone, name } = claims.data;
  const problem = timeProblem(exp, nbf, now);
  if (problem !== undefined) return { ok: false, reason: problem };
  if (![aud].flat().includes(inboxId)) return { ok: false, reason: `"aud" is not the inbox ${inboxId}` };
  const address = userAddress(sub);
  const addresses = [{ channel: webChannel, address }];
  if (email !== undefined) addresses.push({ channel: "email", address: email.toLowerCase() });
  if (phone !== undefined) addresses.push({ channel: "sms", address: phone });
  const shownName = name?.trim();
  return { ok: true, person: { address, addresses, ...(shownName && { name: shownName }) } };
}

function timeProblem(exp: number, nbf: number | undefined, now: number): string | undefined {
  const skew = limits.vouchClockSkewMs;
  if (exp * 1000 + skew <= now) return "it has expired";
  if (exp * 1000 - skew > now + limits.maxVouchMs)
    return `it is good for more than ${limits.maxVouchMs / 60_000} minutes`;
  if (nbf !== undefined && nbf * 1000 - skew > now) return "it is not good yet";
  return undefined;
}

const encoder = new TextEncoder();

function vouchKeys(secret: unknown): Uint8Array[] {
  const { vouchSecret: current, previousVouchSecret: previous } = secretOf(secretSchema, secret, {
    what: "The secret of the web channel",
    form: '{"vouchSecret":"…"} with at least 32 characters',
  });
  return [current, previous].filter((key) => key !== undefined).map((key) => encoder.encode(key));
}
