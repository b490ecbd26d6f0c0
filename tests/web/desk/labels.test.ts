import { describe, expect, it } from "vitest";
import { Problem } from "../../../web/desk/api/problem.ts";
import type { Agent, Conversation, Route } from "../../../web/desk/api/types.ts";
import {
  addressName,
  awayReason,
  channelName,
  explain,
  holding,
  markName,
  nothingYet,
  refusalOf,
} from "../../../web/desk/words/labels.ts";
import { wordsIn } from "../../../web/desk/words/words.tsx";

const words = wordsIn("en");
const { t } = words;
const agent = (status: Agent["status"]): Agent => ({
  id: "a",
  name: "Ann",
  reason: null,
  status,
  units: 4,
  unitsUsed: 0,
  unitsFree: 4,
});
const route = (canSend: Route["canSend"]): Route => ({
  identityId: "idn_1",
  channel: "sms",
  address: "+49",
  inboxId: "main",
  isLastUsed: true,
  canSend,
});

describe("what the desk says", () => {
  it.each([
    ["sms", "+4915112345678", "+4915112345678"],
    ["email", "anna@shop.example", "anna@shop.example"],
    ["web", "user:anna@shop.example", "anna@shop.example"],
    ["web", "ses_01h2abcdwxyz", "Web visitor wxyz"],
  ])("who writes by %s from %s", (channel, address, name) => {
    expect(addressName({ channel, address }, t)).toBe(name);
  });

  it.each([
    [{ status: "waiting", agentId: null }, "waiting for an agent"],
    [{ status: "offered", agentId: "me" }, "offered to you"],
    [{ status: "offered", agentId: "emma" }, "offered to emma"],
    [{ status: "assigned", agentId: "me" }, "with you"],
    [{ status: "assigned", agentId: "emma" }, "with emma"],
    [{ status: "resolved", agentId: null }, "resolved"],
  ] as const)("about who has a conversation: %o", (some, expected) => {
    expect(holding(some as Partial<Conversation> as Conversation, "me", words)).toBe(expected);
  });

  it("about one that is set aside: until when", () => {
    const snoozed = { status: "snoozed", agentId: "me", snoozedUntil: "2040-01-02T09:30:00.000Z" };
    expect(holding(snoozed as Partial<Conversation> as Conversation, "me", words)).toMatch(/^snoozed until .*02/);
  });

  it("to an agent without conversations: what to do about it", () => {
    expect(nothingYet(agent("offline"), t)).toContain("Set yourself available");
    expect(nothingYet(agent("away"), t)).toContain("Set yourself available");
    expect(nothingYet(undefined, t)).toContain("Set yourself available");
    expect(nothingYet(agent("available"), t)).not.toContain("Set yourself available");
  });

  it("about what the router names by a word of its own, or that word where it is new", () => {
    expect([channelName("email", t), channelName("letter", t)]).toEqual(["Email", "letter"]);
    expect([markName("spam", t), markName("toString", t)]).toEqual(["Looks like spam", "toString"]);
    expect([awayReason("lunch", wordsIn("de").t), awayReason("dentist", t)]).toEqual(["Mittagspause", "dentist"]);
  });

  it("about a route that nothing may go out on: why", () => {
    expect(refusalOf(route({ ok: true }), t)).toBeUndefined();
    expect(refusalOf(route({ ok: false, reason: "opted-out", explanation: "…" }), t)).toContain("STOP");
    expect(refusalOf(route({ ok: false, reason: "new-one", explanation: "As it is." }), t)).toBe("As it is.");
  });
});

describe("what the desk says about a call that failed", () => {
  it("is its own words for reasons that it knows, in the agent's language", () => {
    const problem = new Problem(409, "A newer message has come: read it, then decide.", "newer-message");
    expect(explain(problem, t)).toBe("A newer message has come: read it, then resolve.");
    expect(explain(problem, wordsIn("de").t)).toContain("neuere Nachricht");
  });

  it("else the router's, or that no answer came", () => {
    expect(explain(new Problem(409, "The pool says no.", "refused-by-pool"), t)).toBe("The pool says no.");
    expect(explain(new Problem(502, ""), t)).toBe("The router answered 502. Try again.");
    expect(explain(new TypeError("Failed to fetch"), t)).toContain("can't be reached");
  });
});
