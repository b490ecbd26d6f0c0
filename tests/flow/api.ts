import { run as api } from "../../functions/api/run.ts";
import { run as records } from "../../functions/records/run.ts";
import type { ApiRequest } from "../../functions/routes.ts";
import { subtreesOf } from "../../shared/api/contract.ts";
import { recordsApi } from "../../shared/api/records-part.ts";
import type { HttpReply } from "../../shared/flow/http-reply.ts";
import type { PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";

const ofRecords = new Set(subtreesOf(recordsApi));

/** Hands a request to the function that the HTTP API's routes name for it. */
export const callApi = (request: ApiRequest, app: App, memory: PoolMemory): Promise<HttpReply> =>
  ofRecords.has(request.path.split("/")[2] ?? "") ? records(request, app) : api(request, app, memory);
