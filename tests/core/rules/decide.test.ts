import { describe, expect, test } from "vitest";
import { messageLanguageSkill } from "../../../shared/core/configuration.ts";
import { rulesEngineVersion } from "../../../shared/core/rules/decide.ts";
import { decideWith, rule } from "./samples.ts";

const needs = (...requirements: [skill: string, level: number][]) => [
  { requirements: requirements.map(([skill, level]) => ({ skill, level })) },
];
const optedOut = { version: 3, optOuts: { "sms-main": { at: "2026-01-01T00:00:00.000Z", sequence: "1" } } };

describe("actions", () => {
  test("without any rule: the default queue, no requirement, normal priority", () => {
    expect(decideWith([])).toEqual({
      kind: "route",
      conversationId: "cnv_1",
      opens: true,
      now: "2026-03-04T10:00:00.000Z",
      language: "en",
      rules: [],
      requested: { queueId: "general", steps: [{ requirements: [] }], priority: "normal", tags: [] },
      versions: {
        engine: rulesEngineVersion,
        detector: "test-1",
        configuration: "0123456789ab",
        identity: 1,
        customer: 2,
      },
    });
  });

  test("the first queue and the first priority count, also when different rules name them", () => {
    const { requested, rules } = decideWith([
      rule("one", {}, { queue: "sales" }),
      rule("two", {}, { queue: "billing", priority: "high" }),
      rule("three", {}, { priority: "low" }),
    ]);
    expect(rules).toEqual(["one", "two", "three"]);
    expect(requested).toMatchObject({ queueId: "sales", priority: "high" });
  });

  test("tags add up, each once", () => {
    const { requested } = decideWith([rule("one", {}, { tags: ["a", "b"] }), rule("two", {}, { tags: ["b", "c"] })]);
    expect(requested.tags).toEqual(["a", "b", "c"]);
  });

  test("a rule that stops is the last, and one that doesn't match stops nothing", () => {
    const { rules } = decideWith([
      rule("elsewhere", { channels: ["web"] }, {}, true),
      rule("first", {}),
      rule("last", { words: ["hello"] }, {}, true),
      rule("never", {}),
    ]);
    expect(rules).toEqual(["first", "last"]);
  });

  test("a rule of which several words occur matches once", () => {
    expect(decideWith([rule("one", { words: ["red", "blue"] })], { text: "Red, blue and red" }).rules).toEqual(["one"]);
  });

  test("the message's language takes the place of the skill `language`", () => {
    const steps = needs([messageLanguageSkill, 3], ["billing", 2]);
    expect(decideWith([rule("one", {}, { steps })], {}, { language: "de" }).requested.steps).toEqual(
      needs(["billing", 2], ["de", 3]),
    );
  });

  test("requirements of several rules add up; of two levels of a skill the higher counts", () => {
    const rules = [
      rule("one", {}, { steps: needs(["en", 2], ["sales", 3]) }),
      rule("two", {}, { steps: needs(["en", 4]) }),
    ];
    expect(decideWith(rules).requested.steps).toEqual(needs(["en", 4], ["sales", 3]));
    expect(decideWith(rules.toReversed()).requested.steps).toEqual(needs(["en", 4], ["sales", 3]));
  });

  test("each rule's requirements relax at their own times", () => {
    const step = (skill: string, level: number, expiresAfterMs?: number) => ({
      requirements: [{ skill, level }],
      ...(expiresAfterMs === undefined ? {} : { expiresAfterMs }),
    });
    const rules = [
      rule("one", {}, { steps: [step("en", 5, 60_000), step("en", 3)] }),
      rule("two", {}, { steps: [step("sales", 4, 30_000), step("sales", 2, 90_000), { requirements: [] }] }),
    ];
    expect(decideWith(rules).requested.steps).toEqual([
      { ...needs(["en", 5], ["sales", 4])[0], expiresAfterMs: 30_000 },
      { ...needs(["en", 5], ["sales", 2])[0], expiresAfterMs: 60_000 },
      { ...needs(["en", 3], ["sales", 2])[0], expiresAfterMs: 90_000 },
      { ...needs(["en", 3])[0] },
    ]);
  });

  test("the first reply goes out in the message's language, else in the default one", () => {
    const rules = [rule("one", {}, { reply: "closed" })];
    const replyIn = (language: string) => decideWith(rules, {}, { language }).automaticReply;
    expect(replyIn("de")).toEqual({ key: "closed", text: "Wir haben geschlossen." });
    expect(replyIn("zh")).toEqual({ key: "closed", text: "We are closed." });
  });

  test("only the message that opens a conversation is answered by itself", () => {
    expect(decideWith([rule("one", {}, { reply: "closed" })], {}, { opens: false })).not.toHaveProperty(
      "automaticReply",
    );
  });
});

describe("kept out of assignment", () => {
  const rules = [rule("one", {}, { queue: "sales", reply: "closed" })];

  test.each(["stop", "help", "start"] as const)("%s", (optOut) => {
    const decision = decideWith(rules, { optOut, text: optOut.toUpperCase() });
    expect(decision).toMatchObject({ kind: "keep", reason: "opt-out-word", rules: [] });
    expect(decision).not.toHaveProperty("automaticReply");
  });

  test("yes is an answer to a question, unless the customer had opted out from this inbox", () => {
    const yes = { optOut: "start", text: " Yes! " } as const;
    expect(decideWith(rules, yes).kind).toBe("route");
    expect(decideWith(rules, yes, { identity: optedOut }).kind).toBe("keep");
    expect(decideWith(rules, { ...yes, inboxId: "sms-second" }, { identity: optedOut }).kind).toBe("route");
    const before = "2025-12-31T23:59:59.000Z";
    expect(decideWith(rules, yes, { identity: optedOut, saidAt: before }).kind).toBe("route");
  });

  test("an ordinary text of somebody who opted out is routed: they want something", () => {
    expect(decideWith(rules, { text: "Where is my parcel?" }, { identity: optedOut }).kind).toBe("route");
  });

  test("a blocked address", () => {
    const identity = { version: 1, optOuts: {}, blocked: { at: "2026-01-01T00:00:00.000Z", by: "agent-en" } };
    expect(decideWith(rules, {}, { identity })).toMatchObject({ kind: "keep", reason: "blocked-address" });
  });
});
