import { describe, expect, it } from "vitest";
import { keep, remember, type Memory } from "../../../web/sim/memory.ts";

describe("what the simulator page remembers", () => {
  it("begins anew where nothing readable was kept", () => {
    const fresh = remember({ getItem: () => null }, "one");
    expect(fresh.people.length).toBeGreaterThan(1);
    expect(remember({ getItem: () => "{broken" }, "one")).toEqual(fresh);
  });

  it("is what was kept", () => {
    const memory = {
      people: [{ name: "Ann", phone: "+4915112345678", mail: "ann@customer.test" }],
      messages: [],
      mails: [],
      reactions: {},
      seen: {},
      signedIn: ["ann@customer.test"],
      tab: "one",
    };
    expect(remember({ getItem: () => JSON.stringify(memory) }, "another")).toEqual(memory);
  });

  it("fits into what a browser keeps: the latest messages, with everything else", () => {
    const fresh = remember({ getItem: () => null }, "one");
    const messages = Array.from({ length: 201 }, (_, position) => ({
      inbox: "sms-main",
      providerId: String(position),
      from: "+4915112345678",
      text: "Hello",
      at: "2026-11-22T10:30:00.000Z",
    }));
    let kept = "";
    keep({ setItem: (_key, value) => void (kept = value) }, { ...fresh, messages });
    const found: Memory = remember({ getItem: () => kept }, "another");
    expect(found.messages.map(({ providerId }) => providerId)).toEqual(
      messages.slice(1).map((each) => each.providerId),
    );
    expect(found).toMatchObject({ people: fresh.people, tab: "one" });
  });
});
