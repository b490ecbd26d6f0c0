import { describe, expect, it } from "vitest";
import type { Agent, Conversation } from "../../../web/desk/api/types.ts";
import { awayReason, channelName, holding, markName, nothingYet } from "../../../web/desk/words/labels.ts";
import { learn } from "../../../web/desk/words/learn.ts";
import { wordsIn } from "../../../web/desk/words/words.tsx";

await learn("de");

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

describe("what the desk says", () => {
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
});
