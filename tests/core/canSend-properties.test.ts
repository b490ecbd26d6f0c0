import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  capabilities,
  countries,
  facts,
  identity,
  imported,
  inbox,
  night,
  spendCap,
  template,
  templates,
} from "./gate-facts.ts";
import { canSend, type Alternative, type SendFacts } from "../../shared/core/canSend.ts";
import { priceOf } from "../../shared/core/gate/money.ts";

const hour = 3_600_000;
const numRuns = 500;
const ago = (milliseconds: number): string => new Date(facts.now - milliseconds).toISOString();
const at = ago(0);
const maybe = <Value>(...values: Value[]) => fc.constantFrom(undefined, ...values);

const files = fc.array(
  fc.record({
    contentType: fc.constantFrom("image/jpeg", "image/png", "application/pdf"),
    bytes: fc.constantFrom(1, 700_000, 2_000_000),
    name: fc.constantFrom("a", "b"),
  }),
  { maxLength: 12 },
);

/** Anything that the gate may be asked about: each rule refuses some of it. */
const anyFacts: fc.Arbitrary<SendFacts> = fc
  .record({
    text: fc.oneof(fc.constantFrom("", " ", "Hello."), fc.string({ maxLength: 200 })),
    files,
    template: maybe(template, { ...template, id: "bye" }, { ...template, parameters: [] }),
    quickReplies: fc.array(fc.constantFrom("Yes", "No", "Too long to choose"), { maxLength: 3 }),
    isAutomatic: fc.boolean(),
    address: fc.constantFrom("+4915112345678", "+18765550100", "+33612345678", "DE.123", "PARCELCO"),
    identity: maybe<NonNullable<SendFacts["identity"]>>(
      identity,
      imported,
      { ...imported, consent: { at, by: "crm" } },
      { ...identity, blocked: { at, by: "sam" } },
      { ...identity, unreachable: { at, reason: "not assigned" } },
      { ...identity, shutOut: { main: { at, reason: "blocked" }, other: { at, reason: "blocked" } } },
      { ...identity, optOuts: { main: { at, sequence: "1" } } },
    ),
    inbox: maybe(
      inbox,
      { ...inbox, suspended: "moved" },
      { ...inbox, countries },
      { ...inbox, spendCap },
      { ...inbox, quietHours: night },
      { ...inbox, countries, spendCap, quietHours: night },
    ),
    capabilities: maybe(
      capabilities,
      { ...capabilities, needsConsent: true as const },
      { ...capabilities, window: { hours: 24 }, templates: true as const },
      { ...capabilities, window: { hours: 24, humanAgentHours: 168 } },
      { ...capabilities, media: { maxCount: 0, types: [], maxCaptionCharacters: 0 }, quickReplies: undefined },
    ),
    templates: fc.constantFrom([], templates),
    lastInboundAt: maybe(ago(hour / 2), ago(20 * hour), ago(30 * hour), ago(200 * hour)),
    spentMicros: fc.constantFrom(0, 200_000, 500_000, 900_000, 2_000_000),
    now: fc.constantFrom(facts.now, facts.now + 12 * hour),
  })
  .map((some) => ({ ...facts, ...some, inbox: some.inbox, capabilities: some.capabilities, identity: some.identity }));

/** What somebody does who takes the advice; undefined where it leads elsewhere. */
function followed(asked: SendFacts, alternative: Alternative): SendFacts | undefined {
  const open = { ...inbox, ...asked.inbox };
  const now = new Date(asked.now).toISOString();
  switch (alternative.kind) {
    case "template": {
      const use = { ...template, id: alternative.templateIds[0]! };
      return { ...asked, template: use, files: [], quickReplies: [] };
    }
    case "wait-until":
      return { ...asked, now: Date.parse(alternative.at) };
    case "wait-for-message":
      return { ...asked, lastInboundAt: now, identity: { ...identity, optOuts: asked.identity?.optOuts ?? {} } };
    case "wait-for-opt-in":
      return { ...asked, identity: { ...asked.identity!, optOuts: {} } };
    case "unblock":
      return { ...asked, identity: { ...asked.identity!, blocked: undefined } };
    case "restore-inbox":
      return { ...asked, inbox: open, capabilities: asked.capabilities ?? capabilities };
    case "resume-inbox":
      return { ...asked, inbox: { ...open, suspended: undefined } };
    case "allow-country":
      return { ...asked, inbox: { ...open, countries: [{ prefix: alternative.address, allowed: true }] } };
    case "raise-spend-cap":
      return { ...asked, inbox: { ...open, spendCap: { ...spendCap, perDayMicros: 1e12 } } };
    case "record-consent":
      return { ...asked, identity: { ...asked.identity!, consent: { at: now, by: "crm" } } };
    case "write-text":
      return { ...asked, template: undefined, text: "Hello." };
    case "shorten-text":
      return { ...asked, text: asked.text.slice(0, alternative.maxCharacters) };
    case "remove-files": {
      const kept = asked.files.filter(({ name }) => alternative.maxCount > 0 && !alternative.names.includes(name));
      const all = alternative.names.length === asked.files.length;
      return { ...asked, files: all ? asked.files.slice(0, 0) : kept };
    }
    case "remove-quick-replies":
      return { ...asked, quickReplies: [] };
    case "fill-template":
      return { ...asked, template: { ...asked.template!, parameters: alternative.parameters.map(() => "Anna") } };
    case "other-channel":
      return undefined;
  }
}

describe("the gate", () => {
  test("has a reason for every refusal that a person can read, and what to do unless nothing can be done", () => {
    fc.assert(
      fc.property(anyFacts, (asked) => {
        const verdict = canSend(asked);
        if (verdict.ok) return;
        expect(verdict.explanation).toMatch(/^["A-Z0-9a-z].{10,}[.!]$/s);
        expect(verdict.alternatives.length > 0 || asked.address === "PARCELCO").toBe(true);
      }),
      { numRuns },
    );
  });

  test("is passed by whoever takes its advice, step by step", () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const seen: string[] = [];
        let asked = { ...given, address: given.address === "PARCELCO" ? facts.address : given.address };
        for (;;) {
          const verdict = canSend(asked);
          if (verdict.ok) return;
          seen.push(verdict.reason);
          expect(seen.length, seen.join(", ")).toBeLessThan(20);
          const next = followed(asked, verdict.alternatives[0]!);
          expect(next, verdict.reason).toBeDefined();
          asked = next!;
        }
      }),
      { numRuns },
    );
  });

  test("says the same whatever the order of prices, countries, files' types that don't overlap, and templates", () => {
    fc.assert(
      fc.property(anyFacts, (asked) => {
        const { inbox: given, capabilities: channel } = asked;
        const turned: SendFacts = {
          ...asked,
          templates: asked.templates.toReversed(),
          inbox: given && {
            ...given,
            countries: given.countries?.toReversed(),
            spendCap: given.spendCap && { ...given.spendCap, priceMicros: given.spendCap.priceMicros.toReversed() },
          },
          capabilities: channel,
        };
        expect(canSend(turned)).toEqual(canSend(asked));
      }),
      { numRuns },
    );
  });

  test("leaves people half the cap, however many automatic messages are asked for", () => {
    const asked = fc.record({
      isAutomatic: fc.boolean(),
      text: fc.constantFrom("Hello.", "x".repeat(60)),
      address: fc.constantFrom("+4915112345678", "+4930123456", "+33612345678"),
    });
    let refusedOnlyByItself = 0;
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 20 }), (all) => {
        let [spentMicros, ofAutomatic] = [0, 0];
        for (const message of all) {
          const now = { ...facts, ...message, inbox: { ...inbox, spendCap }, spentMicros };
          if (message.isAutomatic && !canSend(now).ok && canSend({ ...now, isAutomatic: false }).ok)
            refusedOnlyByItself += 1;
          if (!canSend(now).ok) continue;
          const price = Math.ceil(message.text.length / 40) * priceOf(spendCap, message.address);
          spentMicros += price;
          if (message.isAutomatic) ofAutomatic += price;
        }
        expect(ofAutomatic).toBeLessThanOrEqual(spendCap.perDayMicros / 2);
        expect(spentMicros).toBeLessThanOrEqual(spendCap.perDayMicros);
      }),
      { numRuns: 100 },
    );
    expect(refusedOnlyByItself).toBeGreaterThan(0);
  });

  test("never lets anything automatic out where it refuses a person", () => {
    fc.assert(
      fc.property(anyFacts, (asked) => {
        const automatic = canSend({ ...asked, isAutomatic: true });
        const persons = canSend({ ...asked, isAutomatic: false });
        expect(automatic.ok && !persons.ok).toBe(false);
        expect(automatic).not.toHaveProperty("asHumanAgent");
      }),
      { numRuns },
    );
  });
});
