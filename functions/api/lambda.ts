import middy from "@middy/core";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { run } from "./run.ts";
import { createPoolMemory } from "../../shared/flow/pool.ts";
import { answerErrors, resultOf, signedInRequestOf, startApp } from "../wiring.ts";

const app = startApp();
const memory = createPoolMemory();

export const handler = middy<APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async (event) => resultOf(await run(signedInRequestOf(event), app, memory)));
