import { readFileSync } from "node:fs";

/** Well within the two seconds in which everything must have ended. */
const checkEveryMs = 250;

/**
 * Calls `end` when whoever started this process has gone without a word. npm that is killed outright passes no signal
 * on, and the shell between npm and us may live on: so we watch both. A process started by hand is left alone: its
 * shell may end before it on purpose. A test that starts us with a channel of its own takes us along through that.
 */
export function watchParent(environment: NodeJS.ProcessEnv, end: () => void): void {
  if (process.connected) process.once("disconnect", end);
  if (environment["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || parentOf(parent) === grandparent)) return;
    clearInterval(timer);
    end();
  }, checkEveryMs);
  timer.unref();
}

/** @returns undefined where the system has no /proc: then the parent alone is watched */
function parentOf(processId: number): number | undefined {
  try {
    // "pid (name) state ppid …"; a name may contain anything, so the fields are counted from its last bracket.
    const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
