import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";

export const projectDirectory = join(import.meta.dirname, "../..");

export interface Import {
  /** a file of this project, relative to its folder, or a package's name with its path */
  target: string;
  inProject: boolean;
  typeOnly: boolean;
}

export interface SourceFile {
  /** relative to the project's folder, with forward slashes */
  path: string;
  text: string;
  imports: Import[];
}

/** Every TypeScript file under these folders, but what tests patch in on purpose. */
export function sourcesUnder(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(projectDirectory, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(projectDirectory, join(entry.parentPath, entry.name)))
      .filter((path) => !path.startsWith("tests/sim/mutants/"))
      .toSorted()
      .map((path) => readSource(path)),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(projectDirectory, path), "utf8");
  return { path, text, imports: importsOf(path, withoutComments(text)) };
}

/** Comments become blank, lines stay where they are. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(?<![:"'`\\/])\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, " "));

const statement =
  /^(?:import|export)\s(?<what>[^;"']*?)from\s+["'](?<from>[^"']+)["']|^import\s+["'](?<bare>[^"']+)["']/gm;
const dynamic = /\bimport\(\s*["'](?<lazy>[^"']+)["']\s*\)/g;

function importsOf(path: string, code: string): Import[] {
  const found = [...code.matchAll(statement), ...code.matchAll(dynamic)];
  return found.map(({ groups }) => {
    const { what = "", from, bare, lazy } = groups!;
    const name = (from ?? bare ?? lazy)!;
    const inProject = name.startsWith(".");
    return {
      target: inProject ? posix.join(posix.dirname(path), name) : name,
      inProject,
      typeOnly: what.startsWith("type "),
    };
  });
}
