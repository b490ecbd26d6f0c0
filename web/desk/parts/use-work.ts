import { useState } from "preact/hooks";

/**
 * What a form does when it is sent: one at a time, and what failed is kept to be shown.
 *
 * @param after runs once it has succeeded
 */
export function useWork(after: () => void = () => {}) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      after();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return { isBusy, failure, run };
}
