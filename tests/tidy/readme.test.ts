import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "./sources.ts";

const read = (path: string): string => readFileSync(join(projectDirectory, path), "utf8");
const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...markdownIn("docs")];
const { scripts, bin } = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  bin: Record<string, string>;
};

/** Each command line of a document's code blocks, those joined by && apart. */
const commands = documents.flatMap((document) =>
  Array.from(read(document).matchAll(/^```(?:\w*)\n(.*?)^```/gms), ([, block]) => block!)
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => line.split("&&"))
    .map((command) => command.trim())
    .filter((command) => /^(npm|npx) /.test(command))
    .map((command) => ({ document, command })),
);

const named = (pattern: RegExp) =>
  commands.flatMap(({ document, command }) => {
    const match = pattern.exec(command);
    return match ? [{ document, command, match }] : [];
  });

/** The file that an npm script runs, where it runs one of ours. */
const fileOf = (script: string): string | undefined => /\bnode (\S+)/.exec(scripts[script] ?? "")?.[1];

/** Runs what a script runs, by the Node that runs the tests. */
function run(file: string, ...options: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectDirectory, file), ...options], {
    cwd: projectDirectory,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

const helped = new Map<string, ReturnType<typeof run>>();

function help(file: string): ReturnType<typeof run> {
  const known = helped.get(file) ?? run(file, "--help");
  helped.set(file, known);
  return known;
}

describe("documents", () => {
  it("name commands at all, and the README the two that matter first", () => {
    const ofReadme = commands.filter(({ document }) => document === "README.md").map(({ command }) => command);
    expect(ofReadme.slice(0, 4)).toEqual(["npm ci", "npm start", "npm ci", "npm test"]);
  });

  it("name only commands of a kind that is checked here", () => {
    const unknown = commands.filter(
      ({ command }) => !/^(npm (ci|start|test|run [a-z:]+)|npx (switchyard|cdk|vitest run))(\s|$)/.test(command),
    );
    expect(unknown).toEqual([]);
  });

  it("name only npm scripts that exist, and whose file exists", () => {
    for (const { document, command, match } of named(/^npm (?:run )?(?!ci$)([a-z:]+)/)) {
      expect(Object.keys(scripts), `${command} in ${document}`).toContain(match[1]);
      const missing = [fileOf(match[1]!) ?? "package.json"].filter((file) => !existsSync(join(projectDirectory, file)));
      expect(missing, `what ${command} runs`).toEqual([]);
    }
  });

  it("name only options that their command knows", () => {
    for (const { document, command, match } of named(/^npm (?:run )?([a-z:]+) .*?-- (.*)$/)) {
      const file = fileOf(match[1]!);
      expect(file, `${command} in ${document} passes options to a script that takes none`).toBeDefined();
      const { status, output } = help(file!);
      expect(status, output).toBe(0);
      for (const option of match[2]!.match(/--[a-z-]+/g) ?? []) expect(output, command).toContain(option);
    }
  });

  it("name only commands of switchyard that exist", () => {
    for (const { document, command, match } of named(/^npx switchyard ([a-z]+)/)) {
      const { status, output } = run(bin.switchyard!, match[1]!, "--help");
      expect(status, `${command} in ${document}: ${output}`).toBe(0);
    }
    expect(run(bin.switchyard!, "--help").status).toBe(0);
  });

  it("check router.yaml as they say", () => {
    const { status, output } = run(bin.switchyard!, "check", "router.yaml");
    expect(status, output).toBe(0);
  });

  it("name only tests that are there", () => {
    for (const { command, match } of named(/^npx vitest run (\S+)/)) {
      expect(existsSync(join(projectDirectory, match[1]!)), command).toBe(true);
    }
  });

  it("link only to files that exist", () => {
    const broken = documents.flatMap((document) =>
      Array.from(read(document).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g), ([, target]) => target!)
        .filter((target) => !existsSync(join(projectDirectory, document, "..", target)))
        .map((target) => `${document} → ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

describe(".ci/run", () => {
  it("runs the README's test command", () => {
    expect(read(".ci/run")).toContain("\nnpm ci && npm test\n");
    expect(read("README.md")).toContain("\nnpm ci && npm test\n");
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(join(projectDirectory, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}
