import * as z from "zod/mini";
import type { MediaReference } from "../../core/message.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import { MediaNotYet, MediaRefused, type MediaLocation } from "../../ports/media.ts";
import type { ChannelMedia, ChannelPorts } from "../channel.ts";
import { apiHost, callBot, fileUrl, type TelegramAnswer } from "./api.ts";
import { tooLarge } from "./file.ts";
import { botOf } from "./secret.ts";

const fileSchema = z.object({ file_path: z.string().check(z.minLength(1)) });

/** Telegram keeps a file's address good for an hour at least, and the token in it is all that guards it. */
export const media: ChannelMedia = { hosts: [apiHost], credentialHosts: [], locate };

/**
 * Asks where a file is.
 *
 * @see https://core.telegram.org/bots/api#getfile
 * @throws MediaRefused | MediaNotYet, or when the secret can't be used
 */
async function locate(
  { providerId, problem }: MediaReference,
  { inbox, secret }: Parameters<ChannelMedia["locate"]>[1],
  { http }: Pick<ChannelPorts, "http">,
): Promise<MediaLocation> {
  if (problem !== undefined) throw new MediaRefused(problem);
  const bot = botOf(secret, inbox.id);
  if (!bot) throw new MediaNotYet(`The Telegram secret has no bot for the inbox "${inbox.id}".`);
  let answer: TelegramAnswer;
  try {
    answer = await callBot(bot, "getFile", { file_id: providerId }, http);
  } catch (error) {
    if (!(error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown)) throw error;
    throw new MediaNotYet("Telegram did not say where the file is.", { cause: error });
  }
  if (!answer.ok) throw problemOf(answer);
  const file = z.safeParse(fileSchema, answer.result);
  if (!file.success) throw new MediaRefused("Telegram does not say where the file is.");
  return { url: fileUrl(bot, file.data.file_path), headers: {} };
}

/**
 * Telegram lists no words of getFile's; these are its Bot API server's own. "Wrong file_id or the file is temporarily unavailable" says
 * of a file that is there too that its machines could not fetch it this time, and an administrator can renew a token.
 *
 * @see https://github.com/tdlib/telegram-bot-api/issues/32
 */
function problemOf({ status, description }: Extract<TelegramAnswer, { ok: false }>): MediaRefused | MediaNotYet {
  if (/file is too big/i.test(description)) return new MediaRefused(tooLarge);
  if (/invalid file_id/i.test(description)) return new MediaRefused("Telegram does not have the file any more.");
  return new MediaNotYet(`Telegram answered ${status} when asked where the file is.`);
}
