import * as z from "zod/mini";
import { secretOf } from "../secret.ts";

/** One Meta app of ours, as the secret holds it. */
export interface MetaSecret {
  appSecret: string;
  /** while the app secret is being rotated: what Meta may still sign with */
  previousAppSecret?: string | undefined;
  /** what Meta says when it asks whether the webhook is ours */
  verifyToken: string;
  previousVerifyToken?: string | undefined;
  /** by the inbox's address: a phone number's id, a page's, an Instagram account's */
  accessTokens: Record<string, string>;
}

const words = z.string().check(z.minLength(1));

const secretSchema = z.strictObject({
  appSecret: words,
  previousAppSecret: z.optional(words),
  verifyToken: words,
  previousVerifyToken: z.optional(words),
  accessTokens: z.record(z.string(), words),
});

/** @throws when the secret is not of the form below; names the field, never its value */
export const readSecret = (secret: unknown): MetaSecret =>
  secretOf(secretSchema, secret, {
    what: "The Meta secret",
    form: '{"appSecret":"…","verifyToken":"…","accessTokens":{"<inbox address>":"…"}}',
  });

/** @param address the inbox's @throws when the secret can't be used */
export function accessTokenOf(secret: unknown, address: string): string | undefined {
  const { accessTokens } = readSecret(secret);
  return Object.hasOwn(accessTokens, address) ? accessTokens[address] : undefined;
}
