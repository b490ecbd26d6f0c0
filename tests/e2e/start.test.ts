import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./harness.ts";

const project = join(import.meta.dirname, "../..");

interface ReadyLine {
  ready: true;
  baseUrl: string;
  tokens: { admin: string; supervisor: string; agents: Record<string, string> };
  twilio: { accountSid: string; authToken: string; number: string; number2: string };
}

interface Started {
  npm: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  exited: Promise<number | null>;
}

let directory: string;
const running: ChildProcess[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "switchyard-start-"));
});
afterAll(async () => {
  for (const npm of running) npm.kill("SIGKILL");
  await until("the processes to end", () => processesWith(directory).length === 0);
  rmSync(directory, { recursive: true });
});

function start(...options: string[]): Started {
  const npm = spawn("npm", ["start", "--silent", "--", ...options], {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(npm);
  let stdout = "";
  let stderr = "";
  npm.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  npm.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => void npm.once("close", resolve));
  return { npm, stdout: () => stdout, stderr: () => stderr, exited };
}

async function ready(started: Started): Promise<ReadyLine> {
  await until("the line of JSON", () => started.stdout().includes("\n"), 60_000);
  return JSON.parse(started.stdout()) as ReadyLine;
}

/** Ids of processes whose command line names this text. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(text);
    } catch {
      // It ended while we looked.
      return false;
    }
  });
}

const isListening = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

test("one line of JSON; npm killed outright takes everything along; the same data comes back with the same keys", async () => {
  const first = start("--json", "--port", "0", "--data", directory);
  const line = await ready(first);
  expect(first.stdout().trimEnd().split("\n")).toHaveLength(1);
  expect(Object.keys(line).toSorted()).toEqual(["baseUrl", "ready", "tokens", "twilio"]);
  expect(Object.keys(line.tokens.agents)).toEqual(["agent-en", "agent-de", "agent-zh"]);

  const second = start("--json", "--port", "0", "--data", directory);
  expect(await second.exited).toBe(1);
  expect(second.stdout()).toBe("");
  expect(second.stderr()).toContain(`${directory} is in use by another process`);

  const inUse = start("--json", "--memory", "--port", new URL(line.baseUrl).port);
  expect(await inUse.exited).toBe(1);
  expect(inUse.stderr()).toContain(`Port ${new URL(line.baseUrl).port} of 127.0.0.1 is in use`);

  first.npm.kill("SIGKILL");
  await until("all that it started to end", () => processesWith(directory).length === 0, 2_000);
  expect(await isListening(line.baseUrl)).toBe(false);

  const third = start("--json", "--port", "0", "--data", directory);
  expect(await ready(third)).toEqual(line);
  const queues = await fetch(`${line.baseUrl}/v1/queues`, {
    headers: { authorization: `Bearer ${line.tokens.admin}` },
  });
  expect(queues.status).toBe(200);
  third.npm.kill("SIGINT");
  expect(await third.exited).toBe(0);
  expect(processesWith(directory)).toEqual([]);
}, 180_000);

const mistakes: [string[], string][] = [
  [["--prot", "1"], "Unknown option '--prot'"],
  [["--port", "99999"], '--port takes a port of 0 to 65535, not "99999"'],
  [["--smtp-port", "x"], "--smtp-port takes a port"],
  [["--memory", "--data", "x"], "--data and --memory exclude each other"],
  [["--config", "nowhere.yaml"], "there is no file"],
];
test.each(mistakes)("npm start -- %j says what is wrong", async (options, message) => {
  const started = start(...options);
  expect(await started.exited).toBe(1);
  expect(started.stderr()).toContain(message);
  expect(started.stderr()).not.toContain("    at ");
});

test("--help names every option", async () => {
  const started = start("--help");
  expect(await started.exited).toBe(0);
  for (const option of ["--port", "--smtp-port", "--data", "--memory", "--config", "--json"])
    expect(started.stdout()).toContain(option);
});
