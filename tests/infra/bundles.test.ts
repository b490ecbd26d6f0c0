import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../infra/configuration/load.ts";
import { synthesize } from "../../infra/aws/app.ts";
import { bundleFunctions, projectDirectory, type Bundle } from "../../infra/aws/bundle.ts";
import { bundleBudget, functionNames } from "../../infra/aws/settings.ts";

const configurationFile = join(projectDirectory, "router.yaml");
const directory = mkdtempSync(join(tmpdir(), "switchyard-bundles-"));
let bundles: Bundle[];

beforeAll(async () => {
  bundles = await bundleFunctions({
    configuration: loadConfiguration(configurationFile),
    outDirectory: join(directory, "functions"),
  });
});

afterAll(() => rmSync(directory, { recursive: true }));

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

describe("bundles", () => {
  it("keep to their budgets", () => {
    const lines = bundles.map(
      ({ name, wholeBytes, ownBytes }) => `  ${name}: ${kilobytes(wholeBytes)}, of these ours ${kilobytes(ownBytes)}`,
    );
    console.log(`Bundles\n${lines.join("\n")}`);
    for (const { name, wholeBytes, ownBytes } of bundles) {
      expect(wholeBytes, name).toBeLessThanOrEqual(bundleBudget.wholeBytes);
      expect(ownBytes, name).toBeLessThanOrEqual(bundleBudget.ownBytes);
    }
  });

  it("are one CommonJS file each with the configuration beside it, and their source maps elsewhere", () => {
    for (const { name, directory: asset } of bundles) {
      const expected = ["configuration.json", "index.cjs", ...(name === "pages" ? ["web"] : [])];
      expect(readdirSync(asset).toSorted(), name).toEqual(expected);
      const configuration = JSON.parse(readFileSync(join(asset, "configuration.json"), "utf8"));
      expect(configuration).toMatchObject({ schemaVersion: 1, version: expect.any(String) });
      expect(existsSync(join(directory, "functions/source-maps", `${name}.cjs.map`)), name).toBe(true);
    }
  });

  it("hold nothing of the embedded cloud: neither its /sim nor its token issuer", () => {
    for (const { name, directory: asset, inputs } of bundles) {
      expect(
        inputs.filter((path) => path.startsWith("infra/") && path !== "infra/aws/environment-credentials.ts"),
        name,
      ).toEqual([]);
      expect(readFileSync(join(asset, "index.cjs"), "utf8"), name).not.toMatch(localOnly);
    }
  });

  it("hold neither the SDK's credential chain nor whole packages that are used in part", () => {
    for (const { name, inputs } of bundles) {
      const packages = inputs.filter((path) =>
        /credential-provider-(node|sso|ini|process|web-identity)|node_modules\/zod\/v4\/classic|node_modules\/twilio\/lib\/(index|rest\/Twilio)\.js/.test(
          path,
        ),
      );
      expect(packages, name).toEqual([]);
    }
  });
});

describe("the cloud assembly", () => {
  it("is synthesized in this process, the same whenever the sources are the same", async () => {
    const [once, again] = [await assembled("once"), await assembled("again")];
    expect(once.stacks.map(({ stackName }) => stackName)).toEqual(["switchyard-stateful", "switchyard-stateless"]);
    expect(readdirSync(once.directory).filter((name) => name.startsWith("asset."))).toHaveLength(functionNames.length);
    expect(again.stacks.map(({ template }) => template)).toEqual(once.stacks.map(({ template }) => template));
    for (const { template } of once.stacks) expect(JSON.stringify(template)).not.toMatch(localOnly);
  });
});

const assembled = (name: string) => synthesize({ configurationFile, outDirectory: join(directory, name) });

const localOnly = /\/sim\b|SimulatedTwilio|openid-configuration|infra\/local/;
