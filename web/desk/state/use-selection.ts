import { useCallback, useEffect, useState } from "preact/hooks";

/** What somebody typed there may be no address at all: then nothing is open. */
function selected(): string | undefined {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}

/** Which conversation is open stands in the address, so that the browser's own way back leads to the list. */
export function useSelection(): [string | undefined, (id: string | undefined) => void] {
  const [id, setId] = useState(selected);
  useEffect(() => {
    const follow = (): void => setId(selected());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const select = useCallback((next: string | undefined) => {
    location.hash = encodeURIComponent(next ?? "");
  }, []);
  return [id, select];
}
