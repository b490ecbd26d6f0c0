/** What could be done in place of what was refused, by its kind and what belongs to that. */
export interface Alternative {
  kind: string;
  [about: string]: unknown;
}

/** An answer that is no success, as problem+json tells it. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly reason: string | undefined;
  readonly alternatives: Alternative[];

  /** @param detail empty where the answer says nothing that a person could read */
  constructor(status: number, detail: string, reason?: string, alternatives: Alternative[] = []) {
    super(detail);
    this.status = status;
    this.reason = reason;
    this.alternatives = alternatives;
  }
}

interface Told {
  detail?: string;
  message?: string;
  reason?: string;
  alternatives?: Alternative[];
}

/** @param answer its body, where it had one that could be read */
export function problemOf(status: number, answer: unknown): Problem {
  const { detail, message, reason, alternatives } = (answer ?? {}) as Told;
  return new Problem(status, detail ?? message ?? "", reason, alternatives);
}

/** Whether whoever asked is signed in no more. */
export const isSignedOut = (error: unknown): boolean => error instanceof Problem && error.status === 401;
