/** What is written and not sent yet: a reply goes to the customer, a note stays inside. */
export interface Draft {
  text: string;
  /** the address that it goes to; absent: the one last used */
  identityId?: string;
  /** sent along as Idempotency-Key: trying the same text to the same address again sends nothing twice */
  key: string;
}

export type DraftKind = "reply" | "note";

/**
 * A draft for each conversation and kind, so that looking at another conversation loses nothing, and what was written as
 * a note never stands in the field of a reply. Kept in memory alone: it holds what is said to customers.
 */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #newKey: () => string;

  /** @param newKey gives another key each time */
  constructor(newKey: () => string) {
    this.#newKey = newKey;
  }

  get(conversationId: string, kind: DraftKind): Draft {
    const name = `${kind} ${conversationId}`;
    const draft = this.#drafts.get(name) ?? { text: "", key: this.#newKey() };
    this.#drafts.set(name, draft);
    return draft;
  }

  /** Another text, or the same to another address, is another message with a key of its own. */
  write(conversationId: string, kind: DraftKind, text: string, identityId?: string): Draft {
    const draft = this.get(conversationId, kind);
    if (text === draft.text && identityId === draft.identityId) return draft;
    const changed = { text, identityId, key: this.#newKey() };
    this.#drafts.set(`${kind} ${conversationId}`, changed);
    return changed;
  }

  /** @param key of what was taken: a text written since stays */
  taken(conversationId: string, kind: DraftKind, key: string): Draft {
    return this.get(conversationId, kind).key === key
      ? this.write(conversationId, kind, "")
      : this.get(conversationId, kind);
  }
}
