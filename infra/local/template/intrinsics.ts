/** A value of a template, before or after its functions are resolved. */
export type TemplateValue = string | number | boolean | null | TemplateValue[] | { [key: string]: TemplateValue };

/** What a template's functions can point at. Each throws a TemplateError that names what is missing. */
export interface References {
  /** A parameter, a pseudo parameter or a resource. `undefined` stands for AWS::NoValue. */
  ref(name: string): TemplateValue | undefined;
  attribute(logicalId: string, name: string): TemplateValue;
  importValue(exportName: string): TemplateValue;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): TemplateValue;
}

/** The template says something that the embedded cloud can't carry out; the message names it. */
export class TemplateError extends Error {
  override name = "TemplateError";
}

type Resolve = (value: TemplateValue) => TemplateValue | undefined;

/**
 * Resolves every intrinsic function of a value (AWS CloudFormation User Guide, "Intrinsic function reference").
 *
 * @returns the plain value; undefined where the whole value is AWS::NoValue
 * @throws TemplateError on a function that is not known here, by its name
 */
export function resolveValue(value: TemplateValue, references: References): TemplateValue | undefined {
  const resolve: Resolve = (inner) => resolveValue(inner, references);
  if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length === 1 && name !== undefined && isFunctionName(name)) {
    const apply = functions[name];
    if (!apply) throw new TemplateError(`the intrinsic function ${name} is not supported by the embedded cloud`);
    return apply(value[name]!, references, resolve);
  }
  const entries: [string, TemplateValue][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const resolved = resolve(inner);
    if (resolved !== undefined) entries.push([key, resolved]);
  }
  return Object.fromEntries(entries);
}

/** Evaluates one entry of the Conditions section, or a condition inside another. */
export function evaluateCondition(value: TemplateValue, references: References): boolean {
  const [name, argument] = singleEntry(value, "a condition");
  const inner = (): boolean[] => list(argument, name).map((each) => evaluateCondition(each, references));
  switch (name) {
    case "Condition":
      return references.condition(text(argument, name));
    case "Fn::And":
      return inner().every(Boolean);
    case "Fn::Or":
      return inner().some(Boolean);
    case "Fn::Not":
      return !inner()[0];
    case "Fn::Equals": {
      const [left, right] = list(argument, name).map((side) => resolveValue(side, references));
      return JSON.stringify(left) === JSON.stringify(right);
    }
    default:
      throw new TemplateError(`the condition function ${name} is not supported by the embedded cloud`);
  }
}

const isFunctionName = (key: string): boolean => key === "Ref" || key.startsWith("Fn::");

const functions: Record<
  string,
  (argument: TemplateValue, references: References, resolve: Resolve) => TemplateValue | undefined
> = {
  Ref: (argument, references) => references.ref(text(argument, "Ref")),
  "Fn::GetAtt": (argument, references) => {
    const [logicalId, ...path] = typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt");
    return references.attribute(text(logicalId, "Fn::GetAtt"), path.join("."));
  },
  "Fn::Sub": (argument, references, resolve) => substitute(argument, references, resolve),
  "Fn::Join": (argument, _references, resolve) => {
    const [delimiter, items] = list(argument, "Fn::Join");
    return list(resolve(items!), "Fn::Join").map(String).join(text(delimiter, "Fn::Join"));
  },
  "Fn::Select": (argument, _references, resolve) => {
    const [index, items] = list(argument, "Fn::Select");
    const item = list(resolve(items!), "Fn::Select")[Number(resolve(index!))];
    if (item === undefined) throw new TemplateError(`Fn::Select: there is no item ${String(index)}`);
    return item;
  },
  "Fn::Split": (argument, _references, resolve) => {
    const [delimiter, source] = list(argument, "Fn::Split");
    return text(resolve(source!), "Fn::Split").split(text(delimiter, "Fn::Split"));
  },
  "Fn::If": (argument, references, resolve) => {
    const [condition, whenTrue, whenFalse] = list(argument, "Fn::If");
    return resolve(references.condition(text(condition, "Fn::If")) ? whenTrue! : whenFalse!);
  },
  "Fn::ImportValue": (argument, references, resolve) =>
    references.importValue(text(resolve(argument), "Fn::ImportValue")),
  "Fn::FindInMap": (argument, references, resolve) => {
    const [map, first, second] = list(argument, "Fn::FindInMap").map((part) => text(resolve(part), "Fn::FindInMap"));
    return references.mapping(map!, first!, second!);
  },
};

function substitute(argument: TemplateValue, references: References, resolve: Resolve): string {
  const [template, variables] = typeof argument === "string" ? [argument, {}] : list(argument, "Fn::Sub");
  const own = (variables ?? {}) as Record<string, TemplateValue>;
  return text(template, "Fn::Sub").replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (own[name] !== undefined) return String(resolve(own[name]));
    const [logicalId, ...path] = name.split(".");
    return String(path.length > 0 ? references.attribute(logicalId!, path.join(".")) : references.ref(name));
  });
}

function singleEntry(value: TemplateValue, what: string): [string, TemplateValue] {
  const entries = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];
  if (entries.length !== 1) throw new TemplateError(`${what} must be one function, not ${JSON.stringify(value)}`);
  return entries[0]!;
}

function list(value: TemplateValue | undefined, name: string): TemplateValue[] {
  if (!Array.isArray(value)) throw new TemplateError(`${name} takes a list, not ${JSON.stringify(value)}`);
  return value;
}

function text(value: TemplateValue | undefined, name: string): string {
  if (typeof value !== "string") throw new TemplateError(`${name} takes a text, not ${JSON.stringify(value)}`);
  return value;
}
