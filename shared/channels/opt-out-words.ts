import type { OptOutWord } from "../core/message.ts";
import { plainWord } from "../core/text.ts";

/** Whole messages that stop, restart or ask, as `plainWord` has them. */
export type OptOutWords = Record<OptOutWord, readonly string[]>;

/**
 * Words of other languages, so that a customer who writes to be left alone is left alone whichever they know. Carriers and
 * providers act on English words alone, and on those that an account sets for itself; asking for help in another language stays
 * a message to an agent, since nobody else would answer it.
 */
const otherLanguages: Record<Exclude<OptOutWord, "help">, Record<string, string[]>> = {
  stop: {
    de: ["STOPP", "ABMELDEN", "ABBESTELLEN"],
    es: ["PARAR", "DETENER", "BAJA"],
    fr: ["ARRET", "ARRETER", "DESABONNER"],
    it: ["DISISCRIVIMI"],
    nl: ["STOPPEN", "AFMELDEN"],
    pt: ["DESCADASTRAR", "SAIR"],
    zh: ["停止", "退订", "取消订阅", "TD"],
  },
  start: { de: ["ANMELDEN"], es: ["INICIAR"], fr: ["COMMENCER"], zh: ["恢复", "订阅"] },
};

/** @param words the provider's own, or what of them can't be meant otherwise */
export const inEveryLanguage = (words: OptOutWords): OptOutWords => ({
  stop: [...words.stop, ...Object.values(otherLanguages.stop).flat()],
  start: [...words.start, ...Object.values(otherLanguages.start).flat()],
  help: words.help,
});

/**
 * What a message asks of its sender's list, judged by the whole of it. Many a word that starts messages again is an ordinary one from
 * somebody who never stopped them, which core tells apart (`consentWord`).
 */
export function optOutWordOf(text: string, words: OptOutWords): OptOutWord | undefined {
  const plain = plainWord(text);
  return (Object.keys(words) as OptOutWord[]).find((word) => words[word].includes(plain));
}

/**
 * WhatsApp leaves it to us to heed a request to be written to no more, and has no list of words. "Cancel", "yes" or "help" is
 * what people say to people there.
 *
 * @see https://business.whatsapp.com/policy ("respect all requests … to opt out")
 */
export const messengerWords: OptOutWords = inEveryLanguage({
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT"],
  start: ["START", "UNSTOP"],
  help: [],
});
