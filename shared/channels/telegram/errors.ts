import type { SendError } from "../../core/message.ts";
import type { TelegramAnswer } from "./api.ts";

type Meaning = Omit<SendError, "providerCode">;

/**
 * What a person should know or do, by what Telegram says in its description: it has no codes beyond HTTP's, and lists none of
 * its words, which have been the same for years (https://core.telegram.org/bots/api#making-requests,
 * https://core.telegram.org/api/errors). The first that fits counts.
 */
const meanings: [RegExp, Meaning][] = [
  [
    /bot was blocked by the user/i,
    {
      code: "blocked",
      message: "The customer has blocked the bot. They must start it again before it can write to them.",
      consequence: "shut-out",
    },
  ],
  [
    /user is deactivated|input_user_deactivated/i,
    {
      code: "account-deleted",
      message: "The customer has deleted their Telegram account. Write on another channel.",
      consequence: "unreachable",
    },
  ],
  [
    /can't initiate conversation|chat not found|peer_id_invalid/i,
    {
      code: "unknown-chat",
      // Of this bot alone: another one of ours may reach them.
      message: "The customer has never written to this bot, or no longer has a chat with it. They must write first.",
    },
  ],
  [
    /upgraded to a supergroup|migrate/i,
    {
      code: "no-private-chat",
      message: "This is a group, and no longer at this address. Write to the customer alone.",
    },
  ],
  [
    /message is too long/i,
    { code: "too-long", message: "The text is longer than 4,096 characters. Send it in parts." },
  ],
  [/caption is too long/i, { code: "too-long", message: "A text with a file has 1,024 characters at most." }],
  [/text is empty|text must be non-empty/i, { code: "empty", message: "The message has no text." }],
  [
    /failed to get http url content|wrong file identifier|wrong type of the web page content|webpage_curl_failed|webpage_media_empty|photo_invalid|image_process_failed/i,
    {
      code: "file-not-taken",
      message: "Telegram could not fetch the file, or does not take one of its kind. Send it in another form.",
    },
  ],
];

export const credentials: Meaning = {
  code: "credentials",
  message: "Telegram does not take our bot's token. An administrator must renew the Telegram secret.",
};
export const throttled: Meaning = {
  code: "throttled",
  message: "Telegram takes no more for the moment.",
};
export const keptAway: Meaning = {
  code: "kept-away",
  message: "Something before Telegram's Bot API refused the message. An administrator must look at the way to it.",
};
const forbidden: Meaning = {
  code: "blocked",
  message: "The bot may not write to this customer. They must write to it first.",
  consequence: "shut-out",
};

/** Of an answer that says that nothing was sent. Only the Bot API's own word counts for what is to be remembered of an address. */
export function sendErrorOf({ status, errorCode, description }: Extract<TelegramAnswer, { ok: false }>): SendError {
  const isBotApis = errorCode === status;
  const found = isBotApis ? meanings.find(([words]) => words.test(description))?.[1] : undefined;
  const otherwise = { code: "refused", message: `Telegram refused the message with status ${status}.` };
  return { ...(found ?? (isBotApis && status === 403 ? forbidden : otherwise)), providerCode: String(status) };
}
