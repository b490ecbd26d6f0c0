#!/usr/bin/env node
// The commands are TypeScript, which Node runs as it is from 22.18 on; an older one hands over to the project's own.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const commands = new URL("switchyard.ts", import.meta.url);

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(commands.href);
} else {
  const ownNode = fileURLToPath(new URL("../../node_modules/node/bin/node", import.meta.url));
  if (existsSync(ownNode)) {
    const command = [fileURLToPath(commands), ...process.argv.slice(2)];
    const { status, signal, error } = spawnSync(ownNode, command, { stdio: "inherit" });
    if (error) throw error;
    if (signal) process.kill(process.pid, signal);
    process.exitCode = status ?? 1;
  } else {
    console.error(
      `switchyard needs Node 22.18 or later and runs on ${process.versions.node}: run "npm ci", which brings one.`,
    );
    process.exitCode = 1;
  }
}
