import type { OptOutWord } from "../../core/message.ts";

/**
 * Twilio's default words, compared with the whole message in any case.
 *
 * @see https://help.twilio.com/articles/223134027 (default opt-out, opt-in and help words)
 * @see https://www.twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords (REVOKE and OPTOUT, since 2025-05)
 */
const words: Record<OptOutWord, readonly string[]> = {
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
  start: ["START", "YES", "UNSTOP"],
  help: ["HELP", "INFO"],
};

const wordOf = new Map(
  (Object.keys(words) as OptOutWord[]).flatMap((word) => words[word].map((keyword) => [keyword, word] as const)),
);

/** What a message asks of its sender's list, judged by the default words. */
export const optOutWordOf = (text: string): OptOutWord | undefined => wordOf.get(text.trim().toUpperCase());

/** What Advanced Opt-Out found, with the words and languages that the account has set. */
export function optOutTypeOf(value: string | undefined): OptOutWord | undefined {
  const word = value?.toLowerCase();
  return word === "stop" || word === "start" || word === "help" ? word : undefined;
}
