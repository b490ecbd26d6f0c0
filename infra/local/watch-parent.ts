/** Well within the two seconds in which everything must have ended. */
const checkEveryMs = 250;

/**
 * Calls `end` when whoever started this process has gone without a word: npm that is killed outright passes no signal
 * on. The start script says `exec`, so that no shell stands between npm and us, which would keep SIGINT to itself and
 * live on. A process started by hand is left alone: its shell may end before it on purpose. A test that starts us with
 * a channel of its own takes us along through that.
 */
export function watchParent(environment: NodeJS.ProcessEnv, end: () => void): void {
  if (process.connected) {
    process.once("disconnect", end);
    // The listener alone would keep a process alive that has nothing left to do.
    process.channel?.unref();
  }
  if (environment["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, checkEveryMs);
  timer.unref();
}
