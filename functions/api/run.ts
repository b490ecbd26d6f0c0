import { agentHandlers } from "./agents.ts";
import { conversationHandlers } from "./conversations.ts";
import { messageHandlers } from "./messages.ts";
import type { ApiRequest, Given } from "./routes.ts";
import { agentsApi } from "../../shared/api/agents-part.ts";
import { problem, type HttpReply } from "../../shared/flow/http-reply.ts";
import { PoolBusy, type PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import { server } from "../serve.ts";

const answer = server<typeof agentsApi, Given>({
  contract: agentsApi,
  handlers: { ...conversationHandlers, ...messageHandlers, ...agentHandlers },
  explain: (error) =>
    error instanceof PoolBusy
      ? problem(503, "The pool is busy; nothing was changed. Try again in a moment.")
      : undefined,
});

/** What agents do with conversations, under `/v1`. */
export const run = (request: ApiRequest, app: App, memory: PoolMemory): Promise<HttpReply> =>
  answer(request, { memory }, app);
