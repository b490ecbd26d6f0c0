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
      "an inbox of which nothing arrives there",
      { identity: { ...identity, shutOut: { main: { at, reason: "The customer blocked the bot." } } } },
      "address-unreachable",
      /^Nothing of "main" arrives.*: The customer blocked the bot\. A message to it opens it again\.$/,
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
      "what nobody wrote once half the cap is reached",
      { isAutomatic: true, spentMicros: 300_001, ...withInbox({ spendCap }) },
      "spend-cap",
      /spent 0\.30 EUR of 1\.00 EUR today \(UTC\), of which automatic messages may use 0\.50 EUR/,
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
      { files: Array.from({ length: 11 }, () => picture) },
      "files-not-taken",
      /at most 10 files/,
      [
        {
          kind: "remove-files",
          names: Array.from({ length: 11 }, () => "a.png"),
          maxCount: 10,
          types: ["image/jpeg", "image/*"],
        },
      ],
    ],
    [
      "a file that is too large for its type",
      { files: [{ ...picture, bytes: 600 * 1024 }] },
      "file-too-large",
      /a\.png has 0\.6 MB, and image\/png may have 0\.5 MB/,
      [{ kind: "remove-files", names: ["a.png"], maxCount: 10, types: ["image/jpeg", "image/*"] }],
    ],
    [
      "files that are too large together where all go on one message",
      {
        files: [
          { ...picture, bytes: 300 * 1024 },
          { ...picture, name: "b.png", bytes: 400 * 1024 },
          { ...picture, name: "c.png", bytes: 500 * 1024 },
        ],
        ...withMedia({ maxTotalBytes: 750 * 1024, isOneMessage: true }),
      },
      "file-too-large",
      /one message, which may have 0\.7 MB of them; these have 1\.2 MB/,
      [{ kind: "remove-files", names: ["c.png"], maxCount: 10, types: ["image/jpeg", "image/*"] }],
    ],
    [
      "a file by a name that the provider takes in no type",
      {
        files: [picture, { ...picture, name: "Setup.EXE" }],
        ...withMedia({ refusedName: "\\.(exe|js)$" }),
      },
      "files-not-taken",
      /could run: Setup\.EXE/,
      [{ kind: "remove-files", names: ["Setup.EXE"], maxCount: 10, types: ["image/jpeg", "image/*"] }],
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
