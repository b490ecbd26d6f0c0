import { agentRoutes } from "./agents.ts";
import { conversationRoutes } from "./conversations.ts";
import { customerRoutes } from "./customers.ts";
import { messageRoutes } from "./messages.ts";
import { operatorRoutes } from "./operators.ts";
import { atLeast, matchRoute, type ApiRequest, type Route } from "./routes.ts";
import { problem, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { PoolBusy, type PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import { InvalidCursor } from "../../shared/ports/stores.ts";

export const routes: Route[] = [
  ...conversationRoutes,
  ...messageRoutes,
  ...agentRoutes,
  ...customerRoutes,
  ...operatorRoutes,
];

/** The agents' and operators' API: `/v1`. The caller has been authenticated; here it is decided what they may do. */
export async function run(request: ApiRequest, app: App, memory: PoolMemory): Promise<HttpReply> {
  try {
    const { route, parameters } = matchRoute(routes, request.method, request.path);
    if (!atLeast(request.caller, route.role)) {
      return problem(403, `This takes the role ${route.role}; yours is ${request.caller.role}.`);
    }
    const query = new URLSearchParams(request.rawQuery);
    return await route.handle({ request, caller: request.caller, parameters, query, app, memory });
  } catch (error) {
    return replyTo(error, app);
  }
}

function replyTo(error: unknown, app: App): HttpReply {
  if (error instanceof ProblemError) return error.reply;
  if (error instanceof InvalidCursor) {
    const errors = [{ field: "cursor", message: "is none that a list gave" }];
    return problem(400, "Leave the cursor out to begin at the first page.", { errors });
  }
  app.log.error("api.failed", error);
  if (error instanceof PoolBusy) return problem(503, "The pool is busy; nothing was changed. Try again in a moment.");
  return problem(
    500,
    "Something failed on our side; whatever was answered before stands. Try again, with the same Idempotency-Key.",
  );
}
