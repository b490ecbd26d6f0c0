import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyOf } from "../../shared/stores/memory/copy.ts";

const item = fc.anything({ withNullPrototype: false, maxDepth: 4 });

describe("a copy of an item", () => {
  it("is what structuredClone makes", () => {
    const property = fc.property(item, (value) => {
      expect(copyOf(value)).toStrictEqual(structuredClone(value));
    });
    fc.assert(property);
  });

  it("shares nothing with what it was made of", () => {
    const original = { list: [{ deep: ["text"] }], nothing: undefined, none: null };
    const copy = copyOf(original);
    original.list[0]!.deep.push("later");
    expect(copy).toStrictEqual({ list: [{ deep: ["text"] }], nothing: undefined, none: null });
  });

  it("keeps a property that is called __proto__ as one like any other", () => {
    const hostile = JSON.parse('{"__proto__":{"isAdmin":true}}') as object;
    const copy = copyOf(hostile);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(hostile));
    expect((copy as Record<string, unknown>)["__proto__"]).not.toBe((hostile as Record<string, unknown>)["__proto__"]);
  });

  it.each([new Date(0), new Map(), () => "called", Symbol("named")])("refuses what no item may hold: %s", (foreign) => {
    expect(() => copyOf({ in: [foreign] })).toThrow(TypeError);
  });
});
