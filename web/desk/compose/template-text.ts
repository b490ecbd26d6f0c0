import type { Template } from "../api/types.ts";
import { fillIn } from "./template.ts";

/** In which a template can go out, the customer's first. */
export function languagesFor({ texts }: Pick<Template, "texts">, language: string): string[] {
  const others = Object.keys(texts).filter((each) => each !== language);
  return Object.hasOwn(texts, language) ? [language, ...others] : others;
}

/**
 * A template's text with what stands in its gaps.
 *
 * @param names of the gaps: each stands in brackets where nothing fills it yet
 */
export const readsAs = (body: string, parameters: string[], names: string[]): string =>
  fillIn(
    body,
    Object.fromEntries(names.map((name, position) => [position + 1, parameters[position]?.trim() || `[${name}]`])),
  );
