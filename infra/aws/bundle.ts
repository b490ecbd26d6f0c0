import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { build, type Metafile } from "esbuild";
import type { Configuration } from "../../shared/core/configuration.ts";
import { writeOpenApi } from "../openapi/write.ts";
import { bundlePage, bundleWidget } from "../pages/bundle.ts";
import { byChannelParts, channelParts } from "./channel-parts.ts";
import { slimSdk } from "./slim-sdk.ts";
import { functionsFor, type FunctionName } from "./settings.ts";

export const projectDirectory = join(import.meta.dirname, "../..");

export interface BundleOptions {
  /** put beside each bundle as configuration.json */
  configuration: Configuration;
  /** gets a folder a function; what is there is replaced */
  outDirectory: string;
}

export interface Bundle {
  name: FunctionName;
  /** the asset: index.cjs and configuration.json; of `pages` also web/, the desk's files */
  directory: string;
  wholeBytes: number;
  /** of these, what comes from this project rather than from packages */
  ownBytes: number;
  /** every source file in it, relative to the project's folder */
  inputs: string[];
}

/**
 * Bundles every function that the configuration needs, in as few esbuild runs as can be, since a run parses what its
 * functions share once. Source maps go to `source-maps/` beside the assets, not into them.
 *
 * @throws BuildFailure
 */
export async function bundleFunctions(options: BundleOptions): Promise<Bundle[]> {
  const configuration = JSON.stringify(options.configuration);
  const names = functionsFor(options.configuration.inboxes);
  const results = await Promise.all(byChannelParts(names).map((some) => bundled(some, options.outDirectory)));
  await rm(options.outDirectory, { recursive: true, force: true });
  await Promise.all([
    ...results
      .flatMap(({ outputFiles }) => outputFiles)
      .map((file) => writeInto(placeOf(file.path, options.outDirectory), file.contents)),
    bundlePage("desk", "main.tsx", join(options.outDirectory, "pages/web")),
    bundlePage("mail", "main.ts", join(options.outDirectory, "pages/web")),
    bundleWidget(join(options.outDirectory, "pages/web")),
    bundlePage("docs", "main.tsx", join(options.outDirectory, "pages/web")),
    writeOpenApi(join(options.outDirectory, "pages/web")),
  ]);
  const metafile = { outputs: Object.assign({}, ...results.map(({ metafile: { outputs } }) => outputs)) as Outputs };
  return Promise.all(
    names.map(async (name) => {
      const directory = join(options.outDirectory, name);
      await writeFile(join(directory, "configuration.json"), configuration);
      return { name, directory, ...contentsOf(join(directory, "index.cjs"), metafile) };
    }),
  );
}

type Outputs = Metafile["outputs"];

/** @param names functions that call the same of the channels */
const bundled = (names: FunctionName[], outDirectory: string) =>
  build({
    absWorkingDir: projectDirectory,
    entryPoints: names.map((name) => ({ in: `functions/${name}/lambda.ts`, out: `${name}/index` })),
    outdir: outDirectory,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify: true,
    sourcemap: "external",
    metafile: true,
    write: false,
    logLevel: "silent",
    // The SDK's ES modules: only of those can a bundler leave out what is not used.
    mainFields: ["module", "main"],
    plugins: [slimSdk, channelParts(names[0]!)],
    alias: { "@aws-sdk/credential-provider-node": join(import.meta.dirname, "environment-credentials.ts") },
    // A CommonJS bundle has no import.meta; a function finds what lies beside it through this one member.
    define: { "import.meta.dirname": "__dirname" },
  });

function placeOf(path: string, outDirectory: string): string {
  if (!path.endsWith(".map")) return path;
  return join(outDirectory, "source-maps", `${basename(dirname(path))}.cjs.map`);
}

async function writeInto(path: string, contents: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}

function contentsOf(
  file: string,
  metafile: Pick<Metafile, "outputs">,
): Pick<Bundle, "wholeBytes" | "ownBytes" | "inputs"> {
  const output = metafile.outputs[relative(projectDirectory, file)];
  if (!output) throw new Error(`esbuild reports nothing about ${file}.`);
  const inputs = Object.keys(output.inputs);
  const own = inputs.filter((path) => !path.includes("node_modules/"));
  const ownBytes = own.reduce((sum, path) => sum + output.inputs[path]!.bytesInOutput, 0);
  return { wholeBytes: output.bytes, ownBytes, inputs };
}
