import { describe, expect, it } from "vitest";
import { remember } from "../../../web/sim/memory.ts";

describe("what the simulator page remembers", () => {
  it("begins anew where nothing readable was kept", () => {
    const fresh = remember({ getItem: () => null }, "one");
    expect(fresh.people.length).toBeGreaterThan(1);
    expect(remember({ getItem: () => "{broken" }, "one")).toEqual(fresh);
  });

  it("is what was kept", () => {
    const memory = {
      people: [{ name: "Ann", phone: "+4915112345678", mail: "ann@customer.test" }],
      texts: [],
      mails: [],
      signedIn: ["ann@customer.test"],
      tab: "one",
    };
    expect(remember({ getItem: () => JSON.stringify(memory) }, "another")).toEqual(memory);
  });
});
