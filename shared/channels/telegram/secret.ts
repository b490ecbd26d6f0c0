import * as z from "zod/mini";
import { secretOf } from "../secret.ts";

/** One bot of ours, as the secret holds it. */
export interface TelegramBot {
  /** the bot's id, a colon and its key, as BotFather gives it */
  token: string;
  /** what we gave to setWebhook, and what Telegram says with every update */
  secretToken: string;
  /** while it is being rotated: what Telegram may still say */
  previousSecretToken?: string | undefined;
}

/** setWebhook's page: 1 to 256 characters of these. */
const secretToken = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,256}$/));

const secretSchema = z.strictObject({
  bots: z.record(
    z.string(),
    z.strictObject({
      token: z.string().check(z.regex(/^\d+:[A-Za-z0-9_-]+$/)),
      secretToken,
      previousSecretToken: z.optional(secretToken),
    }),
  ),
});

/**
 * The bot of an inbox; undefined where the secret names none.
 *
 * @throws when the secret is not of the form `{"bots":{"<inbox id>":{…}}}`; names the field, never its value
 */
export function botOf(secret: unknown, inboxId: string): TelegramBot | undefined {
  const { bots } = secretOf(secretSchema, secret, {
    what: "The Telegram secret",
    form: '{"bots":{"<inbox id>":{"token":"123:…","secretToken":"…"}}}',
  });
  return Object.hasOwn(bots, inboxId) ? bots[inboxId] : undefined;
}
