import { checkConfiguration, ConfigurationError } from "../../infra/configuration/load.ts";

/** A small file that is right; tests replace lines of it by their numbers. */
export const lines = [
  "defaultLanguage: en",
  "languages: [en, de]",
  "inboxes:",
  '  - { id: sms-main, channel: sms, address: "+15005550006" }',
  "hours:",
  "  - id: office",
  "    timeZone: Europe/Berlin",
  "    week: { mon: [09:00-12:00, 13:00-17:00] }",
  "    holidays: [2026-12-25]",
  "pools:",
  "  - id: service",
  "    queues:",
  "      - { id: general }",
  "    agents:",
  "      - { id: agent-en, skills: { en: 5, de: 3 }, units: 2 }",
  "defaultQueue: general",
  "replies:",
  "  closed: { en: We are closed., de: Wir haben zu. }",
  "rules:",
  "  - id: hello",
  "    when: { words: [hello], closed: office }",
  "    do: { queue: general, skills: { language: 3 }, priority: high, reply: closed }",
];

/** The file with one line replaced, by its number; a line may become several. */
export const changed = (changes: Record<number, string>): string =>
  lines.map((line, index) => changes[index + 1] ?? line).join("\n");

export function check(text: string): { errors: string[]; warnings: string[] } {
  const told = (problems: { line: number; column: number; message: string }[]) =>
    problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  try {
    return { errors: [], warnings: told(checkConfiguration(text, "router.yaml").warnings) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { errors: told(error.problems), warnings: [] };
  }
}
