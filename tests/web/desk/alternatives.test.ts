import { describe, expect, it } from "vitest";
import { wayOf, type WaysOut } from "../../../web/desk/compose/alternatives.tsx";
import type { Alternative } from "../../../shared/core/canSend.ts";

/** Notes what was done, by its name. */
function noting(): { done: unknown[][]; ways: Required<WaysOut> } {
  const done: unknown[][] = [];
  const note =
    (name: string) =>
    (...about: unknown[]): void =>
      void done.push([name, ...about]);
  return {
    done,
    ways: {
      onTemplate: note("template"),
      onRoute: note("route"),
      onWait: note("wait"),
      onWithoutFiles: note("files"),
      onWithoutAnswers: note("answers"),
    },
  };
}

const alternatives: [Alternative, unknown[]][] = [
  [{ kind: "template", templateIds: ["hello"] }, ["template", ["hello"]]],
  [
    { kind: "other-channel", identityId: "idn_2", channel: "sms", address: "+4915112345678", inboxId: "sms-main" },
    ["route", "idn_2"],
  ],
  [{ kind: "wait-until", at: "2026-11-22T09:00:00.000Z" }, ["wait", "2026-11-22T09:00:00.000Z"]],
  [{ kind: "remove-files", names: ["film.mov"], maxCount: 1, types: ["image/*"] }, ["files", ["film.mov"]]],
  [{ kind: "remove-quick-replies", maxCount: 0, maxCharacters: 0 }, ["answers"]],
];

describe("what could be done in place of what was refused", () => {
  it.each(alternatives)("is done by a button: %o", (alternative, expected) => {
    const { done, ways } = noting();
    wayOf({ ...alternative }, ways)!.go();
    expect(done).toEqual([expected]);
  });

  it.each(alternatives)("has no button where it can't be done: %o", (alternative) => {
    expect(wayOf({ ...alternative }, {})).toBeUndefined();
  });

  it.each(["wait-for-message", "unblock", "toString", "new-one"])("is no button where others do it: %s", (kind) => {
    expect(wayOf({ kind }, noting().ways)).toBeUndefined();
  });
});
