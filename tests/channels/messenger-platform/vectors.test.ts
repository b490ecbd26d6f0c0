import { describe, expect, it } from "vitest";
import { disagreements } from "../../../infra/cli/vectors/messenger-platform.ts";
import { eventWebhook, messengerSubject } from "./samples.ts";

const payload = (...events: object[]): unknown => JSON.parse(eventWebhook(messengerSubject, ...events).body);
const text = { message: { mid: "m_1", text: "Hello" } };
const expectation = {
  name: "ours",
  is: "a text",
  kind: "message" as const,
  same: { text: "message.text", from: "sender.id" },
  has: { "media.length": 0 },
};

describe("the table of recorded payloads", () => {
  it("agrees with what is as a person says", () => {
    expect(disagreements(payload(text), expectation)).toStrictEqual([]);
  });

  it.each([
    ["its kind", { ...expectation, kind: "status" as const }, 'kind is "message", not "status"'],
    ["a field", { ...expectation, same: { text: "message.mid" } }, 'text is "Hello", not "m_1"'],
    ["a value", { ...expectation, has: { "media.length": 1 } }, "media.length is 0, not 1"],
  ])("names a disagreement about %s", (_, other, disagreement) => {
    expect(disagreements(payload(text), other)).toContain(disagreement);
  });

  it("disagrees with a payload that becomes several things", () => {
    expect(disagreements(payload(text, text), expectation)).toStrictEqual(["it becomes 2 things, not one"]);
  });

  it("disagrees about the time", () => {
    const late = payload({ ...text, timestamp: "never" });
    expect(disagreements(late, expectation)).toStrictEqual(['providerTime is undefined, not "never"']);
  });
});
