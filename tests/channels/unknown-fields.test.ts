import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unknownFields } from "../../shared/channels/unknown-fields.ts";
import { limits } from "../../shared/core/limits.ts";
import { byteLength } from "../../shared/core/text.ts";

const known = new Set(["id", "text"]);

/** Of so many levels. */
const nested = (levels: number): unknown => (levels === 0 ? "deep" : { down: nested(levels - 1) });

describe("fields that are new", () => {
  test("are kept as they came, beside those that are known", () => {
    const mood = { name: "glad", since: [1, 2.5, null, true] };
    expect(unknownFields({ id: "1", text: "hello", mood, "": 0 }, known)).toStrictEqual({
      unknownFields: { mood, "": 0 },
    });
  });

  test("are nothing where there is none", () => {
    expect(unknownFields({ id: "1", text: { mood: "glad" } }, known)).toStrictEqual({});
    expect(unknownFields(Object.create({ mood: "glad" }), known)).toStrictEqual({});
  });

  test("change no object's kind, however they are named", () => {
    const given = JSON.parse('{"__proto__":{"isAdmin":true},"a":{"__proto__":{"b":1},"constructor":2}}');
    const { unknownFields: kept } = unknownFields(given, known);
    expect(kept).toStrictEqual({ a: { constructor: 2 } });
    expect(kept).not.toHaveProperty("isAdmin");
    expect(unknownFields(JSON.parse('{"__proto__":1}'), known)).toStrictEqual({});
  });

  test("are readable text, in names and values", () => {
    expect(unknownFields({ "a\0\ud800": ["b\0", { "c\0": "\udc00" }] }, known)).toStrictEqual({
      unknownFields: { "a\ufffd": ["b", { c: "\ufffd" }] },
    });
  });

  test("are named alone where they are too large, or too deep to be walked through", () => {
    const names = { unknownFields: { mood: null, weather: null } };
    expect(unknownFields({ mood: "x".repeat(limits.maxUnknownFieldBytes), weather: 1 }, known)).toStrictEqual(names);
    expect(unknownFields({ mood: "ä".repeat(limits.maxUnknownFieldBytes / 2), weather: 1 }, known)).toStrictEqual(
      names,
    );
    const bottomless = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown;
    expect(unknownFields({ mood: bottomless, weather: 1 }, known)).toStrictEqual(names);
    const deepest = nested(limits.maxUnknownFieldLevels);
    expect(unknownFields({ deepest }, known)).toStrictEqual({ unknownFields: { deepest } });
    expect(unknownFields({ deepest: { deepest } }, known)).toStrictEqual({ unknownFields: { deepest: null } });
  });

  test("are named as far as there is room", () => {
    const long = "n".repeat(limits.maxUnknownFieldBytes);
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, "x"]));
    const { unknownFields: kept = {} } = unknownFields({ [long]: 1, ...many }, known);
    expect(Object.keys(kept)[0]).toBe("field0");
    expect(Object.keys(kept).length).toBeGreaterThan(100);
    expect(byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(limits.maxUnknownFieldBytes);
  });

  test("take no more room than that, whatever comes", () => {
    const value = fc.jsonValue({ stringUnit: "binary", maxDepth: 20 });
    const given = fc.dictionary(fc.string({ unit: "binary", maxLength: 300 }), value);
    const holds = fc.property(given, (fields) => {
      const { unknownFields: kept = {} } = unknownFields(fields, known);
      return byteLength(JSON.stringify(kept)) <= limits.maxUnknownFieldBytes;
    });
    expect(() => fc.assert(holds)).not.toThrow();
  });
});
