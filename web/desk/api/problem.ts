/** An answer that is no success, as problem+json tells it. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly reason: string | undefined;

  /** @param detail empty where the answer says nothing that a person could read */
  constructor(status: number, detail: string, reason?: string) {
    super(detail);
    this.status = status;
    this.reason = reason;
  }
}
