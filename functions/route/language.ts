import type { detectAll } from "tinyld/light";

/** Named in every decision, so that it can be computed again. */
const detector = "tinyld-light-1.3.4";

/** A text says its language within a few lines; reading on costs time and adds nothing. */
const maxCharactersRead = 600;
/** An answer that we serve is taken over a likelier one that we don't, unless that one is this many times as likely. */
const muchLikelier = 2;
/** A character of these scripts says about as much as this many Latin letters: brand names don't outweigh a sentence. */
const denseScripts = 3;

interface Script {
  pattern: RegExp;
  /** that the detector can tell, the likeliest first */
  languages: string[];
  weight: number;
}

const latin: Script = {
  pattern: /\p{Script=Latin}/gu,
  languages: ["de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "ro", "sv", "tr"],
  weight: 1,
};

const scripts: Script[] = [
  { pattern: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu, languages: ["ja"], weight: denseScripts },
  { pattern: /\p{Script=Han}/gu, languages: ["zh", "ja"], weight: denseScripts },
  { pattern: /\p{Script=Hangul}/gu, languages: ["ko"], weight: denseScripts },
  { pattern: /\p{Script=Thai}/gu, languages: ["th"], weight: 1 },
  { pattern: /\p{Script=Greek}/gu, languages: ["el"], weight: 1 },
  { pattern: /\p{Script=Hebrew}/gu, languages: ["he"], weight: 1 },
  { pattern: /\p{Script=Arabic}/gu, languages: ["ar"], weight: 1 },
  { pattern: /\p{Script=Devanagari}/gu, languages: ["hi"], weight: 1 },
  { pattern: /\p{Script=Bengali}/gu, languages: ["bn"], weight: 1 },
  { pattern: /\p{Script=Cyrillic}/gu, languages: ["ru"], weight: 1 },
  latin,
];

export const detectableLanguages: string[] = [...new Set(scripts.flatMap(({ languages }) => languages))];

export interface DetectedLanguage {
  /** ISO 639-1; absent where the text is too short, or in none of the candidates */
  language: string | undefined;
  detector: string;
}

/** @param candidates the languages that the configuration serves */
export type DetectLanguage = (text: string, candidates: string[]) => DetectedLanguage;

type Statistics = typeof detectAll;

/** Loaded with the first message: its statistics are the dearest part of what `route` imports. */
export async function languageDetector(): Promise<DetectLanguage> {
  const { detectAll: statistics } = await import("tinyld/light");
  return (text, candidates) => detectLanguage(text, candidates, statistics);
}

/** The language of a text. Its script comes first: it needs no statistics. One word in Latin letters is no evidence. */
function detectLanguage(text: string, candidates: string[], statistics: Statistics): DetectedLanguage {
  const read = withoutAddresses(text.slice(0, maxCharactersRead));
  const written = mainScript(read);
  const possible = written?.languages.filter((language) => candidates.includes(language)) ?? [];
  if (possible.length === 0) return { language: undefined, detector };
  return { language: written === latin ? byStatistics(read, possible, statistics) : possible[0], detector };
}

/** Links, mail addresses and codes are in no language. */
const withoutAddresses = (text: string): string => text.replace(/https?:\/\/\S+|\S+@\S+|\S*\d\S*/g, " ");

function mainScript(text: string): Script | undefined {
  let main: Script | undefined;
  let most = 0;
  for (const script of scripts) {
    const weight = (text.match(script.pattern)?.length ?? 0) * script.weight;
    if (weight <= most) continue;
    main = script;
    most = weight;
  }
  return main;
}

function byStatistics(text: string, candidates: string[], statistics: Statistics): string | undefined {
  if ((text.match(/\p{L}{2,}/gu)?.length ?? 0) < 2) return undefined;
  const likeliest = statistics(text)[0];
  if (!likeliest || candidates.includes(likeliest.lang)) return likeliest?.lang;
  const served = statistics(text, { only: candidates })[0];
  return served && served.accuracy * muchLikelier >= likeliest.accuracy ? served.lang : undefined;
}
