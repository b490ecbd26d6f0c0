import { describe, expect, it } from "vitest";
import { remember } from "../../../web/sim/memory.ts";

describe("what the simulator page remembers", () => {
  it("begins anew where nothing readable was kept", () => {
    const fresh = remember({ getItem: () => null });
    expect(fresh.people.length).toBeGreaterThan(1);
    expect(remember({ getItem: () => "{broken" })).toEqual(fresh);
  });

  it("is what was kept", () => {
    const memory = {
      people: [{ name: "Ann", phone: "+4915112345678", mail: "ann@customer.test" }],
      texts: [],
      mails: [],
    };
    expect(remember({ getItem: () => JSON.stringify(memory) })).toEqual(memory);
  });
});
