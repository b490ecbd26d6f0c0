import middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { chatEventOf, type ChatRequest } from "./event.ts";
import { run } from "./run.ts";
import { answerErrors, resultOf, startApp } from "../wiring.ts";

const app = startApp();

export const handler = middy<ChatRequest, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async (event) => resultOf(await run(chatEventOf(event), app)));
