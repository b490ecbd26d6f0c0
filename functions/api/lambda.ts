import middy from "@middy/core";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { run } from "./run.ts";
import { foreignHttp } from "../../shared/adapters/foreign-http.ts";
import { createPoolMemory } from "../../shared/flow/pool.ts";
import { problem } from "../../shared/flow/http-reply.ts";
import { callerOf } from "../caller.ts";
import { answerErrors, requestOf, resultOf, startApp } from "../wiring.ts";

const app = startApp({ foreignHttp: foreignHttp() });
const memory = createPoolMemory();

export const handler = middy<APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async (event) => {
    const caller = callerOf(event.headers["authorization"] ?? "");
    if (!caller)
      return resultOf(
        problem(
          403,
          "Your token names no user or no role: ask for one of the groups agent, supervisor, operator, admin or service.",
        ),
      );
    return resultOf(await run({ ...requestOf(event), caller }, app, memory));
  });
