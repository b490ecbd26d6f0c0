import { parseArgs } from "node:util";
import { didYouMean } from "../configuration/nearest.ts";
import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { connect } from "./connect.ts";
import { importCustomers } from "./import.ts";

const commands: Command[] = [check, connect, importCustomers];

const help = [
  "Usage: npx switchyard <command> [options]",
  "",
  ...commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
  "",
  "npx switchyard <command> --help says more about one.",
].join("\n");

async function main(given: string[]): Promise<number> {
  const [name, ...rest] = given;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(help);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const names = commands.map((candidate) => candidate.name);
    return refuse(`There is no command "${name}".${didYouMean(name, names) || ` There is: ${names.join(", ")}.`}`);
  }
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: { ...command.options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    if (!values.help) return await command.run(positionals, values);
    console.log(command.help);
    return 0;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return refuse(`${error.message} See: npx switchyard ${command.name} --help`);
  }
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}

const isUsageError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");

process.exitCode = await main(process.argv.slice(2));
