import type { OptOutWord } from "../../core/message.ts";
import { inEveryLanguage, optOutWordOf as wordIn, type OptOutWords } from "../opt-out-words.ts";

/**
 * Twilio's default words for texts, and those of other languages.
 *
 * @see https://help.twilio.com/articles/223134027 (default opt-out, opt-in and help words)
 * @see https://www.twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords (REVOKE and OPTOUT, since 2025-05)
 * @see https://www.twilio.com/docs/proxy/opt-out-keywords (ARRET, ARRETE, ARRETT)
 */
const carrierWords: OptOutWords = {
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET", "ARRETE", "ARRETT"],
  start: ["START", "YES", "UNSTOP"],
  help: ["HELP", "INFO"],
};

export const textWords: OptOutWords = inEveryLanguage(carrierWords);

/** Of those that Twilio itself acts on. */
export const carrierWordOf = (text: string): OptOutWord | undefined => wordIn(text, carrierWords);

/** What Advanced Opt-Out found, with the words and languages that the account has set. */
export function optOutTypeOf(value: string | undefined): OptOutWord | undefined {
  const word = value?.toLowerCase();
  return word === "stop" || word === "start" || word === "help" ? word : undefined;
}
