import { z } from "zod";
import type { Blueprint } from "./blueprint.ts";
import type { Account, Interpreted, Interpreter } from "./interpreter.ts";
import { evaluateCondition, type References, resolveValue, TemplateError, type TemplateValue } from "./intrinsics.ts";

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Metadata: z.unknown().optional(),
});

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() }))
    .optional(),
  Mappings: z.record(z.string(), z.unknown()).optional(),
  Conditions: z.record(z.string(), z.unknown()).optional(),
  Rules: z.unknown().optional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown(),
        Description: z.string().optional(),
        Condition: z.string().optional(),
        Export: z.strictObject({ Name: z.unknown() }).optional(),
      }),
    )
    .optional(),
});

type Template = z.output<typeof templateSchema>;

export interface StackInput {
  name: string;
  template: unknown;
  /** values for the template's parameters */
  parameters: Record<string, string>;
  /** exports of the stacks before this one */
  exports: Map<string, TemplateValue>;
  account: Account;
  interpreters: Map<string, Interpreter>;
  blueprint: Blueprint;
}

/**
 * Reads one stack's template into the blueprint, each resource after those it refers to, and adds its exports.
 *
 * @throws TemplateError naming the resource: an unknown type, property, attribute or function, or a circle
 */
export function interpretStack(input: StackInput): void {
  new StackReader(input).read();
}

class StackReader {
  readonly #input: StackInput;
  readonly #template: Template;
  readonly #interpreted = new Map<string, Interpreted>();
  readonly #underWay: string[] = [];
  readonly #references: References;

  constructor(input: StackInput) {
    this.#input = input;
    const parsed = templateSchema.safeParse(input.template);
    if (!parsed.success) throw new TemplateError(`template of stack ${input.name}: ${z.prettifyError(parsed.error)}`);
    this.#template = parsed.data;
    this.#references = {
      ref: (name) => this.#ref(name),
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
      importValue: (name) => {
        const value = input.exports.get(name);
        if (value === undefined) throw new TemplateError(`no stack before ${input.name} exports "${name}"`);
        return value;
      },
      condition: (name) => this.#condition(name),
      mapping: (map, first, second) => this.#mapping(map, first, second),
    };
  }

  read(): void {
    for (const logicalId of Object.keys(this.#template.Resources))
      if (this.#exists(logicalId)) this.#resource(logicalId);
    const outputs: Record<string, string> = {};
    for (const [logicalId, output] of Object.entries(this.#template.Outputs ?? {})) {
      if (output.Condition !== undefined && !this.#condition(output.Condition)) continue;
      const value = resolveValue(output.Value as TemplateValue, this.#references);
      if (value === undefined) continue;
      outputs[logicalId] = typeof value === "string" ? value : JSON.stringify(value);
      const exportName = output.Export && resolveValue(output.Export.Name as TemplateValue, this.#references);
      if (typeof exportName === "string") this.#input.exports.set(exportName, value);
    }
    this.#input.blueprint.outputs[this.#input.name] = outputs;
  }

  #exists(logicalId: string): boolean {
    const condition = this.#template.Resources[logicalId]!.Condition;
    return condition === undefined || this.#condition(condition);
  }

  #resource(logicalId: string): Interpreted {
    const known = this.#interpreted.get(logicalId);
    if (known) return known;
    const definition = this.#template.Resources[logicalId];
    if (!definition) throw new TemplateError(`stack ${this.#input.name} has no resource or parameter "${logicalId}"`);
    if (this.#underWay.includes(logicalId))
      throw new TemplateError(
        `resources refer to each other in a circle: ${[...this.#underWay, logicalId].join(" → ")}`,
      );
    this.#underWay.push(logicalId);
    for (const before of [definition.DependsOn ?? []].flat()) this.#resource(before);
    const interpreted = this.#interpret(logicalId, definition);
    this.#underWay.pop();
    this.#interpreted.set(logicalId, interpreted);
    return interpreted;
  }

  #interpret(logicalId: string, definition: z.output<typeof resourceSchema>): Interpreted {
    const { name: stackName, interpreters, account, blueprint } = this.#input;
    const where = `${definition.Type} "${logicalId}" of stack ${stackName}`;
    const found = interpreters.get(definition.Type);
    if (!found) throw new TemplateError(`${where}: the embedded cloud does not support this resource type`);
    try {
      const raw = resolveValue((definition.Properties ?? {}) as TemplateValue, this.#references);
      const properties = found.properties.safeParse(raw);
      if (!properties.success) throw new TemplateError(unsupported(properties.error));
      return found.interpret({ logicalId, stackName, properties: properties.data as never, blueprint, account });
    } catch (error) {
      if (!(error instanceof TemplateError) || error.message.startsWith("AWS::")) throw error;
      throw new TemplateError(`${where}: ${error.message}`);
    }
  }

  #ref(name: string): TemplateValue | undefined {
    const { account, name: stackName, parameters } = this.#input;
    const pseudo: Record<string, string> = {
      "AWS::Region": account.region,
      "AWS::AccountId": account.accountId,
      "AWS::Partition": account.partition,
      "AWS::URLSuffix": account.urlSuffix,
      "AWS::StackName": stackName,
      "AWS::StackId": `arn:${account.partition}:cloudformation:${account.region}:${account.accountId}:stack/${stackName}`,
    };
    if (name === "AWS::NoValue") return undefined;
    if (pseudo[name] !== undefined) return pseudo[name];
    if (name.startsWith("AWS::")) throw new TemplateError(`the pseudo parameter ${name} is not supported`);
    const parameter = this.#template.Parameters?.[name];
    if (!parameter) return this.#resource(name).ref;
    const value = parameters[name] ?? parameter.Default;
    if (value === undefined) throw new TemplateError(`parameter "${name}" has neither a value nor a default`);
    if (parameter.Type === "CommaDelimitedList") return String(value).split(",");
    if (parameter.Type === "String" || parameter.Type === "Number") return String(value);
    throw new TemplateError(`parameter "${name}": the type ${parameter.Type} is not supported`);
  }

  #attribute(logicalId: string, name: string): TemplateValue {
    const value = this.#resource(logicalId).attributes?.[name];
    if (value !== undefined) return value;
    const type = this.#template.Resources[logicalId]!.Type;
    throw new TemplateError(`Fn::GetAtt ${logicalId}.${name}: the embedded cloud has no such attribute of ${type}`);
  }

  #condition(name: string): boolean {
    const condition = this.#template.Conditions?.[name];
    if (condition === undefined) throw new TemplateError(`stack ${this.#input.name} has no condition "${name}"`);
    return evaluateCondition(condition as TemplateValue, this.#references);
  }

  #mapping(map: string, first: string, second: string): TemplateValue {
    const maps = this.#template.Mappings as Record<string, Record<string, Record<string, TemplateValue>>> | undefined;
    const value = maps?.[map]?.[first]?.[second];
    if (value === undefined) throw new TemplateError(`Fn::FindInMap: there is no ${map}.${first}.${second}`);
    return value;
  }
}

/** Says of each problem which property it is; an unknown one is the commonest. */
function unsupported(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const path = issue.path.map(String).join(".");
      if (issue.code === "unrecognized_keys")
        return `the embedded cloud does not know the property ${issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ")}`;
      return `property ${path}: ${issue.message}`;
    })
    .join("; ");
}
