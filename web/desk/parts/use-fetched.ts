import { useEffect, useState } from "preact/hooks";

/** What is fetched once, when it is first shown. */
export function useFetched<Fetched>(fetching: () => Promise<Fetched>): {
  found: Fetched | undefined;
  failure: unknown;
} {
  const [found, setFound] = useState<Fetched>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    let isCurrent = true;
    fetching().then(
      (fetched) => isCurrent && setFound(() => fetched),
      (error: unknown) => isCurrent && setFailure(error),
    );
    return () => {
      isCurrent = false;
    };
  }, []);
  return { found, failure };
}
