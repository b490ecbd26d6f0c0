import { useCallback, useEffect, useState } from "preact/hooks";

/** Which conversation is open stands in the address, so that the browser's own way back leads to the list. */
export function useSelection(): [string | undefined, (id: string | undefined) => void] {
  const selected = (): string | undefined => decodeURIComponent(location.hash.slice(1)) || undefined;
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
