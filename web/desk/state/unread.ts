import type { Conversation } from "../api/types.ts";

type Readable = Pick<Conversation, "id" | "status" | "lastInboundAt" | "readUpTo">;

/**
 * Which of an agent's conversations hold what they have not seen. A desk that opens goes by what the router knows; what comes to
 * it later, e.g. by a transfer, is new to this agent, whoever has read it before.
 */
export class Unread {
  readonly #seenHere = new Map<string, string>();
  readonly #arrived = new Set<string>();
  #known: Set<string> | undefined;

  /** @param own as they were listed last */
  list(own: Readable[]): void {
    for (const { id } of own) if (this.#known && !this.#known.has(id)) this.#arrived.add(id);
    this.#known = new Set(own.map(({ id }) => id));
  }

  /** It is on the screen. */
  see({ id, lastInboundAt }: Readable): void {
    this.#seenHere.set(id, lastInboundAt);
    this.#arrived.delete(id);
  }

  /** @returns ids of those with a customer's message that was not on the screen of their agent */
  of(own: Readable[]): Set<string> {
    return new Set(own.filter((each) => each.status === "assigned" && this.#isUnread(each)).map(({ id }) => id));
  }

  #isUnread({ id, lastInboundAt, readUpTo }: Readable): boolean {
    const isSeen = [this.#seenHere.get(id), readUpTo].some((upTo) => lastInboundAt <= (upTo ?? ""));
    return this.#arrived.has(id) || !isSeen;
  }
}
