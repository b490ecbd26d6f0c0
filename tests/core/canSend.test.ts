import { describe, expect, test } from "vitest";
import { canSend, type SendFacts } from "../../shared/core/canSend.ts";

const at = "2026-03-04T10:00:00.000Z";
const facts: SendFacts = {
  text: "Your parcel is on its way.",
  address: "+4915112345678",
  inboxId: "sms-main",
  inbox: { id: "sms-main", channel: "sms", address: "+15005550006" },
  identity: { optOuts: {} },
  capabilities: { text: { maxCharacters: 40, maxParts: 1 }, reachableAddress: "^\\+\\d{7,15}$" },
};

describe("canSend", () => {
  test("an ordinary reply", () => expect(canSend(facts)).toEqual({ ok: true }));

  test("an opt-out from another inbox leaves this one open", () => {
    expect(canSend({ ...facts, identity: { optOuts: { "sms-second": { at, sequence: "1" } } } }).ok).toBe(true);
  });

  test("an address that nobody has written from is not refused for that", () => {
    expect(canSend({ ...facts, identity: undefined }).ok).toBe(true);
  });

  test("a channel that names no reachable addresses reaches all", () => {
    expect(
      canSend({ ...facts, address: "anyone", capabilities: { text: { maxCharacters: 40, maxParts: 1 } } }).ok,
    ).toBe(true);
  });

  test.each<[string, Partial<SendFacts>, string, RegExp, unknown[]]>([
    [
      "opted out",
      { identity: { optOuts: { "sms-main": { at, sequence: "1" } } } },
      "opted-out",
      /stopped messages from "sms-main" at 2026-03-04T10:00:00.000Z.*START/,
      [{ kind: "wait-for-opt-in", inboxId: "sms-main" }],
    ],
    [
      "blocked",
      { identity: { optOuts: {}, blocked: { at, by: "agent-en" } } },
      "blocked-address",
      /agent-en blocked/,
      [{ kind: "unblock", address: "+4915112345678" }],
    ],
    ["a sender that can't be answered", { address: "PARCELCO" }, "no-route-back", /"PARCELCO" only sends/, []],
    [
      "an inbox that is gone",
      { inbox: undefined },
      "no-route-back",
      /inbox "sms-main"/,
      [{ kind: "restore-inbox", inboxId: "sms-main" }],
    ],
    [
      "a channel that is gone",
      { capabilities: undefined },
      "no-route-back",
      /channel "sms"/,
      [{ kind: "restore-inbox", inboxId: "sms-main" }],
    ],
    ["no text", { text: " \n\t" }, "text-empty", /no text/, []],
    [
      "one character too many",
      { text: "x".repeat(41) },
      "text-too-long",
      /41 characters.*40/,
      [{ kind: "shorten-text", maxCharacters: 40 }],
    ],
  ])("%s", (_, change, reason, explanation, alternatives) => {
    const verdict = canSend({ ...facts, ...change });
    expect(verdict).toMatchObject({ ok: false, reason, alternatives });
    expect(verdict.ok || verdict.explanation).toMatch(explanation);
  });

  test("what no change of the text can help is said first", () => {
    const verdict = canSend({ ...facts, text: "", identity: { optOuts: { "sms-main": { at, sequence: "1" } } } });
    expect(verdict).toMatchObject({ reason: "opted-out" });
  });
});
