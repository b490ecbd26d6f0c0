/**
 * Runs `work` one at a time, so that an earlier answer never comes after a later one. Asked while it runs, it runs once
 * more afterwards, however often it was asked.
 *
 * @param work must not reject
 * @returns resolves when a run that began after the call has ended
 */
export function inTurn(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const start = (): Promise<void> => {
    next = undefined;
    const run = work().finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  };

  return () => {
    if (!running) return start();
    next ??= running.then(start);
    return next;
  };
}
