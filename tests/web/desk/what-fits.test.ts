import { describe, expect, it } from "vitest";
import type { RouteCapabilities } from "../../../web/desk/api/types.ts";
import { limits } from "../../../shared/core/limits.ts";
import {
  fewestMessages,
  maxReplyFiles,
  maxUploadBytes,
  problemWith,
  tooLongFor,
} from "../../../web/desk/compose/what-fits.ts";

const megabyte = 1024 * 1024;
const media: RouteCapabilities["media"] = {
  maxCount: 2,
  maxTotalBytes: null,
  isOneMessage: false,
  types: [
    { pattern: "image/jpeg", maxBytes: 5 * megabyte },
    { pattern: "video/*", maxBytes: 16 * megabyte },
    { pattern: "application/pdf", maxBytes: 100 },
  ],
  maxCaptionCharacters: 20,
};
const file = (type: string, size = 50) => ({ type, size });
const sizes = (count: number, size = 50) => Array.from({ length: count }, () => ({ size }));

describe("a file that is to go out", () => {
  it.each([
    ["one that the channel takes", file("image/jpeg"), undefined],
    ["one of a kind that it takes all of", file("video/mp4"), undefined],
    ["another kind", file("image/png"), { kind: "type", taken: ["image/jpeg", "video/*", "application/pdf"] }],
    [
      "one that the browser can't name",
      file(""),
      { kind: "type", taken: ["image/jpeg", "video/*", "application/pdf"] },
    ],
    ["one too large for the channel", file("application/pdf", 101), { kind: "size", maxBytes: 100 }],
    [
      "one too large for the router",
      file("image/jpeg", maxUploadBytes + 1),
      { kind: "size", maxBytes: maxUploadBytes },
    ],
    ["an empty one", file("image/jpeg", 0), { kind: "empty" }],
  ])("is checked before it is brought up: %s", (_, some, problem) => {
    expect(problemWith(some, [], media)).toEqual(problem);
  });

  it("is one too many behind the last that a reply takes, and wherever a channel takes none", () => {
    expect(problemWith(file("image/jpeg"), sizes(maxReplyFiles - 1), media)).toBeUndefined();
    expect(problemWith(file("image/jpeg"), sizes(maxReplyFiles), media)).toEqual({
      kind: "too-many",
      most: maxReplyFiles,
    });
    expect(problemWith(file("image/jpeg"), [], { ...media, maxCount: 0 })).toEqual({ kind: "no-files" });
  });

  it("is one too much where all go on one message, and the ones before it have left too little room", () => {
    const mail = { ...media, maxTotalBytes: 120, isOneMessage: true };
    expect(problemWith(file("image/jpeg", 20), sizes(2), mail)).toBeUndefined();
    expect(problemWith(file("image/jpeg", 21), sizes(2), mail)).toEqual({ kind: "total", maxBytes: 120 });
    expect(problemWith(file("image/jpeg", 21), sizes(2), { ...mail, isOneMessage: false })).toBeUndefined();
  });

  it("has the router's own limits", () => {
    expect([maxUploadBytes, maxReplyFiles]).toEqual([limits.maxUploadBytes, limits.maxReplyFiles]);
  });
});

describe("a reply", () => {
  const takes = {
    text: { maxCharacters: 100, maxParts: 3 },
    media,
    quickReplies: null,
    templates: false,
  } as RouteCapabilities;

  it.each([
    ["nothing", "", 0, 0],
    ["a text that fits", "x".repeat(100), 0, 1],
    ["a longer one", "x".repeat(101), 0, 2],
    ["two files", "", 2, 1],
    ["three files", "", 3, 2],
    ["two files with a text beside them", "x".repeat(20), 2, 1],
    ["two files with a text that does not fit there", "x".repeat(21), 2, 2],
  ])("of %s goes out in so many messages at least", (_, text, fileCount, messages) => {
    expect(fewestMessages({ text, files: sizes(fileCount) }, takes)).toBe(messages);
  });

  it.each([
    ["as many as there is room for", 100, 1],
    ["one too many", 99, 2],
    ["each too large for one alone", 10, 2],
  ])("goes out with two files of 50 bytes by their size together: %s", (_, maxTotalBytes, messages) => {
    const tight = { ...takes, media: { ...media, maxTotalBytes } };
    expect(fewestMessages({ text: "", files: sizes(2) }, tight)).toBe(messages);
  });

  it("is too long only where the channel takes no more parts", () => {
    expect(tooLongFor("x".repeat(300), takes)).toBeUndefined();
    expect(tooLongFor("x".repeat(301), takes)).toBe(300);
  });
});
