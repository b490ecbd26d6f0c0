import type { OutboundStored, StoredMessage } from "../../shared/core/message.ts";
import { capabilitiesOf } from "../../shared/core/capabilities.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { ApplyResult } from "../../shared/ports/stores.ts";
import type { Observation } from "./host/invocation.ts";
import { isSaidAfter, saidAt, secondOf } from "./said.ts";

const hourMs = 60 * 60 * 1000;

interface OptOut {
  /** of the message that was said last */
  sequence: string;
  /** call since which it is shut; undefined: it is open */
  since: number | undefined;
  /** when it was said */
  at: string;
}

/** By the answer to a send that was attempted then. */
interface Shut {
  since: number;
  at: string;
}

type Route = Pick<OutboundStored, "identityId" | "inboxId">;

const keyOf = ({ identityId, inboxId }: Route): string => `${identityId} ${inboxId}`;

/** Since which call a way to a customer is shut, in the order of the calls: a few plain lines beside the product's. */
export class Closings {
  readonly #blocked = new Map<string, number>();
  /** by address, and by what one inbox alone sends there */
  readonly #shut = new Map<string, Shut>();
  /** of which attempt that is remembered, by the same */
  readonly #remembered = new Map<string, string>();
  /** when they wrote last, as it came: anywhere, and to an inbox */
  readonly #wrote = new Map<string, string>();
  readonly #optOuts = new Map<string, OptOut>();
  /** stopped at the carrier, by its own answer to a send */
  readonly #stopped = new Map<string, number>();

  learn(observation: Observation, nth: number): void {
    const { operation, parameters } = observation;
    switch (operation) {
      case "identities.setBlocked": {
        const [id, blocked] = parameters as [string, unknown];
        if (blocked === null) this.#blocked.delete(id);
        else if (!this.#blocked.has(id)) this.#blocked.set(id, nth);
        break;
      }
      // What opens it again is what they have said since, and not that the product says so.
      case "identities.setUnreachable": {
        const [identityId, unreachable] = parameters as [string, { at: string } | null];
        if (unreachable) this.#remembered.set(identityId, unreachable.at);
        break;
      }
      case "identities.setShutOut": {
        const [identityId, inboxId, shutOut] = parameters as [string, string, { at: string } | null];
        if (shutOut) this.#remembered.set(keyOf({ identityId, inboxId }), shutOut.at);
        break;
      }
      case "identities.setOptOut": {
        const [identityId, inboxId, optedOut, at, sequence] = parameters as [string, string, boolean, string, string];
        this.#learnOptOut(keyOf({ identityId, inboxId }), optedOut, { at, sequence, since: nth });
        break;
      }
      case "messages.raiseStatus":
        this.#learnAnswer(observation, nth);
        break;
      case "messages.create":
        this.#hasWritten((observation.result as { message: StoredMessage }).message);
        break;
      // The answer to the call that stored it may have been lost.
      case "messages.get":
        this.#hasWritten(observation.result as StoredMessage | undefined);
    }
  }

  /** @returns what shut the way before that call and has kept it shut since */
  before(route: Route, nth: number): string | undefined {
    const isShut = (since: number | undefined): boolean => since !== undefined && since < nth;
    if (isShut(this.#blocked.get(route.identityId))) return "is blocked";
    if (isShut(this.#shut.get(route.identityId)?.since)) return "cannot be reached";
    if (isShut(this.#shut.get(keyOf(route))?.since)) return "lets nothing of that inbox's through";
    if (isShut(this.#stopped.get(keyOf(route)))) return "has stopped its messages at the carrier";
    return isShut(this.#optOuts.get(keyOf(route))?.since) ? "has opted out" : undefined;
  }

  /** A message says more than any answer of before it was said; said in the same second, it may have been after. */
  #hasWritten(message: StoredMessage | undefined): void {
    if (message?.direction !== "in") return;
    const { identityId, createdAt } = message;
    for (const key of [identityId, keyOf(message)]) {
      if (createdAt > (this.#wrote.get(key) ?? "")) this.#wrote.set(key, createdAt);
      const attempts = [this.#shut.get(key)?.at, this.#remembered.get(key)];
      if (attempts.some((at) => at !== undefined && secondOf(saidAt(message)) >= secondOf(at))) this.#shut.delete(key);
    }
  }

  #learnOptOut(key: string, optedOut: boolean, said: OptOut): void {
    if (!optedOut) this.#stopped.delete(key);
    const known = this.#optOuts.get(key);
    if (known && !isSaidAfter(said, known)) return;
    this.#optOuts.set(key, { ...said, since: optedOut ? (known?.since ?? said.since) : undefined });
  }

  /** Whoever handed it over remembers what the answer says of the address before it notes the failure. */
  #learnAnswer({ functionName, parameters, result }: Observation, nth: number): void {
    const message = result as OutboundStored | undefined;
    const { status } = parameters[1] as { status: string };
    if (functionName !== "send" || status !== "failed" || message?.status !== "failed") return;
    const { consequence } = message.error ?? {};
    const { identityId, attemptedAt: at = "" } = message;
    const isSince = (time = ""): boolean => secondOf(time) >= secondOf(at);
    if (consequence === "opted-out" && !isSince(this.#optOuts.get(keyOf(message))?.at))
      this.#stopped.set(keyOf(message), nth);
    if (consequence !== "unreachable" && consequence !== "shut-out") return;
    const key = consequence === "unreachable" ? identityId : keyOf(message);
    if (!isSince(this.#wrote.get(key))) this.#shut.set(key, { since: nth, at });
  }
}

/** When customers last wrote, where that decides whether they may be written to. */
export class Windows {
  readonly #config: Configuration;
  /** the latest time that a stored message names */
  readonly #stored = new Map<string, number>();
  /** calls that told a conversation of it, whichever, each with the time that it was told */
  readonly #applied = new Map<string, { nth: number; since: number }[]>();

  constructor(config: Configuration) {
    this.#config = config;
  }

  learn({ operation, parameters, result }: Observation, nth: number): void {
    if (operation === "messages.create") {
      const { message } = result as { message: StoredMessage };
      if (message.direction !== "in" || message.decision.reason === "quiet") return;
      const [said = ""] = message.order.split("#");
      const since = Math.min(Date.parse(said), Date.parse(message.createdAt));
      this.#stored.set(keyOf(message), Math.max(since, this.#stored.get(keyOf(message)) ?? 0));
    }
    if (operation !== "conversations.applyMessage") return;
    const { identityId, inboxId, windowSince } = parameters[1] as Route & { windowSince?: string };
    if (windowSince === undefined || (result as ApplyResult).outcome !== "applied") return;
    const key = keyOf({ identityId, inboxId });
    this.#applied.set(key, [...(this.#applied.get(key) ?? []), { nth, since: Date.parse(windowSince) }]);
  }

  /** milliseconds since 1970; undefined: they have never written there */
  lastInbound(route: Route): number | undefined {
    return this.#stored.get(keyOf(route));
  }

  /** @returns why it may not go out as it does at that time; undefined where it may */
  objectionTo(message: OutboundStored, now: number): string | undefined {
    const window = capabilitiesOf(message, this.#config)?.window;
    if (!window || message.template) return undefined;
    const last = this.lastInbound(message) ?? 0;
    if (now < last + window.hours * hourMs) return undefined;
    if (message.author === "automatic") return "is automatic, and the window is closed";
    return now < last + (window.humanAgentHours ?? 0) * hourMs ? undefined : "finds the window closed";
  }

  /** Whether any conversation had been told, before that call, of a message that keeps the window open at that time. */
  wasOpen(message: OutboundStored, nth: number, now: number): boolean {
    const hours = capabilitiesOf(message, this.#config)?.window?.hours ?? 0;
    const told = this.#applied.get(keyOf(message)) ?? [];
    return told.some((each) => each.nth < nth && now < each.since + hours * hourMs);
  }
}
