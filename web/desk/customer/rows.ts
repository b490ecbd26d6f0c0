import type { Attributes, Customer, CustomerChange } from "../api/types.ts";

/** An attribute as it is typed. */
export interface Row {
  name: string;
  value: string;
}

export const rowsOf = (attributes: Attributes): Row[] =>
  Object.entries(attributes).map(([name, value]) => ({ name, value: String(value) }));

interface Typed {
  name: string;
  language: string;
  rows: Row[];
}

/**
 * What differs from the customer as they were. An attribute whose value was emptied, or whose name is gone, is removed; an
 * empty name or language leaves what was there.
 */
export function changeOf(customer: Pick<Customer, "name" | "language" | "attributes">, typed: Typed): CustomerChange {
  const change: CustomerChange = {};
  const [name, language] = [typed.name.trim(), typed.language.trim()];
  if (name !== "" && name !== customer.name) change.name = name;
  if (language !== "" && language !== customer.language) change.language = language;
  const attributes = changedAttributes(customer.attributes, typed.rows);
  if (Object.keys(attributes).length > 0) change.attributes = attributes;
  return change;
}

function changedAttributes(before: Attributes, rows: Row[]): NonNullable<CustomerChange["attributes"]> {
  const after = new Map(
    rows
      .map((row) => [row.name.trim(), row.value.trim()] as const)
      .filter(([name, value]) => name !== "" && value !== ""),
  );
  const removed = Object.keys(before).filter((name) => !after.has(name));
  const changed = [...after].filter(([name, value]) => !Object.hasOwn(before, name) || String(before[name]) !== value);
  return Object.fromEntries([
    ...removed.map((name) => [name, null] as const),
    ...changed.map(([name, value]) => [name, valueOf(value, before[name])] as const),
  ]);
}

/** A number or a truth value stays one where what is typed is one; rules compare them as such. */
function valueOf(typed: string, before: Attributes[string] | undefined): Attributes[string] {
  if (typeof before === "number" && Number.isFinite(Number(typed))) return Number(typed);
  if (typeof before === "boolean" && (typed === "true" || typed === "false")) return typed === "true";
  return typed;
}
