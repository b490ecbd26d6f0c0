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

const nameOf = ({ file: { name } }: Attached): string => name;

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
  /** names of files that were attached before the page was left */
  lost: string[];
}

/** What is written and not sent yet: a reply goes to the customer, a note stays inside. */
export interface Draft extends Content {
  /** sent along as Idempotency-Key: trying the same to the same address again sends nothing twice */
  key: string;
}

/** As it is kept while its agent signs in again: of its files the names alone. */
export interface KeptDraft extends Omit<Draft, "files"> {
  files: string[];
}

/** Where what is begun outlives the page; by kind and conversation. */
export interface Shelf {
  read(): Record<string, KeptDraft>;
  write(drafts: Record<string, KeptDraft>): void;
}

const noShelf: Shelf = { read: () => ({}), write() {} };

export type DraftKind = "reply" | "note";

const nothing: Content = { text: "", files: [], quickReplies: [], lost: [] };

/**
 * A draft for each conversation and kind, so that looking at another conversation loses nothing, and what was written as
 * a note never stands in the field of a reply. What is begun lies on the shelf too, so that signing in again loses no text.
 */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #newKey: () => string;
  readonly #shelf: Shelf;
  readonly #listeners = new Set<() => void>();

  /** @param newKey gives another key each time */
  constructor(newKey: () => string, shelf: Shelf = noShelf) {
    this.#newKey = newKey;
    this.#shelf = shelf;
    for (const [name, kept] of Object.entries(shelf.read())) this.#drafts.set(name, this.#restored(kept));
  }

  /** Without its files it is another message. */
  #restored({ files, lost, key, ...kept }: KeptDraft): Draft {
    return { ...kept, files: [], lost: [...lost, ...files], key: files.length > 0 ? this.#newKey() : key };
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
    const changed = { ...draft, ...(change.files && { lost: [] }), ...change };
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

  /** Nothing is left of them, for whoever uses this browser next. */
  clear(): void {
    this.#drafts.clear();
    this.#tell();
  }

  /** @returns ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    const begun = [...this.#drafts].filter(([, draft]) => hasBegun(draft) || draft.lost.length > 0);
    const kept = begun.map(([name, { files, ...draft }]) => [name, { ...draft, files: files.map(nameOf) }] as const);
    this.#shelf.write(Object.fromEntries(kept));
    for (const listener of this.#listeners) listener();
  }
}

/** Whether there is anything in it yet. */
export const hasBegun = ({ text, files, quickReplies }: Content): boolean =>
  text.trim() !== "" || files.length > 0 || quickReplies.length > 0;

const sentAs = ({ text, identityId, files, quickReplies }: Content): string =>
  JSON.stringify([text, identityId, files.map(({ localId }) => localId), quickReplies]);
