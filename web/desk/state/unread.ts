import type { Conversation } from "../api/types.ts";

type Readable = Pick<Conversation, "id" | "status" | "lastInboundAt" | "readUpTo" | "unsent">;

/**
 * Which of an agent's conversations hold what they have not seen. A desk that opens goes by what the router knows; what comes to
 * it later, e.g. by a transfer, is new to this agent, whoever has read it before.
 */
export class Unread {
  readonly #seenHere = new Map<string, string>();
  readonly #arrived = new Set<string>();
  /** with a reply that was not sent, as this desk showed */
  readonly #unsentSeen = new Set<string>();
  #known: Set<string> | undefined;

  /** @param own as they were listed last */
  list(own: Readable[]): void {
    for (const { id } of own) if (this.#known && !this.#known.has(id)) this.#arrived.add(id);
    for (const { id, unsent } of own) if (!unsent) this.#unsentSeen.delete(id);
    this.#known = new Set(own.map(({ id }) => id));
  }

  /** It is on the screen. */
  see({ id, lastInboundAt, unsent }: Readable): void {
    this.#seenHere.set(id, lastInboundAt);
    if (unsent) this.#unsentSeen.add(id);
    this.#arrived.delete(id);
  }

  /** @returns ids of those with a customer's message, or a reply not sent, that was not on the screen of their agent */
  of(own: Readable[]): Set<string> {
    return new Set(own.filter((each) => each.status === "assigned" && this.#isUnread(each)).map(({ id }) => id));
  }

  #isUnread({ id, lastInboundAt, readUpTo, unsent }: Readable): boolean {
    const isSeen = [this.#seenHere.get(id), readUpTo].some((upTo) => lastInboundAt <= (upTo ?? ""));
    return this.#arrived.has(id) || !isSeen || (unsent && !this.#unsentSeen.has(id));
  }
}
