import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/**
 * A shell stands between us and the server and reads its standard input: however this process ends, that input closes,
 * and the server is ended with it. A server left behind would hold the port and the file.
 */
const keeper = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -9 $server; } 2>/dev/null &
watcher=$!
exec 3<&-
wait $server
status=$?
kill -9 $watcher 2>/dev/null
exit $status
`;

const startAttempts = 3;
/** of what the server said, to tell why it ended */
const keptLines = 5;

export interface ServerProcess {
  endpoint: string;
  /** Resolves when the server has ended, with what it said last. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts dynoxide on a free port of 127.0.0.1. `file` undefined: in memory. */
export async function startServer(file: string | undefined): Promise<ServerProcess> {
  const binary = findBinary(`${process.platform}-${process.arch}`);
  let failure = "";
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    // The port may be taken by another process between here and the server's own bind: then we try another.
    const port = await freePort();
    const storage = file === undefined ? [] : ["--db-path", file];
    const server = run([binary, "--host", "127.0.0.1", "--port", String(port), ...storage]);
    if (await server.listening) return { ...server, endpoint: `http://127.0.0.1:${port}` };
    failure = await server.ended;
  }
  throw new Error(`The local DynamoDB (dynoxide) did not start: ${failure}`);
}

/** @throws with how to go on, where there is no binary for this platform */
export function findBinary(platform: string): string {
  const name = `@dynoxide/${platform}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch (error) {
    throw new Error(
      `There is no local DynamoDB for ${platform} (package ${name} is not installed). ` +
        "Start any other DynamoDB, for example Amazon's DynamoDB Local, and name it: AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start",
      { cause: error },
    );
  }
}

function run(command: string[]): { listening: Promise<boolean>; ended: Promise<string>; stop: () => Promise<void> } {
  // A session of its own: Ctrl-C in a terminal is for us, and we end the server once the last call is through.
  const child = spawn("/bin/sh", ["-c", keeper, "keeper", ...command], {
    stdio: ["pipe", "ignore", "pipe"],
    detached: true,
  });
  const lastLines: string[] = [];
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(lastLines.join("\n") || `exit code ${code}`));
  });
  const listening = new Promise<boolean>((resolve) => {
    createInterface(child.stderr!).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > keptLines) lastLines.shift();
      if (line.includes("listening on")) resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  const stop = async () => {
    child.stdin!.end();
    await ended;
  };
  return { listening, ended, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
