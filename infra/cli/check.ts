import { ConfigurationError, describeProblem, readConfiguration, type Checked } from "../configuration/load.ts";
import type { Command } from "./command.ts";

export const check: Command = {
  name: "check",
  summary: "says whether a router.yaml is right",
  help: [
    "Usage: npx switchyard check [file]",
    "",
    "Reads a configuration (router.yaml where none is named) and prints every error and warning as file:line:column.",
    "Exit code: 0 it can be used, warnings or not; 1 it can't; 2 the command was called wrongly.",
  ].join("\n"),
  run(positionals) {
    if (positionals.length > 1) {
      console.error(`check takes one file, not ${positionals.length}: ${positionals.join(" ")}`);
      return 2;
    }
    const file = positionals[0] ?? "router.yaml";
    try {
      report(file, readConfiguration(file));
      return 0;
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const count = error.problems.length;
      console.error(`${error.message}\n\n${file} can't be used: ${count} ${count === 1 ? "error" : "errors"}.`);
      return 1;
    }
  },
};

function report(file: string, { configuration, warnings }: Checked): void {
  for (const warning of warnings) console.error(describeProblem(file, warning));
  const { pools, rules, inboxes, version } = configuration;
  const queues = pools.reduce((sum, pool) => sum + pool.queues.length, 0);
  const agents = pools.reduce((sum, pool) => sum + pool.agents.length, 0);
  const found = warnings.length === 0 ? "" : `, ${warnings.length} ${warnings.length === 1 ? "warning" : "warnings"}`;
  console.log(
    `${file} is right${found}: ${rules.length} rules, ${queues} queues, ${agents} agents, ${inboxes.length} inboxes; version ${version}.`,
  );
}
