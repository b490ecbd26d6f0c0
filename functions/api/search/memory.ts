import { foldedText, type FoldedText } from "./match.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { PoolMemory } from "../../../shared/flow/pool.ts";
import type { App } from "../../../shared/ports/app.ts";

/** A conversation's texts as they were at one state of it. */
interface KnownTexts {
  state: string;
  texts: FoldedText[];
  characters: number;
}

/** The beginning of one queue's resolved conversations, newest first. */
export interface ResolvedList {
  queueId: string;
  conversations: Conversation[];
  /** leads to what was resolved before; absent where that was all */
  cursor?: string;
}

/** What one caller was listed, newest first. */
export interface Listed {
  at: number;
  conversations: Conversation[];
}

/**
 * What a process remembers for searching. Of texts it holds a bounded number of characters and forgets those first that
 * were not needed for longest; it may be lost at any time.
 */
export class SearchMemory {
  /** by what a caller may see */
  readonly listed = new Map<string, Listed>();
  /** by queue */
  readonly resolved = new Map<string, ResolvedList>();
  /** open conversations as they were when they were read last */
  readonly open = new Map<string, { readAt: number; conversation: Conversation }>();
  readonly #texts = new Map<string, KnownTexts>();
  readonly #names = new Map<string, { at: number; name: FoldedText[] }>();
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters: number = limits.maxSearchMemoryCharacters) {
    this.#maxCharacters = maxCharacters;
  }

  /** @returns undefined where they are not known as the conversation is now */
  textsOf(conversation: Conversation): FoldedText[] | undefined {
    const known = this.#texts.get(conversation.id);
    if (known?.state !== stateOf(conversation)) return undefined;
    this.#texts.delete(conversation.id);
    this.#texts.set(conversation.id, known);
    return known.texts;
  }

  keepTexts(conversation: Conversation, written: string[]): FoldedText[] {
    this.#forget(conversation.id);
    const texts = written.map(foldedText);
    const characters = texts.reduce((sum, each) => sum + each.written.length + each.folded.length, 0);
    this.#texts.set(conversation.id, { state: stateOf(conversation), texts, characters });
    this.#characters += characters;
    for (const id of this.#texts.keys()) {
      if (this.#characters <= this.#maxCharacters) break;
      this.#forget(id);
    }
    return texts;
  }

  #forget(conversationId: string): void {
    this.#characters -= this.#texts.get(conversationId)?.characters ?? 0;
    this.#texts.delete(conversationId);
  }

  /** What the customers are called; those who are not known, or not looked up lately, are read. */
  async learnNames(customerIds: string[], app: App): Promise<void> {
    const now = app.clock.now();
    const unknown = [...new Set(customerIds)].filter((id) => {
      const known = this.#names.get(id);
      return known === undefined || now - known.at >= limits.searchNamesFreshMs;
    });
    if (unknown.length === 0) return;
    if (this.#names.size + unknown.length > limits.maxSearchNames) this.#names.clear();
    for (const { id, name } of await app.stores.customers.many(unknown)) {
      this.#names.set(id, { at: now, name: name === undefined ? [] : [foldedText(name)] });
    }
  }

  nameOf(customerId: string): FoldedText[] {
    return this.#names.get(customerId)?.name ?? [];
  }
}

/** Changes with each message in or out. */
const stateOf = ({ messageVersion, lastMessageAt }: Conversation): string => `${messageVersion} ${lastMessageAt}`;

const memories = new WeakMap<PoolMemory, SearchMemory>();

/** The search's memory of the process that has this memory of its pools. */
export function searchMemoryOf(memory: PoolMemory): SearchMemory {
  const known = memories.get(memory) ?? new SearchMemory();
  memories.set(memory, known);
  return known;
}
