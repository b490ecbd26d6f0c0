import type { Storage } from "./storage.ts";

/** A message that the router has not acknowledged yet. */
export interface Pending {
  clientMessageId: string;
  text: string;
  /** milliseconds since 1970 when it was written */
  writtenAt: number;
}

const prefix = "out:";
const digits = 15;

/**
 * What is to be sent, oldest first, kept so that a reload in mid-send sends it again under the same id. Each message has a
 * key of its own: two tabs of a site don't overwrite each other's.
 */
export class Outbox {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Of two that were written in the same millisecond, the later one counts as later. */
  add(message: Omit<Pending, "writtenAt">): Pending {
    const last = this.all().at(-1)?.writtenAt ?? 0;
    const pending = { ...message, writtenAt: Math.max(Date.now(), last + 1) };
    this.#storage.set(keyOf(pending), JSON.stringify(pending.text));
    return pending;
  }

  all(): Pending[] {
    return this.#storage.keys(prefix).flatMap((key) => {
      const [, written = "", clientMessageId = ""] = key.split(":");
      const text = textOf(this.#storage.get(key));
      return text === undefined ? [] : [{ clientMessageId, text, writtenAt: Number(written) }];
    });
  }

  remove(clientMessageId: string): void {
    for (const key of this.#storage.keys(prefix)) if (key.endsWith(`:${clientMessageId}`)) this.#storage.remove(key);
  }

  clear(): void {
    for (const key of this.#storage.keys(prefix)) this.#storage.remove(key);
  }
}

const keyOf = ({ writtenAt, clientMessageId }: Pending): string =>
  `${prefix}${String(writtenAt).padStart(digits, "0")}:${clientMessageId}`;

function textOf(kept: string | undefined): string | undefined {
  try {
    const text: unknown = JSON.parse(kept ?? "");
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}
