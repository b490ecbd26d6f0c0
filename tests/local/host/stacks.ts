import type { Blueprint } from "../../../infra/local/template/blueprint.ts";
import { interpretAssembly } from "../../../infra/local/template/interpret.ts";

/** Interprets templates written in a test, in the order given. */
export function interpretTemplates(
  templates: Record<string, unknown>,
  parameters: Record<string, string> = {},
): Blueprint {
  const stacks = Object.entries(templates).map(([name, template]) => ({ name, template }));
  const assets = new Map([["code.zip", "/assets/code"]]);
  return interpretAssembly({ stacks, assets }, { parameters, queueUrl: (name) => `http://gateway/${name}` });
}

/** A template with one resource. */
export const one = (type: string, properties: object, extra: object = {}): object => ({
  Resources: { Thing: { Type: type, Properties: properties } },
  ...extra,
});
