import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../infra/configuration/load.ts";
import { synthesize } from "../../infra/aws/app.ts";
import { bundleFunctions, projectDirectory, type Bundle } from "../../infra/aws/bundle.ts";
import { embeddedHostKey } from "../../shared/adapters/pinned-request.ts";
import { bundleBudget, functionNames, functionsFor } from "../../infra/aws/settings.ts";
import { inboxes } from "./synthesized.ts";

const configurationFile = join(projectDirectory, "router.yaml");
const directory = mkdtempSync(join(tmpdir(), "switchyard-bundles-"));
let bundles: Bundle[];

beforeAll(async () => {
  const configuration = { ...loadConfiguration(configurationFile), inboxes: inboxes.all };
  bundles = await bundleFunctions({ configuration, outDirectory: join(directory, "functions") });
});

afterAll(() => rmSync(directory, { recursive: true }));

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

describe("bundles", () => {
  it("are those of all functions where every channel has an inbox", () => {
    expect(bundles.map(({ name }) => name)).toEqual(functionNames);
  });

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

  it("load without what of the channels their functions do not call", () => {
    const load = createRequire(import.meta.url);
    for (const { name, directory: asset } of bundles) {
      const { handler } = load(join(asset, "index.cjs")) as { handler: unknown };
      expect(handler, name).toBeTypeOf("function");
    }
  });

  it("carry of the channels what their functions call", () => {
    const holding = (packageName: string): string[] =>
      bundles
        .filter(({ inputs }) => inputs.some((path) => path.includes(`node_modules/${packageName}/`)))
        .map(({ name }) => name);
    expect(holding("nodemailer")).toEqual(["send"]);
    expect(holding("file-type").toSorted()).toEqual(["fetch", "files"]);
    const code = (name: string): string => readFileSync(join(directory, "functions", name, "index.cjs"), "utf8");
    expect(code("ingest")).toContain("This function carries no whatsapp/outbound.ts");
    expect(code("send")).toContain("This function carries no whatsapp/inbound.ts");
    expect(code("fetch")).toContain("This function carries no whatsapp/inbound.ts");
    expect(code("fetch")).not.toContain("This function carries no whatsapp/media.ts");
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

  it("of functions that neither send nor receive hold nothing of any channel's provider or format", () => {
    const carriers = new Set(["ingest", "send", "mail", "fetch", "reconcile"]);
    for (const { name, inputs } of bundles.filter((bundle) => !carriers.has(bundle.name))) {
      const foreign = inputs.filter((path) =>
        /node_modules\/(twilio|nodemailer|postal-mime|@aws-sdk\/client-ses)\//.test(path),
      );
      expect(foreign, name).toEqual([]);
    }
  });

  it("hold the checks of foreign addresses only where such addresses are called or taken", () => {
    const holders = bundles.filter(({ inputs }) => inputs.some((path) => path.includes("node_modules/ipaddr.js/")));
    expect(holders.map(({ name }) => name).toSorted()).toEqual(["deliver", "fetch", "records"]);
  });

  it("look for the embedded host's mark where foreign addresses are called, and never set it themselves", () => {
    for (const { name, directory: asset } of bundles) {
      const code = readFileSync(join(asset, "index.cjs"), "utf8");
      const mentions = code.split(embeddedHostKey.description!).length - 1;
      expect(mentions, name).toBe(["deliver", "fetch", "records"].includes(name) ? 1 : 0);
      expect(code, name).not.toMatch(/globalThis\[[^\]]+\]\s*=[^=]/);
    }
  });
});

describe("the cloud assembly", () => {
  it("is synthesized in this process, the same whenever the sources are the same", async () => {
    const [once, again] = [await assembled("once"), await assembled("again")];
    expect(once.stacks.map(({ stackName }) => stackName)).toEqual(["switchyard-stateful", "switchyard-stateless"]);
    expect(readdirSync(once.directory).filter((name) => name.startsWith("asset."))).toHaveLength(
      functionsFor(loadConfiguration(configurationFile).inboxes).length,
    );
    expect(again.stacks.map(({ template }) => template)).toEqual(once.stacks.map(({ template }) => template));
    for (const { template } of once.stacks) expect(JSON.stringify(template)).not.toMatch(localOnly);
  });
});

const assembled = (name: string) => synthesize({ configurationFile, outDirectory: join(directory, name) });

const localOnly = /\/sim\b|SimulatedTwilio|openid-configuration|infra\/local/;
