import { describe, expect, test } from "vitest";
import { conversationIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { subjectOf, thread } from "../../shared/core/thread.ts";

describe("thread", () => {
  const own = conversationIdOf("msg_1");

  test.each([
    ["no open conversation: the message opens one", {}, undefined, { conversationId: own, opens: true }],
    [
      "an open one: the message joins it",
      { openConversationId: "cnv_a" },
      undefined,
      { conversationId: "cnv_a", opens: false },
    ],
    ["the open one was seen closed", { openConversationId: "cnv_a" }, "cnv_a", { conversationId: own, opens: true }],
    ["another has opened since", { openConversationId: "cnv_b" }, "cnv_a", { conversationId: "cnv_b", opens: false }],
    ["the slot was freed since", {}, "cnv_a", { conversationId: own, opens: true }],
  ])("%s", (_, customer, closedId, expected) => expect(thread("msg_1", 0, customer, closedId)).toEqual(expected));

  test("a replaced plan opens a conversation of its own", () => {
    const ids = [0, 1, 2].map((planVersion) => thread("msg_1", planVersion, {}).conversationId);
    expect(new Set(ids).size).toBe(3);
  });
});

describe("subjectOf", () => {
  const long = "x".repeat(200);

  test.each([
    ["a short text", "Where is my parcel?", "Where is my parcel?"],
    ["the first line that says something", "\n  \r\n Hello \nmore", "Hello"],
    ["nothing", " \n", ""],
    ["a long line", long, `${long.slice(0, limits.maxSubjectCharacters)}…`],
    [
      "no blank before the dots",
      `${"x".repeat(limits.maxSubjectCharacters - 1)} yes`,
      `${"x".repeat(limits.maxSubjectCharacters - 1)}…`,
    ],
    ["one endless character", `a${"\u0301".repeat(10_000)}`, "…"],
  ])("%s", (_, text, subject) => expect(subjectOf(text)).toBe(subject));

  test("an emoji at the edge stays whole or goes", () => {
    const family = "👨‍👩‍👧‍👦";
    const room = "x".repeat(limits.maxSubjectCharacters - 2);
    expect(subjectOf(room + family)).toBe(`${room}…`);
    expect(subjectOf(room + family).isWellFormed()).toBe(true);
  });
});
