import { agentsApi } from "./agents-part.ts";
import { fileContract } from "./files.ts";
import { recordsApi } from "./records-part.ts";

/*
 * The API as tables, by operation. Each function that carries a part of it out has whole subtrees of paths: what the first
 * segment behind `/v1` is says whose a request is, and that function alone says what is not there.
 */

/** What both carry out. */
export const contract = { ...agentsApi, ...recordsApi };

export type Operations = typeof contract;
export type OperationName = keyof Operations;

/** The whole API, with what `functions/files` carries out: `infra/openapi` documents it, `shared/client` calls it. */
export const wholeContract = { ...contract, ...fileContract };

export type WholeOperations = typeof wholeContract;
export type WholeOperationName = keyof WholeOperations;

/** The first segments behind `/v1` of a part's paths. */
export const subtreesOf = (part: Record<string, { readonly path: string }>): string[] =>
  Array.from(new Set(Object.values(part).map(({ path }) => path.split("/")[2]!)));
