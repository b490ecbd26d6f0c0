import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sms } from "../../../shared/channels/sms/index.ts";
import { segmentsOf } from "../../../shared/channels/sms/segments.ts";
import { segmentsOf as billedSegmentsOf } from "../../../shared/core/gate/money.ts";

describe("segmentsOf", () => {
  it.each([
    ["nothing", "", "GSM-7", 1],
    ["160 plain letters", "a".repeat(160), "GSM-7", 1],
    ["161 plain letters", "a".repeat(161), "GSM-7", 2],
    ["two parts filled to the last septet", "a".repeat(306), "GSM-7", 2],
    ["one letter more", "a".repeat(307), "GSM-7", 3],
    ["letters of the table that are not ASCII", "àÇΩñ¿\n".repeat(26), "GSM-7", 1],
    ["80 characters that take an escape", "€".repeat(80), "GSM-7", 1],
    ["an escape that does not fit into the rest of a part", `${"a".repeat(152)}€${"a".repeat(152)}`, "GSM-7", 3],
    ["a letter that looks like one of the table", "ç", "UCS-2", 1],
    ["a tab", "\t", "UCS-2", 1],
    ["70 letters of another script", "я".repeat(70), "UCS-2", 1],
    ["71 letters of another script", "я".repeat(71), "UCS-2", 2],
    ["35 emoji", "🙂".repeat(35), "UCS-2", 1],
    ["an emoji that does not fit into the rest of a part", `${"я".repeat(66)}🙂${"я".repeat(65)}`, "UCS-2", 2],
    ["pairs that leave a unit of each part unused", "🙂".repeat(34 + 33), "UCS-2", 3],
  ])("%s", (_, text, encoding, segments) => {
    expect(segmentsOf(text)).toStrictEqual({ encoding, segments });
  });
});

describe("what the gate counts", () => {
  const characters = fc.constantFrom("a", "b", "à", "Ç", "€", "[", "ç", "я", "🙂", "\n", "-", "]", "^");

  it("is never less than what is billed, and the same for plain letters", () => {
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 400 }), (letters) => {
        const text = letters.join("");
        expect(billedSegmentsOf(text, sms.capabilities.text)).toBeGreaterThanOrEqual(segmentsOf(text).segments);
      }),
    );
    for (const length of [1, 160, 161, 306, 307, 1600]) {
      const text = "a".repeat(length);
      expect(billedSegmentsOf(text, sms.capabilities.text)).toBe(segmentsOf(text).segments);
    }
  });
});
