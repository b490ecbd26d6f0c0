import { interpreters } from "../resources/index.ts";
import type { Assembly } from "./assembly.ts";
import { type Blueprint, emptyBlueprint } from "./blueprint.ts";
import { TemplateError, type TemplateValue } from "./intrinsics.ts";
import { interpretStack } from "./stack.ts";

/** The account that the embedded cloud plays. */
export const account = { region: "us-east-1", accountId: "000000000000", partition: "aws", urlSuffix: "amazonaws.com" };

export interface InterpretOptions {
  /** values for the parameters of every stack that has them */
  parameters: Record<string, string>;
  queueUrl(name: string): string;
}

/** @throws TemplateError naming what the embedded cloud does not support */
export function interpretAssembly(assembly: Assembly, options: InterpretOptions): Blueprint {
  const blueprint = emptyBlueprint();
  const exports = new Map<string, TemplateValue>();
  for (const { name, template } of assembly.stacks) {
    interpretStack({
      name,
      template,
      parameters: options.parameters,
      exports,
      interpreters,
      blueprint,
      account: {
        ...account,
        queueUrl: options.queueUrl,
        assetDirectory: (_bucket, key) => {
          const directory = assembly.assets.get(key);
          if (!directory) throw new TemplateError(`the cloud assembly holds no asset ${key}`);
          return directory;
        },
      },
    });
  }
  return blueprint;
}
