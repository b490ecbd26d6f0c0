import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import type { InvariantName } from "./history.ts";
import type { simulate as Simulate } from "./run.ts";

/** A fault that somebody could write into the code, and the invariant whose checker must see it. */
export interface Mutant {
  name: string;
  invariant: InvariantName;
  edits: { file: string; find: string[]; replace: string[] }[];
}

export interface Verdict {
  mutant: string;
  invariant: InvariantName;
  /** how many seeds it took; undefined: it survived them all */
  seeds: number | undefined;
  /** what the checker said */
  violation?: string;
  /** by which other checkers it was seen meanwhile, and how often histories could not be run */
  alsoSeen: string[];
}

const root = join(import.meta.dirname, "../..");

export async function readMutants(): Promise<Mutant[]> {
  const folder = join(import.meta.dirname, "mutants");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const mutant = JSON.parse(await readFile(join(folder, file), "utf8")) as Omit<Mutant, "name">;
      return { ...mutant, name: file.replace(/\.json$/, "") };
    }),
  );
}

/** Bundles the simulation with the mutant's edits in place of the sources, and runs histories until its checker sees it. */
export async function hunt(mutant: Mutant, maxSeeds: number): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "switchyard-mutant-"));
  try {
    const file = join(folder, "mutant.cjs");
    await writeFile(file, await bundleWith(mutant));
    const { simulate } = createRequire(import.meta.url)(file) as { simulate: typeof Simulate };
    return await huntWith(simulate, mutant, maxSeeds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function huntWith(simulate: typeof Simulate, mutant: Mutant, maxSeeds: number): Promise<Verdict> {
  const { name, invariant } = mutant;
  const alsoSeen = new Set<string>();
  for (let seed = 1; seed <= maxSeeds; seed += 1) {
    const violations = await simulate(seed).then(
      (outcome) => outcome.violations,
      (error: unknown) => [`exception: ${String(error)}`],
    );
    const violation = violations.find((each) => each.startsWith(`${invariant}: `));
    for (const each of violations) alsoSeen.add(each.slice(0, each.indexOf(":")));
    alsoSeen.delete(invariant);
    if (violation) return { mutant: name, invariant, seeds: seed, violation, alsoSeen: Array.from(alsoSeen) };
  }
  return { mutant: name, invariant, seeds: undefined, alsoSeen: Array.from(alsoSeen) };
}

async function bundleWith(mutant: Mutant): Promise<string> {
  const edited = new Set<string>();
  const result = await build({
    entryPoints: [join(import.meta.dirname, "run.ts")],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node24",
    logLevel: "silent",
    plugins: [editing(mutant, edited)],
  });
  for (const { file } of mutant.edits) {
    if (!edited.has(file))
      throw new Error(`${mutant.name}: ${file} is not part of the simulation, so its edit changes nothing`);
  }
  return result.outputFiles[0]!.text;
}

function editing(mutant: Mutant, edited: Set<string>): Plugin {
  return {
    name: "mutant",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path }) => {
        const file = relative(root, path);
        if (!mutant.edits.some((edit) => edit.file === file)) return undefined;
        edited.add(file);
        return { contents: applyEdits(mutant, file, await readFile(path, "utf8")), loader: "ts" };
      });
    },
  };
}

/** @throws when an edit's text is not there exactly once: the source has moved on, and the mutant must follow */
export function applyEdits(mutant: Mutant, file: string, source: string): string {
  let text = source;
  for (const edit of mutant.edits.filter((each) => each.file === file)) {
    const find = edit.find.join("\n");
    const times = text.split(find).length - 1;
    if (times !== 1) throw new Error(`${mutant.name}: its text is ${times} times in ${file}, not once:\n${find}`);
    text = text.replace(find, () => edit.replace.join("\n"));
  }
  return text;
}
