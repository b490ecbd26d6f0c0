import { describe, expect, it } from "vitest";
import { Problem, problemOf } from "../../../web/desk/api/problem.ts";
import type { Route } from "../../../web/desk/api/types.ts";
import { refusedFiles } from "../../../web/desk/compose/obstacle.tsx";
import { takenTypes } from "../../../web/desk/words/file-types.ts";
import { adviceOf, explain, fileProblem, refusalOf } from "../../../web/desk/words/refusals.ts";
import { learn } from "../../../web/desk/words/learn.ts";
import { wordsIn } from "../../../web/desk/words/words.tsx";
import type { Alternative, RefusalReason } from "../../../shared/core/canSend.ts";

await learn("de");

const words = wordsIn("en");
const { t } = words;

describe("what the desk says about a call that failed", () => {
  it("is its own words for reasons that it knows, in the agent's language", () => {
    const problem = new Problem(409, "A newer message has come: read it, then decide.", "newer-message");
    expect(explain(problem, t)).toBe("A newer message has come: read it, then resolve.");
    expect(explain(problem, wordsIn("de").t)).toContain("neuere Nachricht");
  });

  it("else the router's, or that no answer came", () => {
    expect(explain(new Problem(409, "The pool says no.", "refused-by-pool"), t)).toBe("The pool says no.");
    expect(explain(new Problem(502, ""), t)).toBe("The router answered 502. Try again.");
    expect(explain(new TypeError("Failed to fetch"), t)).toContain("can't be reached");
  });

  it("is that the sign-in has ended, whatever the front door calls that", () => {
    expect(explain(new Problem(401, "Unauthorized"), wordsIn("de").t)).toBe("Ihre Anmeldung ist abgelaufen.");
  });

  it("keeps what could be done instead", () => {
    const alternatives = [{ kind: "wait-until", at: "2026-11-22T09:00:00.000Z" }];
    const problem = problemOf(409, { detail: "It is night.", reason: "quiet-hours", alternatives });
    expect(problem).toMatchObject({ status: 409, message: "It is night.", reason: "quiet-hours", alternatives });
    expect(problemOf(502, undefined)).toMatchObject({ status: 502, message: "", alternatives: [] });
  });
});

/** Every one that the gate has: a new one does not go without words. */
const reasons: Record<RefusalReason, true> = {
  "no-route-back": true,
  "inbox-suspended": true,
  "blocked-address": true,
  "address-unreachable": true,
  "opted-out": true,
  "no-consent": true,
  "country-not-allowed": true,
  "spend-cap": true,
  "quiet-hours": true,
  "window-closed": true,
  "template-not-taken": true,
  "template-parameters": true,
  "text-empty": true,
  "text-too-long": true,
  "files-not-taken": true,
  "file-too-large": true,
  "quick-replies-not-taken": true,
};

describe("a route that nothing may go out on", () => {
  const said = (canSend: Route["canSend"]) => refusalOf({ canSend }, t);

  it.each(Object.keys(reasons))("says why in the desk's words: %s", (reason) => {
    const told = said({ ok: false, reason, explanation: "As the gate says." });
    expect(told).not.toBe("As the gate says.");
    expect(told).toMatch(/^[A-Z].*\.$/);
  });

  it("says it in the gate's words where they are new, and nothing where all may", () => {
    expect(said({ ok: false, reason: "new-one", explanation: "As it is." })).toBe("As it is.");
    expect(said({ ok: true })).toBeUndefined();
  });
});

describe("what others can do about a refusal", () => {
  /** `button`: it is done on the desk. */
  const kinds: Record<Alternative["kind"], "sentence" | "button" | "here"> = {
    template: "button",
    "other-channel": "button",
    "wait-until": "button",
    "remove-files": "button",
    "remove-quick-replies": "button",
    "wait-for-message": "sentence",
    "wait-for-opt-in": "sentence",
    unblock: "sentence",
    "restore-inbox": "sentence",
    "resume-inbox": "sentence",
    "allow-country": "sentence",
    "raise-spend-cap": "sentence",
    "record-consent": "sentence",
    "shorten-text": "sentence",
    "write-text": "here",
    "fill-template": "here",
  };

  it.each(Object.entries(kinds))("%s is a %s", (kind, expected) => {
    const advice = adviceOf({ kind, maxCharacters: 1600 }, words);
    expect(advice !== undefined).toBe(expected === "sentence");
  });

  it("names how short a text has to be", () => {
    expect(adviceOf({ kind: "shorten-text", maxCharacters: 1600 }, words)).toBe("Shorten it to 1,600 characters.");
  });
});

describe("a file that can't go out", () => {
  const office = "application/vnd.openxmlformats-officedocument";
  const taken = ["image/jpeg", "image/png", "audio/*", "video/mp4", "video/3gpp", "text/vcard", "text/x-vcard"];
  const documents = ["text/plain", "application/pdf", "application/msword", `${office}.wordprocessingml.document`];

  it("is told with why", () => {
    expect(fileProblem({ kind: "type", taken }, words)).toBe("files of its type are not taken.");
    expect(fileProblem({ kind: "size", maxBytes: 5 * 1024 * 1024 }, words)).toBe("it is larger than 5 MB.");
  });

  it("is told with what could, once for all, in words that people know", () => {
    const problem = { kind: "type" as const, taken: [...taken, ...documents] };
    expect(takenTypes([problem, { kind: "empty" }, problem], words)).toBe(
      "This channel takes pictures (JPEG, PNG), sound, videos (MP4, 3GP), contacts, TXT, PDF, and Word.",
    );
    const whole = ["image/*", "video/*", "audio/*", "application/*", "text/*"];
    expect(takenTypes([{ kind: "type", taken: whole }], wordsIn("de"))).toBe(
      "Dieser Kanal nimmt Bilder, Videos, Ton, Dokumente und Texte.",
    );
    expect(takenTypes([{ kind: "empty" }], words)).toBeUndefined();
  });

  it("is named by the router's refusal", () => {
    const alternatives = [{ kind: "remove-files", names: ["fake.png"], maxCount: 10, types: ["image/*"] }];
    expect(refusedFiles(new Problem(409, "No.", "files-not-taken", alternatives))).toEqual(["fake.png"]);
    expect(refusedFiles(new Problem(409, "No.", "opted-out"))).toEqual([]);
    expect(refusedFiles(undefined)).toEqual([]);
  });
});
