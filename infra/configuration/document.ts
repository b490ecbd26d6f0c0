import {
  isAlias,
  isMap,
  isPair,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
} from "yaml";
import type { Finding, Path, Problem } from "./problem.ts";

/** A YAML file that remembers where each of its values stands. */
export interface SourceDocument {
  /** undefined where the file is not YAML: then `problems` says why */
  value: unknown;
  problems: Problem[];
  has(path: Path): boolean;
  locate(finding: Finding): Problem;
}

export function parseSource(text: string): SourceDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const error = (offset: number, message: string): Problem => ({ severity: "error", ...place(offset), message });
  const problems = [...document.errors, ...document.warnings].map((fault) => error(fault.pos[0], describe(fault)));
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return;
      problems.push(error(alias.range?.[0] ?? 0, `No anchor &${alias.source} comes before this alias.`));
    },
  });
  const { value, problem } = problems.length > 0 ? {} : valueOf(document);
  if (problem) problems.push(error(0, problem));
  return {
    value,
    problems,
    has: (path) => find(document, path).exact,
    locate: ({ severity, path, atKey, message }) => {
      const { node, key } = find(document, path);
      const offset = (atKey ? key : node)?.range?.[0] ?? node?.range?.[0] ?? 0;
      return { severity, ...place(offset), message };
    },
  };
}

const describe = ({ code, message }: YAMLError): string =>
  code === "MULTIPLE_DOCS"
    ? "The file has several documents: remove the line of dashes."
    : `${message.replace(/\.$/, "")}.`;

function valueOf(document: Document.Parsed): { value?: unknown; problem?: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    // The parser refuses aliases that multiply, as an attack would have them.
    return { problem: `The file can't be expanded: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

interface Found {
  node: Node | null;
  key: Node | null;
  /** false: a key on the way is missing, and `node` is what it is missing from */
  exact: boolean;
}

function find(document: Document.Parsed, path: Path): Found {
  let found: Found = { node: document.contents, key: null, exact: true };
  for (const step of path) {
    const next = childOf(document, found.node, step);
    if (!next) return { ...found, exact: false };
    found = { ...next, exact: true };
  }
  return found;
}

function childOf(
  document: Document.Parsed,
  parent: Node | null,
  step: string | number,
): Omit<Found, "exact"> | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { node: item as Node, key: null };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && keyOf(item) === String(step));
  return pair && { node: (pair.value ?? pair.key) as Node, key: pair.key as Node };
}

const keyOf = (pair: Pair): string => {
  const key = pair.key as { value?: unknown } | null;
  return String(key?.value);
};
