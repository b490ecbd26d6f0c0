/** A file that is to go out with a reply. */
export interface Attached {
  /** among the files of its draft */
  localId: string;
  file: File;
  state: AttachedState;
}

export type AttachedState =
  /** `share` from 0 to 1 */
  | { kind: "uploading"; share: number; stop: () => void }
  /** `id` as the router names it */
  | { kind: "stored"; id: string }
  | { kind: "failed"; error: unknown };

export const fileOf = ({ file }: Attached): File => file;

/** An address that a reply stays with. */
export interface Destination {
  identityId: string;
  /** by the agent's own choice; else because they have begun to write there */
  isChosen: boolean;
  /** messageVersion of the conversation when it was settled: it has risen where the customer has written since */
  since: number;
}

interface Content {
  text: string;
  /** the address that it was to go to when it was written; absent: no address is known */
  identityId?: string | undefined;
  /** the address that it stays with; absent: it goes where the customer wrote last */
  destination?: Destination | undefined;
  files: Attached[];
  /** answers for the customer to choose from */
  quickReplies: string[];
}

/** What is written and not sent yet: a reply goes to the customer, a note stays inside. */
export interface Draft extends Content {
  /** sent along as Idempotency-Key: trying the same to the same address again sends nothing twice */
  key: string;
}

export type DraftKind = "reply" | "note";

const nothing: Content = { text: "", files: [], quickReplies: [] };

/**
 * A draft for each conversation and kind, so that looking at another conversation loses nothing, and what was written as
 * a note never stands in the field of a reply. Kept in memory alone: it holds what is said to customers.
 */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #newKey: () => string;
  readonly #listeners = new Set<() => void>();

  /** @param newKey gives another key each time */
  constructor(newKey: () => string) {
    this.#newKey = newKey;
  }

  get(conversationId: string, kind: DraftKind): Draft {
    const name = `${kind} ${conversationId}`;
    const draft = this.#drafts.get(name) ?? { ...nothing, key: this.#newKey() };
    this.#drafts.set(name, draft);
    return draft;
  }

  /** Another content, or the same to another address, is another message with a key of its own. */
  write(conversationId: string, kind: DraftKind, change: Partial<Content>): Draft {
    const draft = this.get(conversationId, kind);
    const changed = { ...draft, ...change };
    const key = sentAs(changed) === sentAs(draft) ? draft.key : this.#newKey();
    this.#drafts.set(`${kind} ${conversationId}`, { ...changed, key });
    this.#tell();
    return this.get(conversationId, kind);
  }

  /** What a file's upload has come to. One that was removed meanwhile stays removed. */
  setFile(conversationId: string, kind: DraftKind, localId: string, state: AttachedState): void {
    const { files } = this.get(conversationId, kind);
    this.write(conversationId, kind, {
      files: files.map((each) => (each.localId === localId ? { ...each, state } : each)),
    });
  }

  /** Its destination stays until something else is settled. @param key of what was taken: what was written since stays */
  taken(conversationId: string, kind: DraftKind, key: string): void {
    if (this.get(conversationId, kind).key === key)
      this.write(conversationId, kind, { ...nothing, identityId: undefined });
  }

  /** @returns ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const sentAs = ({ text, identityId, files, quickReplies }: Content): string =>
  JSON.stringify([text, identityId, files.map(({ localId }) => localId), quickReplies]);
