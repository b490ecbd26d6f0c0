/** What the issuer gives for a code, or for a refresh token (RFC 6749 sections 5.1 and 6). */
export interface Grant {
  access_token: string;
  /** seconds */
  expires_in?: number;
  /** absent where the issuer gives none, or where the one before stays good */
  refresh_token?: string;
}

/** So long before it ends an access token is renewed: calls that are on their way then still arrive. */
const renewAheadMs = 2 * 60_000;

/** A browser's timer for longer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/** An access token that is renewed as long as the issuer does so; both tokens stay in memory. */
export class AccessToken {
  #grant: Grant;
  #renewing: Promise<boolean> | undefined;
  readonly #ask: (refreshToken: string) => Promise<Grant | undefined>;

  /** @param ask for another one; undefined where the issuer refuses; throws TypeError where no answer came */
  constructor(first: Grant, ask: (refreshToken: string) => Promise<Grant | undefined>) {
    this.#grant = first;
    this.#ask = ask;
    this.#renewInTime();
  }

  get value(): string {
    return this.#grant.access_token;
  }

  /**
   * @param used what was refused: where another one has come since, that is enough
   * @returns whether there is another one now
   * @throws TypeError where no answer came
   */
  renew(used: string): Promise<boolean> {
    if (used !== this.value) return Promise.resolve(true);
    this.#renewing ??= this.#exchange().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #exchange(): Promise<boolean> {
    const { refresh_token: refreshToken } = this.#grant;
    if (refreshToken === undefined) return false;
    const grant = await this.#ask(refreshToken);
    if (!grant) {
      delete this.#grant.refresh_token;
      return false;
    }
    this.#grant = { refresh_token: refreshToken, ...grant };
    this.#renewInTime();
    return true;
  }

  #renewInTime(): void {
    const { access_token: used, expires_in: seconds, refresh_token: refreshToken } = this.#grant;
    if (seconds === undefined || refreshToken === undefined) return;
    const inMs = Math.min(Math.max(seconds * 1000 - renewAheadMs, (seconds * 1000) / 2), longestTimerMs);
    // Where it does not succeed, the next call that is refused tries again, and says so.
    setTimeout(() => void this.renew(used).catch(() => {}), inMs);
  }
}
