/**
 * How large each function's bundle is, and how long a process takes to import it beside the bare SDK clients that it holds.
 * Budget: 2×. Run: node bench/bundles.ts [--runs 15]
 *
 * A bundle and its clients are imported in turns, each in a process of its own, and the medians are compared.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundleFunctions, projectDirectory, type Bundle } from "../infra/aws/bundle.ts";
import { slimSdk } from "../infra/aws/slim-sdk.ts";
import { loadConfiguration } from "../infra/configuration/load.ts";

const { values } = parseArgs({ allowPositionals: true, options: { runs: { type: "string", default: "15" } } });
const runs = Number(values.runs);
const budget = 2;

/** What each SDK package that we use calls its client. */
const clientNames: Record<string, string> = {
  "@aws-sdk/client-apigatewaymanagementapi": "ApiGatewayManagementApiClient",
  "@aws-sdk/client-dynamodb": "DynamoDBClient",
  "@aws-sdk/client-s3": "S3Client",
  "@aws-sdk/client-secrets-manager": "SecretsManagerClient",
  "@aws-sdk/client-ses": "SESClient",
  "@aws-sdk/client-sqs": "SQSClient",
};

/** The clients alone, bundled by the settings of the functions. */
async function bundleClients({ inputs }: Bundle, outfile: string): Promise<void> {
  const packages = new Set(inputs.flatMap((path) => /node_modules\/(@aws-sdk\/client-[\w-]+)\//.exec(path)?.[1] ?? []));
  const lines = Array.from(packages, (name) => `export { ${clientNames[name]!} } from "${name}";`);
  await build({
    stdin: { contents: lines.join("\n"), resolveDir: projectDirectory },
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify: true,
    mainFields: ["module", "main"],
    plugins: [slimSdk],
    alias: { "@aws-sdk/credential-provider-node": join(projectDirectory, "infra/aws/environment-credentials.ts") },
    logLevel: "silent",
  });
}

const timed = "const begun = performance.now(); require(process.argv[1]); console.log(performance.now() - begun);";

const importMs = (file: string): number =>
  Number(execFileSync(process.execPath, ["-e", timed, file], { encoding: "utf8", env: { AWS_REGION: "us-east-1" } }));

const median = (times: number[]): number => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)]!;

const folder = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
try {
  const configuration = loadConfiguration(join(projectDirectory, "router.yaml"));
  const bundles = await bundleFunctions({ configuration, outDirectory: join(folder, "functions") });
  for (const bundle of bundles.filter(({ name }) => name !== "pages")) {
    const clients = join(folder, `clients-of-${bundle.name}.cjs`);
    await bundleClients(bundle, clients);
    const times: { own: number[]; bare: number[] } = { own: [], bare: [] };
    for (let run = 0; run < runs; run += 1) {
      times.own.push(importMs(join(bundle.directory, "index.cjs")));
      times.bare.push(importMs(clients));
    }
    const [own, bare] = [median(times.own), median(times.bare)];
    const kilobytes = `${(bundle.wholeBytes / 1024).toFixed(0)} KB, ours ${(bundle.ownBytes / 1024).toFixed(0)} KB`;
    const verdict = own / bare <= budget ? "" : "  over budget";
    console.log(
      `${bundle.name.padEnd(10)} ${kilobytes.padEnd(24)} imported in ${own.toFixed(0)} ms, its clients in ${bare.toFixed(0)} ms: ${(own / bare).toFixed(2)}×${verdict}`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
