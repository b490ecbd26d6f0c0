import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { type Api, apiAt } from "./api.ts";

/*
 * The embedded cloud as people start it: a process of its own, which a test may end in any way.
 */

export const projectDirectory = join(import.meta.dirname, "../..");

/** What `--json` prints. */
export interface ReadyLine {
  ready: true;
  baseUrl: string;
  chatUrl: string;
  smtp: { host: string; port: number };
  tokens: { admin: string; supervisor: string; agents: Record<string, string> };
  twilio: { accountSid: string; authToken: string; number: string; number2: string; whatsappNumber: string };
  meta: { appSecret: string; verifyToken: string; pageId: string; phoneNumberId: string; instagramId: string };
  telegram: { inbox: string; secretToken: string };
  custom: { inbox: string; secret: string };
  web: { vouchSecret: string };
  inboxes: { email: string; web: string };
}

export interface Child {
  process: ChildProcess;
  standardOutput(): string;
  standardError(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** rejects with what it wrote when it ends before it is ready */
  ready: Promise<ReadyLine>;
}

/** `node infra/local/start.ts`: it ends with this process, however that ends. */
export const startNode = (...values: string[]): Child =>
  childOf(
    spawn(process.execPath, [join(projectDirectory, "infra/local/start.ts"), ...values], {
      cwd: projectDirectory,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    }),
  );

/** `npm start --silent -- …` */
export const startNpm = (...values: string[]): Child =>
  childOf(
    spawn("npm", ["start", "--silent", "--", ...values], { cwd: projectDirectory, stdio: ["ignore", "pipe", "pipe"] }),
  );

function childOf(child: ChildProcess): Child {
  let output = "";
  let errors = "";
  const ready = Promise.withResolvers<ReadyLine>();
  const ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const [line, rest] = output.split("\n");
    if (rest !== undefined) ready.resolve(JSON.parse(line!) as ReadyLine);
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.once("close", (code, signal) => {
    ready.reject(new Error(`It ended with ${code ?? signal} before it was ready:\n${errors}`));
    ended.resolve({ code, signal });
  });
  // Who expects it to fail looks at `ended` alone.
  ready.promise.catch(() => {});
  return {
    process: child,
    standardOutput: () => output,
    standardError: () => errors,
    ended: ended.promise,
    ready: ready.promise,
  };
}

/** /v1 of a child, with the users' names that the embedded cloud gives its tokens. */
export const apiOf = ({ baseUrl, tokens: { agents, ...others } }: ReadyLine): Api =>
  apiAt(baseUrl, { ...others, ...agents });

/** @throws with the answer's text when it is no success */
export async function simOf<Answer>(
  { baseUrl }: ReadyLine,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${baseUrl}/sim${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /sim${path} answered ${response.status}: ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

/** This process's descendants, itself included, by what Linux says of parents. */
export function processTree(root: number): number[] {
  const parents = new Map(processIds().map((id) => [id, parentOf(id)]));
  const tree = [root];
  for (const id of tree) for (const [child, parent] of parents) if (parent === id) tree.push(child);
  return tree;
}

export const isRunning = (id: number): boolean => parentOf(id) !== undefined;

/** Ids of processes that hold a file of this folder open. */
export const holdersOf = (folder: string): number[] =>
  processIds().filter((id) => filesOf(id).some((file) => file.startsWith(`${folder}/`)));

export function isPortFree(baseUrl: string): Promise<boolean> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}

/**
 * A free port below those that systems give to outgoing connections: who starts again on it finds it free again.
 * (Linux gives those from 32768 on, others from 49152 on.)
 */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  }
}

const processIds = (): number[] => readdirSync("/proc").map(Number).filter(Number.isInteger);

/** @returns undefined when there is no such process, or only what its parent has not yet taken note of */
function parentOf(id: number): number | undefined {
  try {
    // "pid (name) state ppid …"; a name may contain anything, so the fields are counted from its last bracket.
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** What a process of another user holds is not told; ours are this user's. */
function filesOf(id: number): string[] {
  try {
    return readdirSync(`/proc/${id}/fd`).flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/${id}/fd/${descriptor}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
