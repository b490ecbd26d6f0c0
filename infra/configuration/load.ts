import { readFileSync } from "node:fs";
import type { Configuration } from "../../shared/core/configuration.ts";
import { buildConfiguration } from "./build.ts";
import { checkContent } from "./checks.ts";
import { parseSource } from "./document.ts";
import { ConfigurationError, type Problem } from "./problem.ts";
import { checkShape } from "./shape.ts";

export { ConfigurationError, describeProblem, type Problem } from "./problem.ts";

export interface Checked {
  configuration: Configuration;
  /** what can be used, but hardly does what was meant */
  warnings: Problem[];
}

/**
 * Checks the text of a router.yaml.
 *
 * @param file how messages name it
 * @throws ConfigurationError with every error that was found, each with its line and what to do
 */
export function checkConfiguration(text: string, file: string): Checked {
  const source = parseSource(text);
  if (source.problems.length > 0) throw new ConfigurationError(file, source.problems);
  const shape = checkShape(source);
  const findings = "findings" in shape ? shape.findings : checkContent(shape.file);
  const problems = findings
    .map((finding) => source.locate(finding))
    .toSorted((one, other) => one.line - other.line || one.column - other.column);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || !("file" in shape)) throw new ConfigurationError(file, errors);
  return { configuration: buildConfiguration(shape.file), warnings: problems };
}

/** @throws ConfigurationError also where the file can't be read */
export function readConfiguration(file: string): Checked {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const message = `The file can't be read: ${error instanceof Error ? error.message : String(error)}.`;
    throw new ConfigurationError(file, [{ severity: "error", line: 1, column: 1, message }]);
  }
  return checkConfiguration(text, file);
}

/** The configuration of a router.yaml, ready to run. Its warnings are for `switchyard check`. @throws ConfigurationError */
export const loadConfiguration = (file: string): Configuration => readConfiguration(file).configuration;
