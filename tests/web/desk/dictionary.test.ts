import { describe, expect, it } from "vitest";
import { sourcesUnder } from "../../tidy/sources.ts";
import { de } from "../../../web/desk/words/de.ts";
import { languageChoices, speaks, translator } from "../../../web/desk/words/dictionary.ts";
import { en, type Dictionary, type Entry } from "../../../web/desk/words/en.ts";
import { learn } from "../../../web/desk/words/learn.ts";
import { wordsIn } from "../../../web/desk/words/words.tsx";
import { zh } from "../../../web/desk/words/zh.ts";

const dictionaries = { en, de, zh } satisfies Record<string, Dictionary>;
await Promise.all(languageChoices.map(([language]) => learn(language)));

const textsOf = (entry: Entry): string[] =>
  typeof entry === "string" ? [entry] : [entry.other, ...(entry.one === undefined ? [] : [entry.one])];
const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).toSorted();
const keys = Object.keys(dictionaries.en) as (keyof typeof dictionaries.en)[];

describe.each(Object.entries(dictionaries))("the desk's words in %s", (_language, dictionary: Dictionary) => {
  it("are complete: each key has a text, and none is there that English lacks", () => {
    expect(Object.keys(dictionary).toSorted()).toEqual(keys.toSorted());
    expect(keys.filter((key) => textsOf(dictionary[key]).some((text) => text.trim() === ""))).toEqual([]);
  });

  it("name the same values as the English ones", () => {
    const other = keys.filter((key) => {
      const expected = placeholdersOf(textsOf(dictionaries.en[key])[0]!);
      return placeholdersOf(textsOf(dictionary[key])[0]!).join() !== expected.join();
    });
    expect(other).toEqual([]);
  });
});

it.each(["de", "zh"] as const)("the desk's words in %s are translated, not copied", (language) => {
  const alike = keys.filter((key) => {
    const english = textsOf(dictionaries.en[key])[0]!;
    return english.split(" ").length > 2 && textsOf(dictionaries[language][key])[0] === english;
  });
  expect(alike).toEqual([]);
});

it("nothing in the dictionary is unused", () => {
  const code = sourcesUnder("web")
    .filter(({ path }) => path.startsWith("web/desk/") && !/words\/(en|de|zh)\.ts$/.test(path))
    .map(({ text }) => text)
    .join("\n");
  const computed = [/^help\./, /^presence\./, /^settings\.theme-/];
  expect(keys.filter((key) => !code.includes(`"${key}"`) && !computed.some((each) => each.test(key)))).toEqual([]);
});

describe("a text", () => {
  it("takes the form of its number in its language", () => {
    const { t } = wordsIn("en");
    expect(t("search.found", { count: 1 })).toBe("1 conversation found.");
    expect(t("search.found", { count: 1234 })).toBe("1,234 conversations found.");
    expect(translator("de")("search.found", { count: 1234 })).toBe("1.234 Konversationen gefunden.");
    expect(translator("zh")("search.found", { count: 1 })).toBe("找到 1 个会话。");
  });

  it("holds values as they are, whatever stands in them", () => {
    expect(wordsIn("en").t("route.by", { name: "{name} $& <b>" })).toBe("Answer by {name} $& <b>");
  });
});

describe("the language", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["fr", "zh-Hans-CN"], "zh"],
    [["fr", "it"], "en"],
    [["constructor"], "en"],
    [[], "en"],
  ])("for %j is %s", (tags, expected) => {
    expect(speaks(tags)).toBe(expected);
  });

  it("can be chosen where the desk speaks it", () => {
    expect(languageChoices.map(([language]) => language)).toEqual(Object.keys(dictionaries));
  });

  it("gives times, lengths and sizes their form", () => {
    const [english, german, chinese] = [wordsIn("en", "en-GB"), wordsIn("de"), wordsIn("zh")];
    const at = new Date(2020, 0, 5, 14, 7).toISOString();
    expect(english.timeOf(at)).toBe("05 Jan, 14:07");
    expect(german.timeOf(at)).toMatch(/^05\. Jan\.?,? ?.*14:07$/);
    expect(english.lengthOf(59_000)).toBe("0 mins");
    expect(german.lengthOf(26 * 60 * 60_000)).toBe("1 Tg.");
    expect(chinese.lengthOf(2 * 60 * 60_000)).toBe("2小时");
    expect([english.sizeOf(1), english.sizeOf(288_000), german.sizeOf(2.5 * 1024 * 1024)]).toEqual([
      "1 kB",
      "282 kB",
      "2,5 MB",
    ]);
  });
});
