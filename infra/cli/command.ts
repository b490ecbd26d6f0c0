import type { ParseArgsOptionsConfig } from "node:util";

/** One command of `npx switchyard`. */
export interface Command {
  name: string;
  /** one line for the list of commands */
  summary: string;
  /** what `--help` prints */
  help: string;
  /** beside `--help` */
  options?: ParseArgsOptionsConfig;
  /** @returns the exit code */
  run(positionals: string[], options: CommandOptions): number | Promise<number>;
}

/** As they were given. */
export type CommandOptions = Record<string, string | boolean | (string | boolean)[] | undefined>;
