import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Heap, outside } from "../../../shared/core/pool/heap.ts";

interface Thing {
  key: number;
  id: string;
  position: number;
}

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("push" as const), key: fc.integer({ min: 0, max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), nth: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      nth: fc.nat(60),
      key: fc.integer({ min: 0, max: 50 }),
    }),
  },
);

it("answers as a sorted list does, whatever goes in, out and up and down", () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 60, maxLength: 150 }), (operations) => {
      const heap = new Heap<Thing>({ keyOf: ({ key }) => key, idOf: ({ id }) => id });
      const list: Thing[] = [];
      for (const [index, step] of operations.entries()) {
        const thing = step.kind === "push" ? undefined : list[step.nth % Math.max(1, list.length)];
        if (step.kind === "push") {
          const pushed = { key: step.key, id: `t${String(index).padStart(3, "0")}`, position: outside };
          heap.push(pushed);
          list.push(pushed);
        } else if (thing && step.kind === "remove") {
          heap.remove(thing);
          list.splice(list.indexOf(thing), 1);
        } else if (thing && step.kind === "change") {
          thing.key = step.key;
          heap.reorder(thing);
        }
        list.sort((one, other) => one.key - other.key || (one.id < other.id ? -1 : 1));
        expect(heap.peek()).toBe(list[0]);
        expect(heap.firstKey).toBe(list[0]?.key ?? Infinity);
        expect(heap.size).toBe(list.length);
      }
      const drained: Thing[] = [];
      for (let first = heap.peek(); first; first = heap.peek()) {
        drained.push(first);
        heap.remove(first);
      }
      expect(drained).toEqual(list);
      expect(drained.every(({ position }) => position === outside)).toBe(true);
    }),
  );
});
