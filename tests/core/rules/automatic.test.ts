import { describe, expect, test } from "vitest";
import type { AutomaticKind } from "../../../shared/core/message.ts";
import { decideWith, rule } from "./samples.ts";

const rules = [rule("invoices", { words: ["invoice"] }, { queue: "billing" }), rule("closed", {}, { reply: "closed" })];

describe("what no person wrote", () => {
  test.each<[AutomaticKind, "route" | "keep"]>([
    ["bounce", "keep"],
    ["auto-reply", "keep"],
    ["auto-generated", "route"],
    ["list", "route"],
  ])("%s: %s, and never answered by itself", (automatic, kind) => {
    const decision = decideWith(rules, { automatic });
    expect(decision).toMatchObject(kind === "keep" ? { kind, reason: automatic } : { kind });
    expect(decision).not.toHaveProperty("automaticReply");
  });

  test("what a person wrote is", () => {
    expect(decideWith(rules)).toMatchObject({ kind: "route", automaticReply: { key: "closed" } });
  });
});

describe("what may not come from its sender", () => {
  test.each(["unauthenticated", "spam", "virus"])("%s: marked, routed, and never answered by itself", (mark) => {
    const decision = decideWith([rule("tagged", {}, { tags: ["mail"], reply: "closed" })], { marks: [mark] });
    expect(decision).toMatchObject({ kind: "route", requested: { tags: ["mail", mark] } });
    expect(decision).not.toHaveProperty("automaticReply");
  });
});

test("what is marked for its own sake, as too large, is answered all the same", () => {
  const decision = decideWith(rules, { marks: ["cut"] });
  expect(decision).toMatchObject({ requested: { tags: ["cut"] }, automaticReply: { key: "closed" } });
});

describe("a subject", () => {
  test("is read by rules", () => {
    expect(decideWith(rules, { subject: "Invoice 4711", text: "See above." }).requested.queueId).toBe("billing");
    expect(decideWith(rules, { subject: "Hello", text: "See above." }).requested.queueId).toBe("general");
  });

  test("does not run into the text", () => {
    const phrase = [rule("one", { words: ["my order"] }, { queue: "sales" })];
    expect(decideWith(phrase, { subject: "About my", text: "parcel" }).requested.queueId).toBe("general");
  });
});

test("an answer to somebody else's conversation names it, for agents", () => {
  const decision = decideWith(rules, {}, { relatesTo: "cnv_other" });
  expect(decision).toMatchObject({ relatesTo: "cnv_other", requested: { tags: ["other-sender"] } });
});

test("an answer to a closed conversation names what it opens again", () => {
  expect(decideWith(rules, {}, { reopens: "cnv_1", opens: false })).toMatchObject({ reopens: "cnv_1", opens: false });
  expect(decideWith(rules)).not.toHaveProperty("reopens");
});
