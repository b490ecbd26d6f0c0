import { describe, expect, test } from "vitest";
import { conversationIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { subjectOf, thread, type AnsweredConversation, type Thread } from "../../shared/core/thread.ts";

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

  const answered: AnsweredConversation = { id: "cnv_old", isOwn: true, messageVersion: 3, closedAt: "2026-03-04" };

  test.each<[string, string | undefined, AnsweredConversation, Thread]>([
    ["a closed one of their own", undefined, answered, { conversationId: "cnv_old", opens: false, reopensAs: 4 }],
    ["a closed one, but another is open", "cnv_a", answered, { conversationId: "cnv_a", opens: false }],
    ["a closed one of somebody else's", undefined, { ...answered, isOwn: false }, { conversationId: own, opens: true }],
    ["one that a merge closed", undefined, { ...answered, continuedIn: "cnv_b" }, { conversationId: own, opens: true }],
    ["one that is open", undefined, { ...answered, closedAt: undefined }, { conversationId: own, opens: true }],
  ])("answering %s", (_, openConversationId, conversation, expected) => {
    expect(thread("msg_1", 0, { openConversationId }, undefined, conversation)).toEqual(expected);
  });

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
