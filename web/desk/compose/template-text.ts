import type { Template } from "../api/types.ts";
import { fillIn } from "./template.ts";

/** In which a template can go out, the customer's first. */
export function languagesFor({ texts }: Pick<Template, "texts">, language: string): string[] {
  const others = Object.keys(texts).filter((each) => each !== language);
  return Object.hasOwn(texts, language) ? [language, ...others] : others;
}

/** A template's text with what stands in its gaps; a gap that nothing fills yet stays as it is. */
export const readsAs = (body: string, parameters: string[]): string =>
  fillIn(body, Object.fromEntries(parameters.map((value, position) => [String(position + 1), value.trim()])));
