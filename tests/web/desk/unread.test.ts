import { beforeEach, describe, expect, it } from "vitest";
import { Unread } from "../../../web/desk/state/unread.ts";

const early = "2026-11-22T10:00:00.000Z";
const late = "2026-11-22T10:05:00.000Z";
const conversation = (
  id: string,
  change: { lastInboundAt?: string; readUpTo?: string; status?: "snoozed"; unsent?: true } = {},
) => ({ id, status: "assigned", lastInboundAt: early, readUpTo: null, unsent: false, ...change }) as const;

let unread: Unread;
beforeEach(() => {
  unread = new Unread();
});

const after = (...own: ReturnType<typeof conversation>[]): string[] => {
  unread.list(own);
  return [...unread.of(own)];
};

describe("what an agent has not seen", () => {
  it("is, on a desk that has just opened, what the customer wrote after what was seen before", () => {
    const own = [
      conversation("never"),
      conversation("read", { readUpTo: `${early}#00000000000000000007#abcdefgh` }),
      conversation("answered", { readUpTo: `${early}#00000000000000000007#abcdefgh`, lastInboundAt: late }),
      conversation("aside", { status: "snoozed" }),
    ];
    expect(after(...own)).toEqual(["never", "answered"]);
  });

  it("is nothing any more once it was on this desk's or another one's screen, until the customer writes again", () => {
    expect(after(conversation("one"))).toEqual(["one"]);
    unread.see(conversation("one"));
    expect(after(conversation("one"))).toEqual([]);
    expect(after(conversation("one", { lastInboundAt: late }))).toEqual(["one"]);
    expect(after(conversation("one", { lastInboundAt: late, readUpTo: late }))).toEqual([]);
  });

  it("is what comes from a colleague, though they have read it", () => {
    expect(after()).toEqual([]);
    const passedOn = conversation("one", { readUpTo: late });
    expect(after(passedOn)).toEqual(["one"]);
    expect(after(passedOn)).toEqual(["one"]);
    unread.see(passedOn);
    expect(after(passedOn)).toEqual([]);
    after();
    expect(after(passedOn)).toEqual(["one"]);
  });

  it("is a reply that was not sent, until it was on this desk's screen, and the next one", () => {
    const [sent, failed] = [
      conversation("one", { readUpTo: late }),
      conversation("one", { readUpTo: late, unsent: true }),
    ];
    expect(after(sent)).toEqual([]);
    expect(after(failed)).toEqual(["one"]);
    unread.see(failed);
    expect(after(failed)).toEqual([]);
    expect(after(sent)).toEqual([]);
    expect(after(failed)).toEqual(["one"]);
  });
});
