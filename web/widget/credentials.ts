import type { Storage } from "./storage.ts";
import { claimsOf, isCurrent } from "./tokens.ts";

export const subprotocol = "switchyard.v1";

/** After so many refusals in a row one attempt is made without a token, to learn whether the token is at fault. */
const probeAfterRefusals = 4;

/**
 * What the chat shows of itself when it connects. A browser does not tell why a handshake failed: where attempts with a
 * token keep failing, one without succeeds, and the next with it fails again, the token is given up.
 */
export class Credentials {
  readonly #storage: Storage;
  #vouch: string | undefined;
  #shown: string | undefined;
  #refusals = 0;
  #doubt: "none" | "probing" | "lastTry" = "none";

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get session(): string | undefined {
    const token = this.#storage.get("session");
    return token !== undefined && isCurrent(token, Date.now()) ? token : undefined;
  }

  /** whose chat it is, as far as this browser knows */
  get subject(): string | undefined {
    const { session } = this;
    return session === undefined ? undefined : claimsOf(session).sub;
  }

  get hasVouch(): boolean {
    return this.#vouch !== undefined && isCurrent(this.#vouch, Date.now());
  }

  vouch(token: string): void {
    this.#vouch = token;
  }

  /** @param mayVouch false while messages are under way: their ids belong to the session in which they were first sent */
  protocols(mayVouch: boolean): string[] {
    this.#shown = undefined;
    if (this.#doubt === "probing") return [subprotocol];
    const vouch = mayVouch && this.hasVouch ? this.#vouch : undefined;
    this.#shown = vouch;
    return [subprotocol, this.session, vouch].filter((token) => token !== undefined);
  }

  /** @returns true: this was only to learn, connect again */
  opened(): boolean {
    if (this.#doubt !== "probing") return false;
    this.#doubt = "lastTry";
    return true;
  }

  refused(): void {
    const hasTokens = this.session !== undefined || this.hasVouch;
    if (this.#doubt === "lastTry") {
      if (this.#shown === undefined) this.#storage.remove("session");
      else this.#dropShown();
    }
    this.#refusals += 1;
    const isTime = hasTokens && this.#doubt === "none" && this.#refusals % probeAfterRefusals === 0;
    this.#doubt = isTime ? "probing" : "none";
  }

  welcomed(sessionToken: string): void {
    this.#refusals = 0;
    this.#doubt = "none";
    this.#dropShown();
    this.#storage.set("session", sessionToken);
  }

  /** A vouch that came since then is another person's, and still to be shown. */
  #dropShown(): void {
    if (this.#vouch === this.#shown) this.#vouch = undefined;
  }

  forget(): void {
    this.#vouch = undefined;
    this.#storage.remove("session");
  }
}
