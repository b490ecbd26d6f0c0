/**
 * Runs a benchmark by its name: npm run bench -- admission. Without a name: the list of them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const directory = import.meta.dirname;
const names = readdirSync(directory)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length));

/** The first sentence of a benchmark's own description. */
function descriptionOf(name: string): string {
  const text = readFileSync(join(directory, `${name}.ts`), "utf8");
  return /\/\*\*\s*\*?\s*(.*)/.exec(text)?.[1] ?? "";
}

const [name] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  await import(`./${name}.ts`);
} else {
  if (name !== undefined) console.error(`There is no benchmark ${name}.\n`);
  console.log(names.map((each) => `npm run bench -- ${each.padEnd(12)} ${descriptionOf(each)}`).join("\n"));
  process.exitCode = name === undefined ? 0 : 1;
}
