import { sha256 } from "@noble/hashes/sha2.js";
import type { Verified, VerifyContext, WebhookRequest } from "../channel.ts";
import { isSameMac } from "../signing.ts";
import { botOf } from "./secret.ts";

export const updatesPath = /^\/webhooks\/telegram\/([^/]+)$/;

/** @returns which inbox the path names; "" where it is none of ours */
export const inboxIdOf = ({ path }: Pick<WebhookRequest, "path">): string => updatesPath.exec(path)?.[1] ?? "";

/**
 * Whether Telegram sent this update: it says the word that we gave to setWebhook for this bot. Neither the body nor the URL
 * is signed, so the word is all there is. An inbox that is not ours is refused like a wrong word.
 *
 * @see https://core.telegram.org/bots/api#setwebhook
 * @throws when the secret can't be used
 */
export function verify(request: WebhookRequest, { secret }: VerifyContext): Verified {
  const bot = botOf(secret, inboxIdOf(request));
  const said = request.headers["x-telegram-bot-api-secret-token"];
  const words = bot ? [bot.secretToken, bot.previousSecretToken].filter((word) => word !== undefined) : [];
  if (said !== undefined && words.some((word) => isSameWord(word, said))) return { ok: true };
  return { ok: false, reason: "X-Telegram-Bot-Api-Secret-Token is missing, or is not the word of this inbox's bot" };
}

const encoder = new TextEncoder();

/** By digests, so that how long it takes tells neither where two words differ nor how long ours is. */
const isSameWord = (one: string, other: string): boolean =>
  isSameMac(sha256(encoder.encode(one)), sha256(encoder.encode(other)));
