import type { KeptDraft, Shelf } from "./drafts.ts";

const storageKey = "switchyard.drafts";

interface Kept {
  userId: string;
  drafts: Record<string, KeptDraft>;
}

/**
 * Keeps drafts for a reload and for signing in again, in this tab and for this user alone: what they hold is said to customers.
 *
 * @param storage of the tab; where it is forbidden or full, drafts end with the page
 */
export function draftShelf(userId: string, storage: () => Storage): Shelf {
  return {
    read() {
      try {
        const kept = JSON.parse(storage().getItem(storageKey) ?? "null") as Kept | null;
        if (kept?.userId === userId) return kept.drafts;
        storage().removeItem(storageKey);
      } catch {}
      return {};
    },
    write(drafts) {
      try {
        if (Object.keys(drafts).length === 0) storage().removeItem(storageKey);
        else storage().setItem(storageKey, JSON.stringify({ userId, drafts } satisfies Kept));
      } catch {}
    },
  };
}
