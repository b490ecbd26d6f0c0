/** What outlives a reload. Browsers may refuse to keep anything (private windows, blocked site data); then a page's life is all. */
export interface Storage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** that begin with this, in order */
  keys(prefix: string): string[];
}

/** @param namespace keeps what two inboxes of one site remember apart */
export function browserStorage(namespace: string): Storage {
  const kept = localStorageIfAllowed();
  if (!kept) return memoryStorage();
  const memory = memoryStorage();
  const full = (key: string): string => `switchyard:${namespace}:${key}`;
  const start = full("").length;
  return {
    get: (key) => memory.get(key) ?? kept.getItem(full(key)) ?? undefined,
    set(key, value) {
      try {
        kept.setItem(full(key), value);
      } catch {
        // The site's quota is used up.
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.remove(key);
      kept.removeItem(full(key));
    },
    keys: (prefix) => {
      const own = Object.keys(kept).filter((key) => key.startsWith(full(prefix)));
      return [...own.map((key) => key.slice(start)), ...memory.keys(prefix)].toSorted();
    },
  };
}

export function memoryStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: (prefix) =>
      Array.from(kept.keys(), String)
        .filter((key) => key.startsWith(prefix))
        .toSorted(),
  };
}

function localStorageIfAllowed(): globalThis.Storage | undefined {
  try {
    const { localStorage } = window;
    localStorage.setItem("switchyard:probe", "");
    localStorage.removeItem("switchyard:probe");
    return localStorage;
  } catch {
    return undefined;
  }
}
