import { limits } from "../../core/limits.ts";

/** A mail's own header fields, by name in lower case, in their order. */
export class MailHeaders {
  readonly #values = new Map<string, string[]>();

  constructor(fields: { key: string; value: string }[]) {
    for (const { key, value } of fields) {
      const values = this.#values.get(key);
      if (values) values.push(value);
      else this.#values.set(key, [value]);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The first field of that name; empty where there is none. */
  first(name: string): string {
    return this.#values.get(name)?.[0] ?? "";
  }
}

/** Longer ones are no program's: they would stand in each answer, and in the conversation. */
const mostCharacters = 250;
const messageId = new RegExp(`<([^<>\\s]{3,${mostCharacters}})>`, "g");

/** The ids in a Message-ID, In-Reply-To or References field, without their brackets (RFC 5322, section 3.6.4). */
export function messageIdsIn(field: string): string[] {
  const ids = Array.from(field.matchAll(messageId), ([, id]) => id!);
  if (ids.length > 0) return ids;
  // Some programs leave the brackets out.
  return field.split(/\s/).filter((word) => word.includes("@") && !/[<>]/.test(word) && word.length <= mostCharacters);
}

/** What a mail names as answered, oldest first, each once; where there are too many the first and the last of them. */
export function answeredIds(headers: MailHeaders): string[] {
  const parents = messageIdsIn(headers.first("in-reply-to"));
  const ancestors = messageIdsIn(headers.first("references")).filter((id) => !parents.includes(id));
  return shortened([...new Set([...ancestors, ...parents])]);
}

/** The first id leads to the thread, the last ones to what was answered (RFC 5537, section 3.4.4, keeps the same). */
export function shortened(ids: string[]): string[] {
  const most = limits.maxMailReferences;
  return ids.length <= most ? ids : [ids[0]!, ...ids.slice(1 - most)];
}
