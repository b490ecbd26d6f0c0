import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export interface Running {
  child: ChildProcess;
  /** whole lines of standard output so far */
  lines(): string[];
  standardError(): string;
  ended: Promise<void>;
}

/** Runs one of this folder's scripts in a process of its own. */
export function run(script: string, ...values: string[]): Running {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...values], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return {
    child,
    lines: () => output.split("\n").slice(0, -1),
    standardError: () => errors,
    ended: new Promise((resolve) => child.once("close", () => resolve())),
  };
}
