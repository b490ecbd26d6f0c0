import { learnWords, type Language } from "./dictionary.ts";
import { learnSendErrors } from "./send-errors.ts";

/** Fetches all that the desk says in a language. @throws TypeError where it did not come */
export async function learn(language: Language): Promise<void> {
  await Promise.all([learnWords(language), language === "en" ? undefined : learnSendErrors(language)]);
}
