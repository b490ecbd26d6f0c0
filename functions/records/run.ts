import { customerHandlers } from "./customers.ts";
import { joinHandlers } from "./joins.ts";
import { parkedHandlers } from "./parked.ts";
import { recordHandlers } from "./records.ts";
import { webhookHandlers } from "./webhooks.ts";
import { recordsApi } from "../../shared/api/records-part.ts";
import type { HttpReply } from "../../shared/flow/http-reply.ts";
import type { App } from "../../shared/ports/app.ts";
import type { ApiRequest } from "../routes.ts";
import { server } from "../serve.ts";

const answer = server({
  contract: recordsApi,
  handlers: { ...customerHandlers, ...joinHandlers, ...recordHandlers, ...parkedHandlers, ...webhookHandlers },
});

/** What is known of customers, what is parked and who is told of events, under `/v1`. */
export const run = (request: ApiRequest, app: App): Promise<HttpReply> => answer(request, {}, app);
