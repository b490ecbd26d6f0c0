import { describe, expect, it } from "vitest";
import { addressName, groupsOf } from "../../../web/desk/words/addresses.ts";
import { wordsIn } from "../../../web/desk/words/words.tsx";

const { t } = wordsIn("en");

describe("who writes", () => {
  it.each([
    ["sms", "+4915112345678", "+4915112345678"],
    ["sms", "SWITCHYARD", "SWITCHYARD"],
    ["email", "anna@shop.example", "anna@shop.example"],
    ["web", "user:anna@shop.example", "anna@shop.example"],
    ["web", "ses_01h2abcdwxyz", "Web visitor wxyz"],
    ["whatsapp", "+4915112345678", "+4915112345678"],
    ["whatsapp", "US.13491208655302741918", "Account …1918"],
    ["messenger", "24601357902468", "Account …2468"],
    ["instagram", "178414000000001", "Account …0001"],
    ["telegram", "77001234", "Account …1234"],
    ["custom", "visitor 12 at the counter", "visitor 12 at the counter"],
    ["custom", "x".repeat(40) + "y".repeat(40), `${"x".repeat(35)}…${"y".repeat(12)}`],
  ])("by %s from %s is called %s", (channel, address, name) => {
    expect(addressName({ channel, address }, t)).toBe(name);
  });
});

describe("a telephone number", () => {
  it.each([
    ["+4915112345678", "+49 151 123 456 78"],
    ["+15005550006", "+1 500 555 0006"],
    ["+5511987654321", "+55 119 876 543 21"],
    ["+353861234567", "+353 861 234 567"],
    ["+79161234567", "+7 916 123 4567"],
    ["+85261234567", "+852 612 345 67"],
  ])("%s is read as %s, and stays the same number", (address, read) => {
    expect(groupsOf(address).join(" ")).toBe(read);
    expect(groupsOf(address).join("")).toBe(address);
  });

  it.each(["anna@shop.example", "12345", "+0123456789", ""])("is not what %j is", (address) => {
    expect(groupsOf(address)).toEqual([address]);
  });
});
