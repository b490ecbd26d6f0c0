import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/*
 * The client as the package exports it: one file without dependencies that runs in Node and in browsers, and its types.
 * npm run build:client
 */

const projectDirectory = join(import.meta.dirname, "../..");
const entry = join(projectDirectory, "shared/client/index.ts");

/** What package.json says under `exports`. */
export const clientExports = {
  "./client": { types: "./dist/client/shared/client/index.d.ts", default: "./dist/client/client.js" },
} as const;

/** Puts what the module of operations comes to in its place, without the schemas that it is made of. */
const evaluatedOperations: Plugin = {
  name: "evaluated-operations",
  setup(bundle) {
    bundle.onLoad({ filter: /shared\/client\/operations\.ts$/ }, async ({ path }) => {
      const { operations } = (await import(path)) as { operations: object };
      return { contents: `export const operations = ${JSON.stringify(operations)};`, loader: "js" };
    });
  },
};

/** @param outDirectory becomes `dist/client` of the package */
export async function buildClient(outDirectory: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: join(outDirectory, "client.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: ["es2022", "node20"],
    plugins: [evaluatedOperations],
    logLevel: "silent",
  });
  const compiler = join(projectDirectory, "node_modules/typescript/bin/tsc");
  const settings = join(import.meta.dirname, "tsconfig.json");
  execFileSync(process.execPath, [compiler, "-p", settings, "--outDir", outDirectory], { stdio: "inherit" });
}

if (import.meta.main) await buildClient(join(projectDirectory, "dist/client"));
