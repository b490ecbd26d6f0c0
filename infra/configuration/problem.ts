/** The way to a value in router.yaml: keys and positions in lists. */
export type Path = readonly (string | number)[];

/** What is wrong, and what to do about it, at a place that is known by its path. */
export interface Finding {
  severity: "error" | "warning";
  path: Path;
  /** point at the key rather than at its value */
  atKey?: boolean;
  message: string;
}

/** The same, at its place in the file. Lines and columns count from 1. */
export interface Problem {
  severity: "error" | "warning";
  line: number;
  column: number;
  message: string;
}

/** router.yaml can't be used; every error that was found is named, in the order of the file. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
  readonly problems: Problem[];

  constructor(file: string, problems: Problem[]) {
    super(problems.map((problem) => describeProblem(file, problem)).join("\n"));
    this.problems = problems;
  }
}

/** `file:line:column: message`, which editors and terminals turn into a link. */
export function describeProblem(file: string, { severity, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${severity === "warning" ? "warning: " : ""}${message}`;
}
