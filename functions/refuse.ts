import { problemReasons, type ProblemReason } from "../shared/api/problems.ts";
import { ProblemError, type ProblemFields } from "../shared/flow/http-reply.ts";

/**
 * Why a route won't do what was well asked for.
 *
 * @param detail for the person who reads it: what stands in the way and what can be done
 */
export const refusal = (reason: ProblemReason, detail: string, fields: ProblemFields = {}): ProblemError =>
  new ProblemError(problemReasons[reason], detail, { reason, ...fields });
