import { describe, expect, it } from "vitest";
import { changeOf, rowsOf } from "../../../web/desk/customer/rows.ts";
import { rovedTo } from "../../../web/desk/parts/roving.ts";
import { localeOf, readPreferences } from "../../../web/desk/preferences.ts";
import { snoozeChoices } from "../../../web/desk/thread/snooze-choices.ts";

const customer = { name: "Maria", language: "de", attributes: { tier: "gold", orders: 12, vip: true } };
const rows = rowsOf(customer.attributes);
const typed = { name: "Maria", language: "de", rows };

describe("what changes of a customer", () => {
  it("is nothing where nothing was typed", () => {
    expect(changeOf(customer, typed)).toEqual({});
  });

  it("is only what was typed, so that nobody's newer value is undone", () => {
    const changed = rows.map((row) => (row.name === "tier" ? { ...row, value: "silver" } : row));
    expect(changeOf(customer, { ...typed, name: "Maria S.", rows: changed })).toEqual({
      name: "Maria S.",
      attributes: { tier: "silver" },
    });
  });

  it("keeps numbers and truth values what they are", () => {
    const changed = rowsOf({ tier: "1", orders: 13, vip: false });
    expect(changeOf(customer, { ...typed, rows: changed }).attributes).toEqual({ tier: "1", orders: 13, vip: false });
    const wordy = rowsOf({ ...customer.attributes, orders: "a dozen", vip: "very" });
    expect(changeOf(customer, { ...typed, rows: wordy }).attributes).toEqual({ orders: "a dozen", vip: "very" });
  });

  it("removes what was emptied or has lost its name, and adds what is new", () => {
    const changed = [
      { name: "tier", value: " " },
      { name: " ", value: "12" },
      { name: "vip", value: "true" },
      { name: "city", value: "Bonn" },
    ];
    expect(changeOf(customer, { ...typed, rows: changed }).attributes).toEqual({
      tier: null,
      orders: null,
      city: "Bonn",
    });
  });

  it("leaves name and language where their fields were emptied", () => {
    expect(changeOf(customer, { ...typed, name: " ", language: "" })).toEqual({});
  });
});

describe("snoozing", () => {
  const local = (until: string): string => new Date(until).toString().slice(0, 21);

  it.each([
    ["a Thursday", new Date(2026, 10, 5, 16, 30), "Fri Nov 06 2026 09:00", "Mon Nov 09 2026 09:00"],
    ["a Sunday", new Date(2026, 10, 8, 23, 59), "Mon Nov 09 2026 09:00", "Mon Nov 09 2026 09:00"],
    ["a Monday", new Date(2026, 10, 9, 8, 0), "Tue Nov 10 2026 09:00", "Mon Nov 16 2026 09:00"],
    ["the last day of a year", new Date(2026, 11, 31, 12, 0), "Fri Jan 01 2027 09:00", "Mon Jan 04 2027 09:00"],
  ])("on %s leads to the next mornings", (_day, now, tomorrow, nextMonday) => {
    const [hour, hours, ...mornings] = snoozeChoices(now).map(({ until }) => until);
    expect(Date.parse(hour!) - now.getTime()).toBe(3_600_000);
    expect(Date.parse(hours!) - now.getTime()).toBe(3 * 3_600_000);
    expect(mornings.map(local)).toEqual([tomorrow, nextMonday]);
  });
});

describe("arrow keys in a list", () => {
  it.each([
    ["ArrowDown", 0, 1],
    ["ArrowDown", 2, 2],
    ["ArrowUp", 2, 1],
    ["ArrowUp", 0, 0],
    ["Home", 2, 0],
    ["End", 0, 2],
    ["Enter", 1, undefined],
    ["constructor", 1, undefined],
  ])("%s leads from %i to %s of three", (key, from, to) => {
    expect(rovedTo(key, from, 3)).toBe(to);
  });

  it("lead nowhere in an empty one", () => {
    expect(rovedTo("End", 0, 0)).toBeUndefined();
  });
});

describe("preferences", () => {
  const keeping = (text: string | null) => (): Storage => ({ getItem: () => text }) as Partial<Storage> as Storage;

  it("are the browser's where nothing was chosen", () => {
    expect(readPreferences(["de-DE"], keeping(null))).toEqual({ language: "de", theme: "system", singleKeys: true });
  });

  it("are what was chosen", () => {
    const kept = JSON.stringify({ language: "zh", theme: "dark", singleKeys: false });
    expect(readPreferences(["de"], keeping(kept))).toEqual({ language: "zh", theme: "dark", singleKeys: false });
  });

  it.each(["{broken", "null", "[]", '{"language":"xx","theme":7}'])("begin anew where %s was kept", (kept) => {
    expect(readPreferences(["de"], keeping(kept))).toEqual({ language: "de", theme: "system", singleKeys: true });
  });

  it("hold for the page where storage is forbidden", () => {
    const forbidden = (): Storage => {
      throw new DOMException("denied", "SecurityError");
    };
    expect(readPreferences(["en"], forbidden).language).toBe("en");
  });

  it("name the browser's own kind of the language that was chosen", () => {
    expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
    expect(localeOf("zh", ["de-DE", "fr"])).toBe("zh");
    expect(localeOf("en", ["en-US@posix", "en-AU"])).toBe("en-AU");
    expect(localeOf("en", ["en-US@posix"])).toBe("en");
  });
});
