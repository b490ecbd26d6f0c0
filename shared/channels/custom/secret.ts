import * as z from "zod/mini";
import { secretOf } from "../secret.ts";

/** `whsec_` and 24 to 64 bytes in base 64 (Standard Webhooks, "Signature scheme"). */
const secretWord = z
  .string()
  .check(z.regex(/^whsec_([A-Za-z0-9+/]{4}){8,21}([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$/));

const secretSchema = z.strictObject({
  inboxes: z.record(z.string(), z.strictObject({ secret: secretWord, previousSecret: z.optional(secretWord) })),
});

/**
 * By which an inbox's messages are signed, both ways: the current secret, then the one before it while it is rotated. None
 * where the document names no such inbox.
 *
 * @throws when it is not of the form `{"inboxes":{"<inbox id>":{"secret":"whsec_…"}}}`; names the field, never its value
 */
export function secretsOf(document: unknown, inboxId: string): string[] {
  const { inboxes } = secretOf(secretSchema, document, {
    what: "The secret of custom channels",
    form: '{"inboxes":{"<inbox id>":{"secret":"whsec_…"}}}',
  });
  const found = Object.hasOwn(inboxes, inboxId) ? inboxes[inboxId] : undefined;
  if (!found) return [];
  return found.previousSecret === undefined ? [found.secret] : [found.secret, found.previousSecret];
}
