import { limits } from "../core/limits.ts";
import type { InboundMessage } from "../core/message.ts";
import { byteLength, readable } from "../core/text.ts";

/** Assigned to, it would change what an object is: no provider has a field of this name. */
const prototypeName = "__proto__";

/**
 * What the object says beyond the fields that its provider documents, as it came. Where that is too large or too deep, the
 * names stand for it, each with null, as far as there is room.
 *
 * @param given of one message, as JSON or a form has it
 */
export function unknownFields(given: object, known: ReadonlySet<string>): Pick<InboundMessage, "unknownFields"> {
  const fields = Object.entries(given).filter(([name]) => !known.has(name) && name !== prototypeName);
  if (fields.length === 0) return {};
  return { unknownFields: isWithinBounds(fields) ? objectOf(fields) : namesOf(fields) };
}

function isWithinBounds(fields: [string, unknown][]): boolean {
  const isTooDeep = fields.some(([, value]) => isDeeperThan(limits.maxUnknownFieldLevels, value));
  return !isTooDeep && byteLength(JSON.stringify(Object.fromEntries(fields))) <= limits.maxUnknownFieldBytes;
}

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each)));

const objectOf = (fields: [string, unknown][]): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap(([name, value]) => (name === prototypeName ? [] : [[readable(name), cleaned(value)]])),
  );

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return readable(value);
  if (Array.isArray(value)) return value.map(cleaned);
  return typeof value === "object" && value !== null ? objectOf(Object.entries(value)) : value;
}

function namesOf(fields: [string, unknown][]): Record<string, null> {
  let bytes = 0;
  const kept = fields.filter(([name]) => {
    const needed = byteLength(JSON.stringify({ [name]: null }));
    if (bytes + needed > limits.maxUnknownFieldBytes) return false;
    bytes += needed;
    return true;
  });
  return Object.fromEntries(kept.map(([name]) => [readable(name), null]));
}
