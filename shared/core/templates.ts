import type { MessageTemplate } from "./configuration.ts";
import type { TemplateUse } from "./message.ts";

/** How a template reads with what stands in its gaps; a gap that nothing is given for stays to be seen. */
const filledTemplate = (body: string, parameters: string[]): string =>
  body.replaceAll(/\{\{(\d+)\}\}/g, (gap, number: string) => parameters[Number(number) - 1] ?? gap);

/**
 * A template in the first of these languages that it has.
 *
 * @param languages ISO 639-1
 * @returns undefined where it has none of them
 */
export function useTemplate(
  { id, texts }: MessageTemplate,
  languages: string[],
  parameters: string[],
): { template: TemplateUse; text: string } | undefined {
  const chosen = languages.find((each) => Object.hasOwn(texts, each));
  if (chosen === undefined) return undefined;
  const { name, language, body } = texts[chosen]!;
  return { template: { id, name, language, parameters }, text: filledTemplate(body, parameters) };
}
