import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectDirectory } from "../../infra/aws/bundle.ts";

const directory = mkdtempSync(join(tmpdir(), "switchyard-synth-"));

afterAll(() => rmSync(directory, { recursive: true }));

/** As `npx cdk …` runs it, in an environment that has nothing but a path and an empty home. */
function cdk(...options: string[]) {
  const binaries = join(projectDirectory, "node_modules/.bin");
  return spawnSync(join(binaries, "cdk"), options, {
    cwd: projectDirectory,
    encoding: "utf8",
    env: { PATH: [binaries, process.env.PATH].join(delimiter), HOME: directory, AWS_EC2_METADATA_DISABLED: "true" },
  });
}

describe("cdk synth", () => {
  it("needs no credentials and no configuration of AWS", () => {
    const output = join(directory, "cdk.out");
    const { status, stderr } = cdk("synth", "--quiet", "--output", output);
    expect(status, stderr).toBe(0);
    const templates = readdirSync(output).filter((name) => name.endsWith(".template.json"));
    expect(templates.toSorted()).toEqual(["switchyard-stateful.template.json", "switchyard-stateless.template.json"]);
  });

  it("says what is wrong with the context", () => {
    const { status, stderr } = cdk("synth", "--quiet", "--output", join(directory, "none"), "-c", "deployment=My");
    expect(status).not.toBe(0);
    expect(stderr).toContain('The context "deployment" is "My"');
  });
});
