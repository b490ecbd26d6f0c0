import type { Language } from "./dictionary.ts";
import { refusalText } from "./refusals.ts";
import type { Words } from "./words.tsx";

type Texts = Readonly<Record<string, string>>;

const others = {
  de: async (): Promise<Texts> => (await import("./de-send-errors.ts")).sendErrors,
  zh: async (): Promise<Texts> => (await import("./zh-send-errors.ts")).sendErrors,
};

const known = new Map<Language, Texts>();

/** Fetches why messages did not go out, in a language that the router does not speak, once. @throws TypeError where it did not come */
export async function learnSendErrors(language: keyof typeof others): Promise<void> {
  if (!known.has(language)) known.set(language, await others[language]());
}

/** The router's own words are English, and say more than a code does; they stand in for codes that are new. */
export function sendErrorOf(
  { code, message, providerCode }: { code: string; message: string; providerCode?: string },
  { language, t }: Words,
): string {
  if (language === "en") return message;
  const texts = known.get(language) ?? {};
  const text = Object.hasOwn(texts, code) ? texts[code] : refusalText(code, t);
  if (text === undefined) return message;
  return providerCode === undefined ? text : `${text} (${providerCode})`;
}
