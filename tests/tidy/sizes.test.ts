import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory, sourcesUnder } from "./sources.ts";

const maximumFileLines = 350;
const maximumFunctionLines = 60;

/** What may be longer, and why it is right as it is. */
const longerFunctions: Record<string, string> = {
  "shared/stores/memory/conversations.ts memoryConversations":
    "an object of short methods over one closure, like its twin on DynamoDB",
  "shared/stores/memory/customers.ts memoryCustomers":
    "an object of short methods over one closure, like its twin on DynamoDB",
  "shared/stores/memory/identities.ts memoryIdentities":
    "an object of short methods over one closure, like its twin on DynamoDB",
  "shared/stores/memory/messages.ts memoryMessages":
    "an object of short methods over one closure, like its twin on DynamoDB",
};

const folders = ["shared", "functions", "infra", "web", "bench"];

describe("files", () => {
  const files = sourcesUnder(...folders, "tests")
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .toSorted((a, b) => b.lines - a.lines);

  it(`have at most ${maximumFileLines} lines`, () => {
    print(
      "Largest files",
      files.slice(0, 10).map(({ path, lines }) => `${lines} ${path}`),
    );
    expect(files.filter(({ lines }) => lines > maximumFileLines)).toEqual([]);
  });
});

describe("functions", () => {
  const functions = measureFunctions();

  it(`have at most ${maximumFunctionLines} lines, but for those with a reason`, () => {
    print(
      "Largest functions",
      functions.slice(0, 12).map(({ name, lines }) => `${lines} ${name} ${longerFunctions[name] ?? ""}`),
    );
    const unexplained = functions.filter(
      ({ name, lines }) => lines > maximumFunctionLines && !(name in longerFunctions),
    );
    expect(unexplained).toEqual([]);
  });

  it("lose their exception when they have become short", () => {
    const long = new Set(functions.filter(({ lines }) => lines > maximumFunctionLines).map(({ name }) => name));
    expect(Object.keys(longerFunctions).filter((name) => !long.has(name))).toEqual([]);
  });
});

interface Measured {
  /** `file name` */
  name: string;
  lines: number;
}

/** The linter measures functions of more than 40 lines: it has a parser, and the compiler's is not for use by others. */
function measureFunctions(): Measured[] {
  const linter = join(projectDirectory, "node_modules/.bin/oxlint");
  const { stdout } = spawnSync(linter, ["-c", "tests/tidy/sizes.json", "-f", "json", ...folders], {
    cwd: projectDirectory,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { message: string; filename: string }[] };
  return diagnostics
    .map(({ message, filename }) => {
      const [, name = "", lines = ""] = /(?:`(.+)`)? has too many lines \((\d+)\)/.exec(message) ?? [];
      if (lines === "") throw new Error(`The linter says something unknown: ${message}`);
      return { name: `${filename} ${name}`.trim(), lines: Number(lines) };
    })
    .toSorted((a, b) => b.lines - a.lines);
}

const print = (title: string, lines: string[]): void =>
  console.log(`${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
