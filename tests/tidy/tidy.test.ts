import { describe, expect, it } from "vitest";
import { sourcesUnder, withoutComments, type SourceFile } from "./sources.ts";

const all = sourcesUnder("shared", "functions", "infra", "web", "bench", "tests");
/** The client runs in other people's programs, where nobody hands it a port. */
const isWiring = (path: string): boolean =>
  /^(infra|web|bench|tests|shared\/client)\//.test(path) ||
  /^functions\/(wiring|[a-z]+\/lambda)\.ts$/.test(path) ||
  path.startsWith("shared/adapters/");

/** `file:line` of each match in what is left of a file without its comments. */
const matches = (files: SourceFile[], pattern: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    withoutComments(text)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );

/** Words that this file must name without being found by itself. */
const word = (...parts: string[]): string => parts.join("");

describe("outside the wiring", () => {
  const inner = all.filter(({ path }) => !isWiring(path));

  it("there are files to look at", () => {
    expect(inner.length).toBeGreaterThan(40);
  });

  it.each([
    ["the clock", /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(/],
    ["chance", /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bgetRandomValues\(/],
    ["the environment", /\bprocess\.env\b/],
    ["the console", /\bconsole\.|\bprocess\.std(out|err)\b/],
    ["timers", /\bset(Timeout|Interval|Immediate)\(/],
  ])("nobody touches %s", (_, pattern) => {
    expect(matches(inner, pattern)).toEqual([]);
  });
});

describe("everywhere", () => {
  it("nothing is left for later", () => {
    const pattern = new RegExp(
      `\\b(${word("TO", "DO")}|${word("FIX", "ME")}|${word("XX", "X")})\\b|${word("not", " implemented")}`,
    );
    const found = all.flatMap(({ path, text }) => (pattern.test(text) ? [path] : []));
    expect(found).toEqual([]);
  });

  it("no type error is silenced", () => {
    const pattern = new RegExp(`@ts-${word("ign", "ore")}|@ts-${word("no", "check")}|@ts-${word("expect", "-error")}`);
    expect(all.flatMap(({ path, text }) => (pattern.test(text) ? [path] : []))).toEqual([]);
  });
});

describe("tests", () => {
  const tests = all.filter(({ path }) => path.startsWith("tests/") && path !== "tests/tidy/tidy.test.ts");

  it("are neither skipped nor run alone nor expected to fail", () => {
    expect(matches(tests, /\b(it|test|describe)\.(skip|only|todo|fails|skipIf|runIf)\b/)).toEqual([]);
  });

  it("wait for what happens, never for time to pass", () => {
    expect(
      matches(tests, /\bawait\s+(sleep|delay|setTimeout)\(|new Promise\(\((\w+)\) => setTimeout\(\2, \d{3,}\)/),
    ).toEqual([]);
  });
});

describe("functions", () => {
  const entries = all.filter(({ path }) => /^functions\/[a-z]+\/lambda\.ts$/.test(path));

  it("have thin entries: wiring under 30 lines, beside a run.ts", () => {
    expect(entries.length).toBeGreaterThan(0);
    const thick = entries.filter(({ text }) => text.split("\n").length > 30).map(({ path }) => path);
    expect(thick).toEqual([]);
    const paths = new Set(all.map(({ path }) => path));
    for (const { path } of entries) expect(paths, path).toContain(path.replace("lambda.ts", "run.ts"));
  });
});
