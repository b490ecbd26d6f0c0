import type { WholeOperationName, WholeOperations } from "../api/contract.ts";
import type { AnswerOf, BodyOf, ParametersOf, QueryOf, RouteContract } from "../api/route.ts";

/** Present where the part has fields, and needed where one of them is. */
type Part<Name extends string, Fields> = keyof Fields extends never
  ? unknown
  : Record<never, never> extends Fields
    ? { [Key in Name]?: Fields }
    : { [Key in Name]: Fields };

type KeyPart<Route extends RouteContract> = Route extends { takesIdempotencyKey: true }
  ? {
      /** made where it is left out; the error of a call that failed has it, to be sent again */
      idempotencyKey?: string;
    }
  : unknown;

type FilePart<Route extends RouteContract> = Route extends { takesFile: true }
  ? {
      /** what the file is said to be, as a MIME type; its content decides */
      contentType: string;
      name: string;
      file: Blob | Uint8Array<ArrayBuffer>;
    }
  : unknown;

type RequestFor<Route extends RouteContract> = ParametersOf<Route> &
  Part<"query", QueryOf<Route>> &
  Part<"body", BodyOf<Route>> &
  KeyPart<Route> &
  FilePart<Route> & { signal?: AbortSignal };

/** What a call takes: the path's parameters by name, and its `query` and `body`. */
export type RequestOf<Name extends WholeOperationName> = RequestFor<WholeOperations[Name]>;

export type Answer<Name extends WholeOperationName> = AnswerOf<WholeOperations[Name]>;

type Optional<Request> = Record<never, never> extends Request ? [request?: Request] : [request: Request];

export type ArgumentsOf<Name extends WholeOperationName> = Optional<RequestOf<Name>>;

/** Operations that answer page by page. */
export type ListName = {
  [Name in WholeOperationName]: WholeOperations[Name] extends { query: unknown }
    ? Answer<Name> extends { items: unknown[] }
      ? Name
      : never
    : never;
}[WholeOperationName];

export type ItemOf<Name extends ListName> = Answer<Name> extends { items: (infer Item)[] } ? Item : never;

type Calls = { [Name in WholeOperationName]: (...request: ArgumentsOf<Name>) => Promise<Answer<Name>> };

/** One method an operation. Each throws ApiProblem or NoAnswer; none tries again by itself. */
export interface Client extends Calls {
  /** The items of all pages, one by one; each page is fetched when it is needed. */
  all<Name extends ListName>(name: Name, ...request: ArgumentsOf<Name>): AsyncGenerator<ItemOf<Name>, void, undefined>;
}
