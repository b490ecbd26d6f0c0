/**
 * The language to route and answer in. What the text shows comes first; a text too short to tell keeps the language of
 * its conversation, then of its customer. A language that the configuration does not serve is nobody's: the default.
 *
 * @param detected what the detector answered, absent where it could not tell
 */
export function resolveLanguage(
  detected: string | undefined,
  conversation: { language: string } | undefined,
  customer: { language?: string } | undefined,
  config: { languages: string[]; defaultLanguage: string },
): string {
  const candidates = [detected, conversation?.language, customer?.language];
  return candidates.find((language) => language && config.languages.includes(language)) ?? config.defaultLanguage;
}
