/**
 * A copy that shares nothing with what it was made of, for items: text, numbers, yes and no, lists and plain objects of
 * these. It is what `structuredClone` makes, at a tenth of its price, and most of what the stores in memory do.
 *
 * @throws TypeError for what no item may hold, such as a date, a map or a function
 */
export function copyOf<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) return copyOfObject(value);
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`An item holds a ${typeof value}.`);
  return value;
}

function copyOfObject<Value extends object>(value: Value): Value {
  if (Array.isArray(value)) return value.map((element: unknown) => copyOf(element)) as unknown as Value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`An item holds a ${value.constructor.name}.`);
  const copy = { ...value } as Record<string, unknown>;
  for (const key in copy) {
    const property = copy[key];
    if (typeof property !== "string" && typeof property !== "number") copy[key] = copyOf(property);
  }
  return copy as Value;
}
