import { marshall, type marshallOptions } from "@aws-sdk/util-dynamodb";

/** Any object is a map: the SDK would refuse one with a field of the name "constructor", which a customer's attribute may have. */
export const asMaps: marshallOptions = { removeUndefinedValues: true, convertClassInstanceToMap: true };

/**
 * An expression with `#name` for each attribute and `:name` for each value. A `#name` stands for the attribute of that
 * name unless `names` says otherwise: no reserved word can ever be met.
 */
export interface Expression {
  condition?: string;
  names?: Record<string, string>;
  /** undefined: not used */
  values?: Record<string, unknown>;
}

/** `SET` of each attribute that has a value, under its own name. */
export function assignments(attributes: Record<string, unknown>): { update: string; values: Record<string, unknown> } {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    update: `SET ${given.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    values: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  };
}

/** `SET` of each attribute that has a value, and `REMOVE` of each that has none. */
export function replacements(attributes: Record<string, unknown>): { update: string; values: Record<string, unknown> } {
  const { update, values } = assignments(attributes);
  const removed = Object.keys(attributes).filter((name) => attributes[name] === undefined);
  return { update: removed.length === 0 ? update : `${update} REMOVE ${removed.map(nameOf).join(", ")}`, values };
}

const nameOf = (attribute: string): string => `#${attribute}`;

/** The condition that each of these attributes is as it was seen, absent ones among them. */
export function asSeen(attributes: Record<string, unknown>): { condition: string; values: Record<string, unknown> } {
  const conditions = Object.entries(attributes).map(([name, value]) =>
    value === undefined ? `attribute_not_exists(#${name})` : `#${name} = :seen_${name}`,
  );
  const values = Object.entries(attributes).map(([name, value]) => [`:seen_${name}`, value]);
  return { condition: conditions.join(" AND "), values: Object.fromEntries(values) };
}

export function expressionInput({ condition, names = {}, values = {} }: Expression, other = "") {
  const used = `${condition ?? ""} ${other}`.match(/#\w+/g) ?? [];
  const given = marshall(values, asMaps);
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames:
      used.length > 0 ? Object.fromEntries(used.map((name) => [name, names[name] ?? name.slice(1)])) : undefined,
    ExpressionAttributeValues: Object.keys(given).length > 0 ? given : undefined,
  };
}
