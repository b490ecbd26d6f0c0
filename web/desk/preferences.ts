import { languageChoices, speaks, type Language } from "./words/dictionary.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** How an agent wants the desk to be on this machine. Nothing of a customer is among it. */
export interface Preferences {
  language: Language;
  theme: Theme;
  /** keys without Ctrl or Alt; speech input may press them by mistake (WCAG 2.2, success criterion 2.1.4) */
  singleKeys: boolean;
}

const storageKey = "switchyard.preferences";

/**
 * @param languages the browser's, best first
 * @returns what was chosen before, else what the browser asks for; storage that is forbidden or broken counts as empty
 */
export function readPreferences(languages: readonly string[], storage: () => Storage): Preferences {
  const kept = keptIn(storage);
  return {
    language: languageChoices.find(([each]) => each === kept["language"])?.[0] ?? speaks(languages),
    theme: themes.find((each) => each === kept["theme"]) ?? "system",
    singleKeys: kept["singleKeys"] !== false,
  };
}

function keptIn(storage: () => Storage): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(storage().getItem(storageKey) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

/** The browser's own kind of the language that was chosen; what is no tag (BCP 47) is passed over. */
export const localeOf = (language: Language, languages: readonly string[]): string =>
  languages.find((tag) => tag.toLowerCase().split("-")[0] === language && isTag(tag)) ?? language;

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Where storage is forbidden they hold until the page is left. */
export function keepPreferences(preferences: Preferences, storage: () => Storage): void {
  try {
    storage().setItem(storageKey, JSON.stringify(preferences));
  } catch {
    return;
  }
}

/** Gives the page its colours and its language; the style sheets do the rest. */
export function applyPreferences({ language, theme }: Preferences, root: HTMLElement): void {
  root.lang = language;
  root.style.colorScheme = theme === "system" ? "light dark" : theme;
}
