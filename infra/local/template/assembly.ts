import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { bundlePage } from "../../pages/bundle.ts";
import { TemplateError } from "./intrinsics.ts";

const projectDirectory = join(import.meta.dirname, "../../..");

/** Everything that synthesis reads: a change of any of it makes a new assembly. */
const sources = [
  "functions",
  "shared",
  "web",
  "infra/aws",
  "infra/configuration",
  "infra/pages",
  "package-lock.json",
  "cdk.json",
];

/** Assemblies kept from earlier starts. */
const maxKeptAssemblies = 8;

/** A router that runs takes new workers from its assembly. */
const minKeptMs = 7 * 24 * 60 * 60 * 1000;

export interface StackArtifact {
  name: string;
  template: unknown;
}

/** What a deploy would upload: the templates in the order of their deployment, and the assets. */
export interface Assembly {
  stacks: StackArtifact[];
  /** folder of an asset, by the object key under which a deploy uploads it */
  assets: Map<string, string>;
}

/** An assembly, and what is built beside it for this machine alone. */
export interface Synthesized {
  assembly: Assembly;
  /** the pages of /sim */
  simDirectory: string;
}

/**
 * Synthesizes the CDK app in this process, or takes the assembly that an earlier start made of the very same sources.
 *
 * @param configurationFile router.yaml
 */
export async function synthesizeOnce(configurationFile: string): Promise<Synthesized> {
  const kept = join(projectDirectory, "build/assemblies");
  const key = await digestOfSources(configurationFile);
  const directory = join(kept, key);
  if (!(await exists(directory))) {
    await mkdir(kept, { recursive: true });
    const scratch = await mkdtemp(join(kept, "new-"));
    try {
      const { synthesize } = await import("../../aws/app.ts");
      await bundlePage("sim", "main.tsx", join(scratch, "sim"));
      await bundlePage("shop", "main.ts", join(scratch, "sim"));
      await synthesize({ configurationFile, outDirectory: scratch });
      await rename(scratch, directory);
    } catch (error) {
      // Another process may have put the same assembly there first.
      if (!(await exists(directory))) throw error;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    await removeOldest(kept);
  }
  const seconds = Date.now() / 1000;
  await utimes(directory, seconds, seconds);
  return { assembly: await readAssembly(join(directory, "assembly")), simDirectory: join(directory, "sim") };
}

const manifestSchema = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      dependencies: z.array(z.string()).optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          file: z.string().optional(),
          stackName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const assetManifestSchema = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.looseObject({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
    }),
  ),
});

/** Reads a cloud assembly from its folder, stacks after those they depend on. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(directory, file), "utf8"));
  const { artifacts } = manifestSchema.parse(await readJson("manifest.json"));
  const stacks: StackArtifact[] = [];
  const assets = new Map<string, string>();
  const seen = new Set<string>();
  const visit = async (id: string): Promise<void> => {
    const artifact = artifacts[id];
    if (seen.has(id) || !artifact) return;
    seen.add(id);
    for (const dependency of artifact.dependencies ?? []) await visit(dependency);
    if (artifact.type === "aws:cloudformation:stack") {
      const file = artifact.properties?.templateFile;
      if (!file) throw new TemplateError(`the cloud assembly names no template for the stack ${id}`);
      stacks.push({ name: artifact.properties?.stackName ?? id, template: await readJson(file) });
    }
    if (artifact.type === "cdk:asset-manifest") {
      const { files } = assetManifestSchema.parse(await readJson(artifact.properties!.file!));
      for (const { source, destinations } of Object.values(files)) {
        if (source.packaging !== "zip" || !source.path) continue;
        for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
      }
    }
  };
  for (const id of Object.keys(artifacts)) await visit(id);
  return { stacks, assets };
}

async function digestOfSources(configurationFile: string): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  hash.update(await readFile(configurationFile));
  for (const source of sources) {
    for (const file of await filesUnder(join(projectDirectory, source))) {
      const content = await readFile(file);
      hash.update(`\0${relative(projectDirectory, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex").slice(0, 32);
}

async function filesUnder(path: string): Promise<string[]> {
  if (!(await exists(path))) return [];
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Others may remove at the same time, or run from what they started with days ago. */
async function removeOldest(kept: string): Promise<void> {
  const names = (await readdir(kept)).filter((name) => !name.startsWith("new-"));
  const aged = await Promise.all(names.map(async (name) => ({ name, at: await changedAt(join(kept, name)) })));
  const oldest = Date.now() - minKeptMs;
  const surplus = aged.toSorted((a, b) => b.at - a.at).slice(maxKeptAssemblies);
  const unused = surplus.filter(({ at }) => at < oldest);
  await Promise.all(unused.map(({ name }) => rm(join(kept, name), { recursive: true, force: true })));
}

const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
