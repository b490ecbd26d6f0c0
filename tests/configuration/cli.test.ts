import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = join(import.meta.dirname, "../..");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchyard-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  code: number;
  out: string;
  error: string;
}

const switchyard = (...given: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(project, "infra/cli/switchyard.js"), ...given],
      { cwd: project },
      (_, out, error) => resolve({ code: child.exitCode ?? -1, out, error }),
    );
  });

describe("npx switchyard", () => {
  test("without a command: lists them and says that it was called wrongly", async () => {
    expect(await switchyard()).toMatchObject({ code: 2, out: expect.stringMatching(/check +says whether/) });
  });

  test("--help", async () => {
    expect(await switchyard("--help")).toMatchObject({
      code: 0,
      out: expect.stringContaining("Usage: npx switchyard"),
    });
  });

  test("an unknown command: the one that was probably meant", async () => {
    expect(await switchyard("chekc")).toMatchObject({
      code: 2,
      error: 'There is no command "chekc". Did you mean "check"?\n',
    });
  });
});

describe("npx switchyard check", () => {
  test("--help", async () => {
    expect(await switchyard("check", "--help")).toMatchObject({
      code: 0,
      out: expect.stringContaining("check [file]"),
    });
  });

  test("the file that ships is right", async () => {
    expect(await switchyard("check")).toMatchObject({
      code: 0,
      error: "",
      out: expect.stringMatching(/^router.yaml is right: /),
    });
  });

  test("an unknown key: its line and the likely key, and exit code 1", async () => {
    const file = join(folder, "wrong.yaml");
    await writeFile(file, "defaultLanguage: en\nlanguages: [en]\ndefaultQueu: general\n");
    const { code, out, error } = await switchyard("check", file);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toContain(`${file}:3:1: Unknown key "defaultQueu". Did you mean "defaultQueue"?\n`);
    expect(error).toContain(`${file} can't be used: 3 errors.`);
  });

  test("a file that isn't there", async () => {
    expect(await switchyard("check", "nowhere.yaml")).toMatchObject({
      code: 1,
      error: expect.stringContaining("nowhere.yaml:1:1: The file can't be read"),
    });
  });

  test.each([
    ["an unknown option", ["check", "--strict"], /Unknown option '--strict'.*check --help/],
    ["two files", ["check", "one", "two"], /takes one file, not 2: one two/],
  ])("%s", async (_, given, error) => {
    expect(await switchyard(...given)).toMatchObject({ code: 2, error: expect.stringMatching(error) });
  });
});
