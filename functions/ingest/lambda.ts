import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { run } from "./run.ts";
import { answerErrors, requestOf, resultOf, startApp } from "../wiring.ts";

const app = startApp();

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async (event) => resultOf(await run(requestOf(event), app)));
