import type { OptOutWord } from "../../core/message.ts";

/** Whole messages that stop, restart or ask, without accents and in capital letters. */
export type OptOutWords = Record<OptOutWord, readonly string[]>;

/**
 * Twilio's default words for texts; those in French are the ones that it documents beside the English.
 *
 * @see https://help.twilio.com/articles/223134027 (default opt-out, opt-in and help words)
 * @see https://www.twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords (REVOKE and OPTOUT, since 2025-05)
 * @see https://www.twilio.com/docs/proxy/opt-out-keywords (ARRET, ARRETE, ARRETT)
 */
export const textWords: OptOutWords = {
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET", "ARRETE", "ARRETT"],
  start: ["START", "YES", "UNSTOP"],
  help: ["HELP", "INFO"],
};

/** What a message asks of its sender's list, judged by the whole of it: case and accents make no difference. */
export function optOutWordOf(text: string, words: OptOutWords = textWords): OptOutWord | undefined {
  const plain = text.trim().normalize("NFD").replaceAll(/\p{M}/gu, "").toUpperCase();
  return (Object.keys(words) as OptOutWord[]).find((word) => words[word].includes(plain));
}

/** What Advanced Opt-Out found, with the words and languages that the account has set. */
export function optOutTypeOf(value: string | undefined): OptOutWord | undefined {
  const word = value?.toLowerCase();
  return word === "stop" || word === "start" || word === "help" ? word : undefined;
}
