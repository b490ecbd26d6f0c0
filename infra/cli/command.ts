/** One command of `npx switchyard`. */
export interface Command {
  name: string;
  /** one line for the list of commands */
  summary: string;
  /** what `--help` prints */
  help: string;
  /** @returns the exit code */
  run(positionals: string[]): number;
}
