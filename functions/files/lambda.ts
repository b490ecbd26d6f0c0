import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { run, type FileReply } from "./run.ts";
import { callerOf } from "../caller.ts";
import { answerErrors, bytesOf, resultOf, startApp } from "../wiring.ts";

const app = startApp();

const fileResult = ({ status, headers, bytes }: FileReply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers,
  body: Buffer.from(bytes).toString("base64"),
  isBase64Encoded: true,
});

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async (event) => {
    const { method } = event.requestContext.http;
    const caller = callerOf(event.headers["authorization"] ?? "");
    const request = { method, path: event.rawPath, headers: event.headers, bytes: bytesOf(event), caller };
    const reply = await run(request, app);
    return "bytes" in reply ? fileResult(reply) : resultOf(reply);
  });
