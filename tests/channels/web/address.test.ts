import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientMessageIdOf, providerIdOf, userAddress } from "../../../shared/channels/web/address.ts";
import { web } from "../../../shared/channels/web/index.ts";
import { sendRequest } from "./samples.ts";

const subject = fc.string({ minLength: 1, maxLength: 20 });
const clientMessageId = fc.string({ minLength: 1, maxLength: 20 });

describe("a chat message's id", () => {
  it("leads back to the client's own, whatever that is", () => {
    fc.assert(
      fc.property(subject, clientMessageId, (sub, id) => {
        expect(clientMessageIdOf(providerIdOf(userAddress(sub), id))).toBe(id);
      }),
    );
  });

  it("is never another person's, however the two are made up", () => {
    expect(providerIdOf(userAddress("a"), "b:c")).not.toBe(providerIdOf(userAddress("a:b"), "c"));
    fc.assert(
      fc.property(subject, clientMessageId, subject, clientMessageId, (sub, id, otherSub, otherId) => {
        fc.pre(sub !== otherSub || id !== otherId);
        expect(providerIdOf(userAddress(sub), id)).not.toBe(providerIdOf(userAddress(otherSub), otherId));
      }),
    );
  });
});

it.each([
  [sendRequest.to, true],
  ["user:customer-7", true],
  [`user:${"x".repeat(128)}`, true],
  ["user:", false],
  ["+4915112345678", false],
])("whether a reply can reach %s: %s", (address, expected) => {
  expect(new RegExp(web.capabilities.reachableAddress!).test(address)).toBe(expected);
});
