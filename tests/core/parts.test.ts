import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Capabilities } from "../../shared/core/capabilities.ts";
import { partsOf, textPieces } from "../../shared/core/parts.ts";
import { byteLength } from "../../shared/core/text.ts";

const clusters = (text: string): string[] =>
  Array.from(new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text), ({ segment }) => segment);

const family = "👨‍👩‍👧‍👦";

describe("a text is cut", () => {
  test.each<[string, string, number, string[]]>([
    ["not at all where it fits", " as it is ", 10, [" as it is "]],
    ["between words", "one two three", 8, ["one two", "three"]],
    ["behind a word that just fits", "seven77 more", 7, ["seven77", "more"]],
    ["within a word that is too long", "abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["at blanks of any kind, which go", "one\n\n\ttwo  three", 5, ["one", "two", "three"]],
    ["never within a character as people count them", `ab${family}cd`, 12, ["ab", `${family}c`, "d"]],
    ["but keeps the blanks at its own end", "one two\n ", 6, ["one", "two\n "]],
    ["not behind blanks alone", "          word", 6, ["word"]],
  ])("%s", (_, text, maxCharacters, pieces) => expect(textPieces(text, { maxCharacters })).toEqual(pieces));

  test("by its bytes where the provider counts them", () => {
    expect(textPieces("äöü äöü", { maxCharacters: 100, maxBytes: 6 })).toEqual(["äöü", "äöü"]);
  });

  const words = fc.array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.toWellFormed()),
      fc.constantFrom(" ", "\n", "\r\n", "\u00a0", " \u0301", family, "🇩🇪", "e\u0301"),
    ),
    { maxLength: 30 },
  );
  const limits = fc.record({
    maxCharacters: fc.integer({ min: 32, max: 80 }),
    maxBytes: fc.option(fc.integer({ min: 64, max: 160 }), { nil: undefined }),
  });
  const wordsOf = (text: string): string[] => clusters(text).filter((each) => each.trim() !== "");

  test("so that the parts give it back but for blanks, none is over a limit, and no character is torn", () => {
    fc.assert(
      fc.property(words, limits, (some, limit) => {
        const text = some.join("");
        const pieces = textPieces(text, limit);
        expect(pieces.flatMap(wordsOf).join("")).toBe(wordsOf(text).join(""));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit.maxCharacters);
          expect(byteLength(piece)).toBeLessThanOrEqual(limit.maxBytes ?? Infinity);
          expect(piece.isWellFormed()).toBe(true);
        }
        const fitting = clusters(text).every(
          (each) => each.length <= limit.maxCharacters && byteLength(each) <= (limit.maxBytes ?? Infinity),
        );
        const isTorn = JSON.stringify(pieces.flatMap(wordsOf)) !== JSON.stringify(wordsOf(text));
        expect(fitting && isTorn).toBe(false);
      }),
    );
  });

  test("in a character that is over the limit by itself, between its code points", () => {
    const zalgo = `a${"\u0301".repeat(9)}`;
    expect(textPieces(zalgo, { maxCharacters: 4 })).toEqual([zalgo.slice(0, 4), zalgo.slice(4, 8), zalgo.slice(8)]);
    expect(textPieces("😀😀", { maxCharacters: 1 })).toEqual(["😀", "😀"]);
  });
});

describe("a reply goes out as", () => {
  const channel: Pick<Capabilities, "text" | "media" | "quickReplies"> = {
    text: { maxCharacters: 20, maxParts: 5 },
    media: {
      maxCount: 2,
      maxTotalBytes: 100,
      types: [
        { pattern: "audio/*", maxBytes: 9, withoutCaption: true },
        { pattern: "*/*", maxBytes: 9 },
      ],
      maxCaptionCharacters: 10,
    },
    quickReplies: { maxCount: 3, maxCharacters: 20, maxTextCharacters: 10 },
  };
  const picture = { contentType: "image/png", bytes: 40 };
  const voice = { contentType: "audio/ogg", bytes: 40 };
  const reply = { text: "", files: [], quickReplies: [] };
  const part = (text: string, files: number[] = [], quickReplies: string[] = []) => ({ text, files, quickReplies });

  test.each<[string, Partial<Parameters<typeof partsOf>[0]>, ReturnType<typeof partsOf>]>([
    ["one message", { text: "Hello." }, [part("Hello.")]],
    ["texts in their order", { text: "one two three four five" }, [part("one two three four"), part("five")]],
    ["a picture with its caption", { text: "Here.", files: [picture] }, [part("Here.", [0])]],
    [
      "groups of files, the caption on the first",
      { text: "Here.", files: [picture, picture, picture] },
      [part("Here.", [0, 1]), part("", [2])],
    ],
    [
      "a text, then files, where the caption is too long",
      { text: "Here it is now.", files: [picture] },
      [part("Here it is now."), part("", [0])],
    ],
    [
      "a text, then files, where one takes no caption",
      { text: "Here.", files: [picture, voice] },
      [part("Here."), part("", [0, 1])],
    ],
    ["files alone", { files: [picture, picture] }, [part("", [0, 1])]],
    [
      "files that are too large together, each in its own message",
      { files: [picture, { ...picture, bytes: 61 }, { ...picture, bytes: 40 }] },
      [part("", [0]), part("", [1]), part("", [2])],
    ],
    [
      "answers to choose from on the last text, within its limit",
      { text: "one two three", quickReplies: ["Yes"] },
      [part("one two"), part("three", [], ["Yes"])],
    ],
    [
      "files before what has answers to choose from",
      { text: "Which?", files: [picture], quickReplies: ["Yes"] },
      [part("", [0]), part("Which?", [], ["Yes"])],
    ],
    [
      "a template as it is",
      { text: "x".repeat(50), template: { id: "t", name: "t", language: "en", parameters: [] } },
      [part("x".repeat(50))],
    ],
  ])("%s", (_, change, parts) => expect(partsOf({ ...reply, ...change }, channel)).toEqual(parts));
});
