import { agentHandlers } from "./agents.ts";
import { conversationHandlers } from "./conversations.ts";
import { customerHandlers } from "./customers.ts";
import { idempotencyKey, readBody, readQuery } from "./input.ts";
import { joinHandlers } from "./joins.ts";
import { messageHandlers } from "./messages.ts";
import { operationsHandlers } from "./operations.ts";
import { recordHandlers } from "./records.ts";
import { refusal } from "./refuse.ts";
import { matchRoute, requireRight, type ApiRequest, type Call, type Handlers } from "./routes.ts";
import { webhookHandlers } from "./webhooks.ts";
import { contract, type Operations } from "../../shared/api/contract.ts";
import type { RouteContract } from "../../shared/api/route.ts";
import { json, problem, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { KeptChanging } from "../../shared/flow/join.ts";
import { PoolBusy, type PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import { InvalidCursor } from "../../shared/ports/paging.ts";

const handlers: Handlers<Operations> = {
  ...conversationHandlers,
  ...messageHandlers,
  ...agentHandlers,
  ...customerHandlers,
  ...joinHandlers,
  ...recordHandlers,
  ...operationsHandlers,
  ...webhookHandlers,
};

/** The agents' and operators' API: `/v1`. The caller has been authenticated; here it is decided what they may do. */
export async function run(request: ApiRequest, app: App, memory: PoolMemory): Promise<HttpReply> {
  try {
    const { name, parameters } = matchRoute(request.method, request.path);
    const route: RouteContract = contract[name];
    requireRight(route, request.caller);
    const call: Call<RouteContract> = {
      caller: request.caller,
      app,
      memory,
      parameters,
      query: readQuery(route.query, request.rawQuery),
      body: readBody(route.body, request.body),
      idempotencyKey: idempotencyKey(route, request),
    };
    // The contract ties each handler to its own call; what is looked up by a name that is known only now has lost that.
    const handle = handlers[name] as (call: Call<RouteContract>) => Promise<unknown>;
    const answer = await handle(call);
    return route.answersText ? plainText(answer as string) : json(route.status, answer);
  } catch (error) {
    return replyTo(error, app);
  }
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

function replyTo(error: unknown, app: App): HttpReply {
  if (error instanceof ProblemError) return error.reply;
  if (error instanceof InvalidCursor) {
    const errors = [{ field: "cursor", message: "is none that this list gave" }];
    return problem(400, "Leave the cursor out to begin at the first page.", { errors });
  }
  if (error instanceof KeptChanging) return refusal("kept-changing", error.message).reply;
  app.log.error("api.failed", error);
  if (error instanceof PoolBusy) return problem(503, "The pool is busy; nothing was changed. Try again in a moment.");
  return problem(
    500,
    "Something failed on our side; whatever was answered before stands. Try again, with the same Idempotency-Key.",
  );
}
