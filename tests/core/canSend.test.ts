import { describe, expect, test } from "vitest";
import { canSend, type SendFacts } from "../../shared/core/canSend.ts";
import type { Capabilities } from "../../shared/core/capabilities.ts";
import type { Inbox } from "../../shared/core/configuration.ts";

const at = "2026-03-04T10:00:00.000Z";
const now = Date.parse(at);
const hour = 3_600_000;
const ago = (milliseconds: number): string => new Date(now - milliseconds).toISOString();

const capabilities: Capabilities = {
  text: { maxCharacters: 40, maxParts: 2 },
  media: {
    maxCount: 2,
    types: [
      { pattern: "image/jpeg", maxBytes: 1024 * 1024 },
      { pattern: "image/*", maxBytes: 512 * 1024 },
    ],
    maxCaptionCharacters: 10,
  },
  reachableAddress: "^(\\+\\d{7,15}|DE\\.\\d+)$",
  quickReplies: { maxCount: 2, maxCharacters: 8 },
  telephone: true,
  optOut: true,
  statuses: true,
  subjects: false,
  typing: false,
};
const inbox: Inbox = { id: "main", channel: "sms", address: "+15005550006" };
const identity = { optOuts: {}, evidence: [{ kind: "first-contact", at }] } satisfies SendFacts["identity"];
const facts: SendFacts = {
  text: "Your parcel is on its way.",
  files: [],
  quickReplies: [],
  isAutomatic: false,
  address: "+4915112345678",
  inboxId: "main",
  inbox,
  identity,
  capabilities,
  templates: [],
  lastInboundAt: ago(hour),
  spentMicros: 0,
  now,
};
const withChannel = (change: Partial<Capabilities>): Partial<SendFacts> => ({
  capabilities: { ...capabilities, ...change },
});
const withInbox = (change: Partial<Inbox>): Partial<SendFacts> => ({ inbox: { ...inbox, ...change } });

const imported = { optOuts: {}, evidence: [{ kind: "imported", at }] } satisfies SendFacts["identity"];
const picture = { contentType: "image/png", bytes: 1000, name: "a.png" };
const windowed = withChannel({ window: { hours: 24 }, templates: true });
const forPeople = withChannel({ window: { hours: 24, humanAgentHours: 168 } });
const template = { id: "hello", name: "hello_1", language: "en", parameters: ["Anna"] };
const templates = [{ id: "hello", parameters: ["name"] }];
const night = { from: "21:00", to: "08:00", timeZone: "Europe/Berlin" };
const spendCap = {
  perDayMicros: 1_000_000,
  currency: "EUR",
  priceMicros: [
    { prefix: "", micros: 400_000 },
    { prefix: "+49", micros: 300_000 },
    { prefix: "+4915", micros: 200_000 },
  ],
};
const countries = [
  { prefix: "+1", allowed: true },
  { prefix: "+1876", allowed: false },
  { prefix: "+49", allowed: true },
];

describe("canSend says yes to", () => {
  test.each<[string, Partial<SendFacts>]>([
    ["an ordinary reply", {}],
    ["what another inbox was told to stop", { identity: { ...identity, optOuts: { second: { at, sequence: "1" } } } }],
    ["an address that nobody has written from", { identity: undefined, lastInboundAt: undefined }],
    [
      "any address where the channel names none",
      { address: "anyone", ...withChannel({ reachableAddress: undefined }) },
    ],
    ["files without a text", { text: "", files: [picture, picture, picture] }],
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

describe("canSend says no to", () => {
  test.each<[string, Partial<SendFacts>, string, RegExp, unknown[]]>([
    [
      "an inbox that is gone",
      { inbox: undefined },
      "no-route-back",
      /inbox "main"/,
      [{ kind: "restore-inbox", inboxId: "main" }],
    ],
    [
      "a channel that is gone",
      { capabilities: undefined },
      "no-route-back",
      /channel "sms"/,
      [{ kind: "restore-inbox", inboxId: "main" }],
    ],
    [
      "an inbox that is suspended",
      withInbox({ suspended: "the number is being moved" }),
      "inbox-suspended",
      /the number is being moved/,
      [{ kind: "resume-inbox", inboxId: "main" }],
    ],
    ["an inbox that only receives", withChannel({ needsReplyUrl: true }), "no-route-back", /"main" only receives/, []],
    ["a sender that can't be answered", { address: "PARCELCO" }, "no-route-back", /"PARCELCO" only sends/, []],
    [
      "a blocked address",
      { identity: { ...identity, blocked: { at, by: "agent-en" } } },
      "blocked-address",
      /agent-en blocked/,
      [{ kind: "unblock", address: facts.address }],
    ],
    [
      "somebody who stopped",
      { identity: { ...identity, optOuts: { main: { at, sequence: "1" } } } },
      "opted-out",
      /stopped messages from "main" at 2026-03-04T10:00:00.000Z.*START/,
      [{ kind: "wait-for-opt-in", inboxId: "main" }],
    ],
    [
      "an address where nothing arrives",
      { identity: { ...identity, unreachable: { at, reason: "the number is not assigned" } } },
      "address-unreachable",
      /the number is not assigned/,
      [{ kind: "wait-for-message", inboxId: "main" }],
    ],
    [
      "an imported address without consent",
      { ...withChannel({ needsConsent: true }), identity: imported, lastInboundAt: undefined },
      "no-consent",
      /imported record/,
      [
        { kind: "record-consent", address: facts.address },
        { kind: "wait-for-message", inboxId: "main" },
      ],
    ],
    [
      "a country that is not on the list",
      { address: "+33612345678", ...withInbox({ countries }) },
      "country-not-allowed",
      /\+33612345678/,
      [{ kind: "allow-country", inboxId: "main", address: "+33612345678" }],
    ],
    [
      "a country that shares the prefix of one on the list",
      { address: "+18765550100", ...withInbox({ countries }) },
      "country-not-allowed",
      /\+18765550100/,
      [{ kind: "allow-country", inboxId: "main", address: "+18765550100" }],
    ],
    [
      "any message once the cap is reached",
      { spentMicros: 800_001, ...withInbox({ spendCap }) },
      "spend-cap",
      /spent 0\.80 EUR of 1\.00 EUR today.*0\.20 EUR more/,
      [{ kind: "raise-spend-cap", inboxId: "main" }],
    ],
    [
      "a number that costs more than is left",
      { address: "+33612345678", spentMicros: 700_000, ...withInbox({ spendCap }) },
      "spend-cap",
      /0\.40 EUR more/,
      [{ kind: "raise-spend-cap", inboxId: "main" }],
    ],
    [
      "a reply whose parts cost more than is left",
      { text: "x".repeat(80), spentMicros: 700_000, ...withInbox({ spendCap }) },
      "spend-cap",
      /0\.40 EUR more/,
      [
        { kind: "raise-spend-cap", inboxId: "main" },
        { kind: "shorten-text", maxCharacters: 40 },
      ],
    ],
    [
      "a message at night",
      { now: Date.parse("2026-03-04T23:10:30Z"), ...withInbox({ quietHours: night }) },
      "quiet-hours",
      /21:00 to 08:00 \(Europe\/Berlin\)/,
      [{ kind: "wait-until", at: "2026-03-05T07:00:00.000Z" }],
    ],
    [
      "an automatic message at night",
      { isAutomatic: true, now: Date.parse("2026-03-04T20:00:00Z"), ...withInbox({ quietHours: night }) },
      "quiet-hours",
      /only answers/,
      [{ kind: "wait-until", at: "2026-03-05T07:00:00.000Z" }],
    ],
    [
      "free text in the closed window",
      { ...windowed, templates, lastInboundAt: ago(24 * hour) },
      "window-closed",
      /last wrote to "main" at 2026-03-03T10:00:00.000Z.*24 hours/,
      [
        { kind: "template", templateIds: ["hello"] },
        { kind: "wait-for-message", inboxId: "main" },
      ],
    ],
    [
      "free text where no template is approved",
      { ...windowed, lastInboundAt: ago(25 * hour) },
      "window-closed",
      /24 hours/,
      [{ kind: "wait-for-message", inboxId: "main" }],
    ],
    [
      "free text to somebody who has never written",
      { ...windowed, lastInboundAt: undefined },
      "window-closed",
      /has not written/,
      [{ kind: "wait-for-message", inboxId: "main" }],
    ],
    [
      "an automatic answer once the window is closed",
      { ...forPeople, isAutomatic: true, lastInboundAt: ago(25 * hour) },
      "window-closed",
      /24 hours/,
      [{ kind: "wait-for-message", inboxId: "main" }],
    ],
    [
      "a template where the channel has none",
      { ...forPeople, template, lastInboundAt: ago(hour) },
      "template-not-taken",
      /takes no templates/,
      [{ kind: "write-text" }],
    ],
    [
      "a template of another inbox",
      { ...windowed, template: { ...template, id: "bye" }, templates },
      "template-not-taken",
      /"bye" is no template of "main"/,
      [{ kind: "template", templateIds: ["hello"] }],
    ],
    [
      "a template with a gap too few",
      { ...windowed, template: { ...template, parameters: [] }, templates },
      "template-parameters",
      /takes 1 texts.*\(name\)/,
      [{ kind: "fill-template", parameters: ["name"], maxCharacters: 1000 }],
    ],
    [
      "a template with an empty gap",
      { ...windowed, template: { ...template, parameters: [" "] }, templates },
      "template-parameters",
      /1 to 1000 characters/,
      [{ kind: "fill-template", parameters: ["name"], maxCharacters: 1000 }],
    ],
    ["no text", { text: " \n\t" }, "text-empty", /no text/, [{ kind: "write-text" }]],
    [
      "answers to choose from without a question",
      { text: "", files: [picture], quickReplies: ["Yes"] },
      "text-empty",
      /no text/,
      [{ kind: "write-text" }],
    ],
    [
      "files where the channel takes none",
      { files: [picture], ...withChannel({ media: { maxCount: 0, types: [], maxCaptionCharacters: 0 } }) },
      "files-not-taken",
      /takes no files/,
      [{ kind: "remove-files", names: ["a.png"], maxCount: 0, types: [] }],
    ],
    [
      "files with a template",
      { ...windowed, template, templates, files: [picture] },
      "files-not-taken",
      /by itself/,
      [{ kind: "remove-files", names: ["a.png"], maxCount: 0, types: ["image/jpeg", "image/*"] }],
    ],
    [
      "a file of a type that is not taken",
      { files: [picture, { ...picture, contentType: "application/zip", name: "b.zip" }] },
      "files-not-taken",
      /image\/jpeg, image\/\*: not b\.zip/,
      [{ kind: "remove-files", names: ["b.zip"], maxCount: 10, types: ["image/jpeg", "image/*"] }],
    ],
    [
      "too many files",
      { files: Array(11).fill(picture) },
      "files-not-taken",
      /at most 10 files/,
      [{ kind: "remove-files", names: Array(11).fill("a.png"), maxCount: 10, types: ["image/jpeg", "image/*"] }],
    ],
    [
      "a file that is too large for its type",
      { files: [{ ...picture, bytes: 600 * 1024 }] },
      "file-too-large",
      /a\.png has 0\.6 MB, and image\/png may have 0\.5 MB/,
      [{ kind: "remove-files", names: ["a.png"], maxCount: 10, types: ["image/jpeg", "image/*"] }],
    ],
    [
      "too many answers to choose from",
      { quickReplies: ["a", "b", "c"] },
      "quick-replies-not-taken",
      /at most 2/,
      [{ kind: "remove-quick-replies", maxCount: 2, maxCharacters: 8 }],
    ],
    [
      "the same answer twice",
      { quickReplies: ["a", "a"] },
      "quick-replies-not-taken",
      /different/,
      [{ kind: "remove-quick-replies", maxCount: 2, maxCharacters: 8 }],
    ],
    [
      "an answer that is too long",
      { quickReplies: ["123456789"] },
      "quick-replies-not-taken",
      /8 characters/,
      [{ kind: "remove-quick-replies", maxCount: 2, maxCharacters: 8 }],
    ],
    [
      "answers where the channel takes none",
      { quickReplies: ["a"], ...withChannel({ quickReplies: undefined }) },
      "quick-replies-not-taken",
      /takes no answers/,
      [{ kind: "remove-quick-replies", maxCount: 0, maxCharacters: 0 }],
    ],
    [
      "one character too many",
      { text: "x".repeat(81) },
      "text-too-long",
      /81 characters.*80/,
      [{ kind: "shorten-text", maxCharacters: 80 }],
    ],
    [
      "words that don't fit the parts",
      { text: `${"x".repeat(30)} ${"y".repeat(30)} ${"z".repeat(18)}` },
      "text-too-long",
      /3 parts.*2/,
      [{ kind: "shorten-text", maxCharacters: 60 }],
    ],
  ])("%s", (_, change, reason, explanation, alternatives) => {
    const verdict = canSend({ ...facts, ...change });
    expect(verdict).toMatchObject({ ok: false, reason, alternatives });
    expect(verdict.ok || verdict.explanation).toMatch(explanation);
  });

  test("what no change of the message can help first", () => {
    const stopped = { ...identity, optOuts: { main: { at, sequence: "1" } } };
    expect(canSend({ ...facts, text: "", identity: stopped })).toMatchObject({ reason: "opted-out" });
    expect(canSend({ ...facts, text: "", ...windowed, lastInboundAt: ago(25 * hour) })).toMatchObject({
      reason: "window-closed",
    });
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
