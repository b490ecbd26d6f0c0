import { en, type Dictionary, type Entry, type Key } from "./en.ts";

/** Others than English lie in files of their own: nobody waits for languages that they don't read. */
const others = {
  de: async (): Promise<Dictionary> => (await import("./de.ts")).de,
  zh: async (): Promise<Dictionary> => (await import("./zh.ts")).zh,
};

export type Language = "en" | keyof typeof others;

const known = new Map<Language, Dictionary>([["en", en]]);

/** Fetches a language's words, once. @throws TypeError where they did not come */
export async function learnWords(language: Language): Promise<void> {
  if (language !== "en" && !known.has(language)) known.set(language, await others[language]());
}

/** In their own words, so that whoever chose a wrong one finds back. */
export const languageChoices: [Language, string][] = [
  ["en", "English"],
  ["de", "Deutsch"],
  ["zh", "中文"],
];

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type TextOf<Some> = Some extends string ? Some : Some extends { other: infer Other } ? Other : never;

/** What stands for the `{…}` of a text. */
export type Values<K extends Key> = Record<Placeholders<TextOf<(typeof en)[K]>>, string | number> &
  ((typeof en)[K] extends string ? {} : { count: number });

export type Translate = <K extends Key>(key: K, ...values: {} extends Values<K> ? [] : [Values<K>]) => string;

/** @returns the first language of the list that the desk speaks, else English */
export const speaks = (tags: readonly string[]): Language => {
  for (const tag of tags) {
    const primary = tag.toLowerCase().split("-")[0]!;
    if (languageChoices.some(([language]) => language === primary)) return primary as Language;
  }
  return "en";
};

/** In English until the language has been learnt. */
export function translator(language: Language): Translate {
  const dictionary = known.get(language) ?? en;
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (key, ...rest) => {
    const values: Record<string, string | number> = rest[0] ?? {};
    return formOf(dictionary[key], plural, Number(values["count"])).replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name]!;
      return typeof value === "number" ? number.format(value) : value;
    });
  };
}

function formOf(entry: Entry, plural: Intl.PluralRules, count: number): string {
  if (typeof entry === "string") return entry;
  return (plural.select(count) === "one" ? entry.one : undefined) ?? entry.other;
}
