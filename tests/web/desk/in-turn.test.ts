import { describe, expect, it } from "vitest";
import { inTurn } from "../../../web/desk/state/in-turn.ts";

/** Work that ends when the test says so. */
function controlled() {
  const begun: PromiseWithResolvers<void>[] = [];
  const run = inTurn(() => {
    const one = Promise.withResolvers<void>();
    begun.push(one);
    return one.promise;
  });
  return { begun, run };
}

describe("work in turn", () => {
  it("runs once more after it was asked while it ran, however often", async () => {
    const { begun, run } = controlled();
    const asked = [run(), run(), run(), run()];
    expect(begun).toHaveLength(1);
    begun[0]!.resolve();
    await asked[0];
    expect(begun).toHaveLength(2);
    begun[1]!.resolve();
    await Promise.all(asked);
    expect(begun).toHaveLength(2);
  });

  it("tells whoever asked late only when a run that began after that has ended", async () => {
    const { begun, run } = controlled();
    const early = run();
    const late = run();
    const order: string[] = [];
    const told = [
      late.finally(() => order.push("late")),
      early.finally(() => {
        order.push("early");
        begun[1]!.resolve();
      }),
    ];
    begun[0]!.resolve();
    await Promise.all(told);
    expect(order).toEqual(["early", "late"]);
  });

  it("begins at once again when nothing runs", async () => {
    const { begun, run } = controlled();
    const first = run();
    begun[0]!.resolve();
    await first;
    const second = run();
    expect(begun).toHaveLength(2);
    begun[1]!.resolve();
    await second;
  });
});
