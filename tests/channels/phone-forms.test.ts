import parseMobile, { type PhoneNumber } from "libphonenumber-js/mobile";
import { describe, expect, it } from "vitest";
import { mobileForms } from "../../shared/channels/phone-forms.ts";
import { ownAddress } from "../../shared/core/address.ts";

const own = (address: string): string => ownAddress(address, { sameAddress: mobileForms });
const known = (address: string): PhoneNumber | undefined => parseMobile(address);

describe("forms of one mobile number", () => {
  it.each([
    ["Brazil, as WhatsApp writes old accounts", "+551187654321", "+5511987654321"],
    ["Brazil, outside of São Paulo", "+557196123456", "+5571996123456"],
    ["Mexico, as dialled until 2019", "+5215512345678", "+525512345678"],
    ["Argentina, without the 9 of mobile numbers", "+541123456789", "+5491123456789"],
    ["Argentina, in a province", "+543514567890", "+5493514567890"],
  ])("%s: %s is %s", (_, written, canonical) => {
    expect(own(written)).toBe(canonical);
    expect(own(canonical)).toBe(canonical);
    // Google's metadata of mobile numbers alone knows the one form and not the other.
    expect([known(canonical)?.isValid(), known(canonical)?.number]).toStrictEqual([true, canonical]);
    expect(known(written)?.isValid()).toBe(false);
  });

  it.each([
    ["a landline in Brazil", "+551132654321"],
    ["a Brazilian number with all digits", "+5511987654321"],
    ["a German number", "+4915112345678"],
    ["a number in the United States that begins with 521", "+15215512345"],
    ["a Mexican number of today", "+525512345678"],
    ["a Peruvian number, whose code begins as Argentina's", "+51912345678"],
    ["a short code", "55118"],
    ["a user id in place of a number", "BR.1502576394655843"],
  ])("leaves %s as it is: %s", (_, address) => {
    expect(own(address)).toBe(address);
  });

  it("also takes off blanks, and capital letters where they make no other address", () => {
    const broughtAddress = { pattern: ".", expected: "", precedence: 1, ignoresCase: true } as const;
    expect(own(" +4915112345678 ")).toBe("+4915112345678");
    expect(ownAddress(" Anna@Example.com", { broughtAddress })).toBe("anna@example.com");
  });
});
