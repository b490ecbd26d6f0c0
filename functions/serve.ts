import { requireRight } from "./caller.ts";
import { idempotencyKey, readBody, readQuery } from "./input.ts";
import { refusal } from "./refuse.ts";
import { matchRoute, patternsOf, type ApiRequest, type Call, type Handlers } from "./routes.ts";
import type { Contract, RouteContract } from "../shared/api/route.ts";
import { json, problem, ProblemError, type HttpReply } from "../shared/flow/http-reply.ts";
import { KeptChanging } from "../shared/flow/join.ts";
import type { App } from "../shared/ports/app.ts";
import { InvalidCursor } from "../shared/ports/paging.ts";

export interface Served<Part extends Contract, Given> {
  contract: Part;
  handlers: Handlers<Part, Given>;
  /** an answer to an error that only this function knows */
  explain?(error: unknown): HttpReply | undefined;
}

/**
 * Answers requests of `/v1` by the handlers of one function. The caller has been authenticated; here it is decided what
 * they may do, and whether the request is what its route takes.
 *
 * @returns what takes a request, with what handlers of this function get besides the call
 */
export function server<Part extends Contract, Given>({ contract, handlers, explain }: Served<Part, Given>) {
  const patterns = patternsOf(contract);
  return async (request: ApiRequest, given: Given, app: App): Promise<HttpReply> => {
    try {
      const { name, parameters } = matchRoute(patterns, request.method, request.path);
      const route: RouteContract = contract[name]!;
      requireRight(route, request.caller);
      const call: Call<RouteContract> = {
        caller: request.caller,
        app,
        parameters,
        query: readQuery(route.query, request.rawQuery),
        body: readBody(route.body, request.body),
        idempotencyKey: idempotencyKey(route, request),
      };
      // The contract ties each handler to its own call; what is looked up by a name that is known only now has lost that.
      const handle = handlers[name] as (call: Call<RouteContract> & Given) => Promise<unknown>;
      const answer = await handle({ ...call, ...given });
      return route.answersText ? plainText(answer as string) : json(route.status, answer);
    } catch (error) {
      return knownReply(error) ?? unknownReply(error, explain, app);
    }
  };
}

const plainText = (body: string): HttpReply => ({
  status: 200,
  headers: {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  },
  body,
});

function knownReply(error: unknown): HttpReply | undefined {
  if (error instanceof ProblemError) return error.reply;
  if (error instanceof KeptChanging) return refusal("kept-changing", error.message).reply;
  if (!(error instanceof InvalidCursor)) return undefined;
  const errors = [{ field: "cursor", message: "is none that this list gave" }];
  return problem(400, "Leave the cursor out to begin at the first page.", { errors });
}

function unknownReply(error: unknown, explain: Served<Contract, unknown>["explain"], app: App): HttpReply {
  app.log.error("api.failed", error);
  return (
    explain?.(error) ??
    problem(
      500,
      "Something failed on our side; whatever was answered before stands. Try again, with the same Idempotency-Key.",
    )
  );
}
