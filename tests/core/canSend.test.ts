import { describe, expect, test } from "vitest";
import {
  at,
  hour,
  ago,
  identity,
  facts,
  withChannel,
  withMedia,
  withInbox,
  imported,
  picture,
  windowed,
  forPeople,
  template,
  templates,
  night,
  spendCap,
  countries,
} from "./gate-facts.ts";
import { canSend, type SendFacts } from "../../shared/core/canSend.ts";

describe("canSend says yes to", () => {
  test.each<[string, Partial<SendFacts>]>([
    ["an ordinary reply", {}],
    ["what another inbox was told to stop", { identity: { ...identity, optOuts: { second: { at, sequence: "1" } } } }],
    [
      "whoever lets nothing of another inbox through",
      { identity: { ...identity, shutOut: { second: { at, reason: "" } } } },
    ],
    ["an address that nobody has written from", { identity: undefined, lastInboundAt: undefined }],
    [
      "any address where the channel names none",
      { address: "anyone", ...withChannel({ reachableAddress: undefined }) },
    ],
    ["files without a text", { text: "", files: [picture, picture, picture] }],
    [
      "files that are too large together for one message where they go out in parts",
      { files: [picture, picture], ...withMedia({ maxTotalBytes: 1500 }) },
    ],
    [
      "as many bytes as the one message takes",
      { files: [picture, picture], ...withMedia({ maxTotalBytes: 2000, isOneMessage: true }) },
    ],
    ["a name that only begins as a refused one", { files: [picture], ...withMedia({ refusedName: "^a\\.p$" }) }],
    [
      "a type that is named itself, up to its own size",
      { files: [{ ...picture, contentType: "image/jpeg; q=1", bytes: 1e6 }] },
    ],
    ["answers to choose from", { quickReplies: ["Yes", "No"] }],
    ["a text of as many parts as are allowed", { text: `${"x".repeat(39)} ${"y".repeat(40)}` }],
    ["a country on the list", withInbox({ countries })],
    ["the country of the longest prefix", { address: "+12125550100", ...withInbox({ countries }) }],
    ["an id that is no number, whatever the countries", { address: "DE.123", ...withInbox({ countries: [] }) }],
    ["what just reaches the cap", { spentMicros: 800_000, ...withInbox({ spendCap }) }],
    [
      "what nobody wrote and just reaches half the cap",
      { isAutomatic: true, spentMicros: 300_000, ...withInbox({ spendCap }) },
    ],
    [
      "somebody in an imported record who agreed",
      {
        ...withChannel({ needsConsent: true }),
        identity: { ...imported, consent: { at, by: "crm" } },
        lastInboundAt: undefined,
      },
    ],
    ["somebody in an imported record who has written", { ...withChannel({ needsConsent: true }), identity: imported }],
    ["an imported address where no consent is needed", { identity: imported, lastInboundAt: undefined }],
    ["a message in the open window", { ...windowed, lastInboundAt: ago(24 * hour - 1) }],
    ["an automatic answer in the open window", { ...forPeople, isAutomatic: true, lastInboundAt: ago(hour) }],
    ["a template in the closed window", { ...windowed, template, templates, lastInboundAt: ago(48 * hour) }],
    ["a template to somebody who has never written", { ...windowed, template, templates, lastInboundAt: undefined }],
    ["a template in the open window", { ...windowed, template, templates }],
    ["a template that reads longer than a text may be", { ...windowed, template, templates, text: "x".repeat(500) }],
    [
      "a template by itself, without answering automatically or not",
      { ...windowed, template, templates, isAutomatic: true, lastInboundAt: undefined },
    ],
    [
      "an inbox that knows where its answers go",
      { ...withChannel({ needsReplyUrl: true }), ...withInbox({ replyUrl: "https://counter.example/replies" }) },
    ],
    ["a message by day", withInbox({ quietHours: night })],
    [
      "an answer at night to who has just written",
      {
        now: Date.parse("2026-03-04T22:59:00Z"),
        lastInboundAt: "2026-03-04T21:59:00.000Z",
        ...withInbox({ quietHours: night }),
      },
    ],
  ])("%s", (_, change) => expect(canSend({ ...facts, ...change })).toEqual({ ok: true }));

  test("a person's answer in the week after the window, and marks it as one", () => {
    expect(canSend({ ...facts, ...forPeople, lastInboundAt: ago(24 * hour) })).toEqual({
      ok: true,
      asHumanAgent: true,
    });
    expect(canSend({ ...facts, ...forPeople, lastInboundAt: ago(168 * hour) }).ok).toBe(false);
  });
});

describe("quiet hours", () => {
  const until = (time: string, quietHours = night) => {
    const verdict = canSend({
      ...facts,
      ...withInbox({ quietHours }),
      now: Date.parse(time),
      lastInboundAt: undefined,
    });
    return verdict.ok ? undefined : verdict.alternatives;
  };
  const wait = (time: string) => [{ kind: "wait-until", at: time }];

  test.each([
    ["the minute before", "2026-03-04T19:59:59Z", undefined],
    ["the first minute", "2026-03-04T20:00:00Z", wait("2026-03-05T07:00:00.000Z")],
    ["the last minute", "2026-03-05T06:59:59.999Z", wait("2026-03-05T07:00:00.000Z")],
    ["the minute after", "2026-03-05T07:00:00Z", undefined],
    ["the night in which summer time begins", "2026-03-28T22:00:00Z", wait("2026-03-29T06:00:00.000Z")],
    ["the night in which it ends", "2026-10-24T22:00:00Z", wait("2026-10-25T07:00:00.000Z")],
  ])("%s", (_, time, expected) => expect(until(time)).toEqual(expected));

  test("may lie within a day", () => {
    const noon = { from: "12:00", to: "14:00", timeZone: "UTC" };
    expect(until("2026-03-04T11:59:00Z", noon)).toBeUndefined();
    expect(until("2026-03-04T12:00:00Z", noon)).toEqual(wait("2026-03-04T14:00:00.000Z"));
    expect(until("2026-03-04T14:00:00Z", noon)).toBeUndefined();
  });
});
