import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Language, translator, type Translate } from "./dictionary.ts";

/** How the desk speaks to this agent. */
export interface Words {
  language: Language;
  t: Translate;
  /** the time of day, with the day where it is not today */
  timeOf(timestamp: string): string;
  /** day and time, as they stand in a sentence */
  momentOf(timestamp: string): string;
  /** how long, in its largest unit */
  lengthOf(milliseconds: number): string;
  /** @param tag BCP 47 */
  languageName(tag: string): string;
  /** e.g. 2.1 MB */
  sizeOf(bytes: number): string;
  list(items: string[]): string;
}

const minute = 60_000;
const units: [Intl.NumberFormatOptions["unit"], number][] = [
  ["day", 24 * 60 * minute],
  ["hour", 60 * minute],
  ["minute", minute],
];

/** @param locale the browser's own kind of this language, e.g. en-GB: it says how times and numbers are written */
export function wordsIn(language: Language, locale: string = language): Words {
  const t = translator(language);
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  const time = format(clock);
  const dayAndTime = format({ ...clock, day: "2-digit", month: "short" });
  const moment = format({ ...clock, weekday: "short", day: "numeric", month: "long" });
  const languages = new Intl.DisplayNames([language], { type: "language", fallback: "code" });
  const lists = new Intl.ListFormat(language, { type: "conjunction" });
  const quantity = (value: number, unit: string, maximumFractionDigits = 0): string =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(value);
  return {
    language,
    t,
    timeOf(timestamp) {
      const date = new Date(timestamp);
      const isToday = new Date().toDateString() === date.toDateString();
      return (isToday ? time : dayAndTime).format(date);
    },
    momentOf: (timestamp) => moment.format(new Date(timestamp)),
    lengthOf(milliseconds) {
      const [unit, size] = units.find(([, each]) => milliseconds >= each) ?? units.at(-1)!;
      return quantity(Math.floor(milliseconds / size), unit!);
    },
    languageName: (tag) => languages.of(tag) ?? tag,
    sizeOf: (bytes) =>
      bytes < 1024 * 1024
        ? quantity(Math.ceil(bytes / 1024), "kilobyte")
        : quantity(bytes / (1024 * 1024), "megabyte", 1),
    list: (items) => lists.format(items),
  };
}

export const WordsContext = createContext(wordsIn("en"));

export const useWords = (): Words => useContext(WordsContext);
