import type { ProblemReason } from "../api/problems.ts";

export interface FieldProblem {
  /** a path into the body, a parameter or a header */
  field: string;
  message: string;
}

/** What a call's failing leaves to go on with. */
interface Attempt {
  /** of calls that take one: send it with the next attempt, and the request is carried out once at most */
  idempotencyKey?: string;
}

/** The router answered that it won't do it, as problem+json (RFC 9457) says. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  readonly status: number;
  /** why what is well formed was refused */
  readonly reason: ProblemReason | undefined;
  /** what is wrong with the request, field by field */
  readonly errors: FieldProblem[];
  readonly idempotencyKey: string | undefined;
  /** the whole problem, with what only some have, e.g. `alternatives` */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Record<string, unknown>, { idempotencyKey }: Attempt) {
    super(detailOf(status, problem));
    this.status = status;
    this.reason = problem["reason"] as ProblemReason | undefined;
    this.errors = (problem["errors"] ?? []) as FieldProblem[];
    this.idempotencyKey = idempotencyKey;
    this.problem = problem;
  }
}

function detailOf(status: number, { detail, message }: Record<string, unknown>): string {
  // What stands before the router, API Gateway above all, says `message`.
  const said = detail ?? message;
  return typeof said === "string" ? said : `The router answered ${status}.`;
}

/**
 * No answer came, so nobody knows whether the call was carried out: its `cause` says what the network said. Reading may be
 * tried again; so may a call with an idempotency key, with the same one. Anything else is to be looked at first.
 */
export class NoAnswer extends Error {
  override name = "NoAnswer";
  readonly idempotencyKey: string | undefined;

  constructor(cause: unknown, { idempotencyKey }: Attempt) {
    super("The router gave no answer.", { cause });
    this.idempotencyKey = idempotencyKey;
  }
}
