import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type middy from "@middy/core";
import { callerOf } from "./caller.ts";
import type { ApiRequest } from "./routes.ts";
import { createApp, type RareAdapters } from "../shared/adapters/app.ts";
import { readDelivery } from "../shared/adapters/queues.ts";
import type { WebhookRequest } from "../shared/channels/channel.ts";
import type { Configuration } from "../shared/core/configuration.ts";
import { problem, ProblemError, type HttpReply } from "../shared/flow/http-reply.ts";
import type { App } from "../shared/ports/app.ts";
import type { Delivery } from "../shared/ports/queues.ts";

/*
 * What the lambda.ts files share: from Lambda's events to a run.ts's arguments, and back. Runs once a cold start or
 * carries no decision of its own.
 */

/** The bag of a Lambda function: the environment that the template gives it, and the configuration beside its bundle. */
export function startApp(adapters?: Partial<RareAdapters>): App {
  const configuration = JSON.parse(
    readFileSync(join(import.meta.dirname, "configuration.json"), "utf8"),
  ) as Configuration;
  return createApp(process.env, configuration, adapters);
}

export const deliveriesOf = <Job>(event: SQSEvent, app: App): Promise<Delivery<Job>[]> =>
  Promise.all(event.Records.map((record) => readDelivery<Job>(record, app.blobs)));

export const batchResponse = (failed: string[]): SQSBatchResponse => ({
  batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })),
});

/** An API Gateway event (payload 2.0) as a request: its path without the stage, its body as text. @throws ProblemError 400 */
export function requestOf(event: APIGatewayProxyEventV2): WebhookRequest {
  const body = event.body ?? "";
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    rawQuery: event.rawQueryString,
    headers: Object.fromEntries(
      Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value ?? ""]),
    ),
    body: event.isBase64Encoded ? textOf(bytesOf(event)) : body,
    domainName: event.requestContext.domainName,
  };
}

/** A request whose authorizer let it through, with who asks. @throws ProblemError 400, or 403 where the token names no role of ours */
export function signedInRequestOf(event: APIGatewayProxyEventV2): ApiRequest {
  const caller = callerOf(event.headers["authorization"] ?? "");
  if (caller) return { ...requestOf(event), caller };
  throw new ProblemError(
    403,
    "Your token names no user or no role: ask for one of the groups agent, supervisor, operator, admin or service.",
  );
}

/** The body as it was sent; of one that API Gateway takes for text, as UTF-8. */
export const bytesOf = ({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8");

/** Signatures are over bytes: what is no UTF-8 is refused, since a text made of it would be another one. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ProblemError(400, "The body is not UTF-8.");
  }
}

export const resultOf = (reply: HttpReply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: reply.status,
  headers: reply.headers,
  body: reply.body,
});

/** A request that can't be read is told so. Else nothing was made durable, so the provider or client is told to try again; the message of the error stays inside. */
export const answerErrors = (app: App): middy.MiddlewareObj<unknown, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    if (request.error instanceof ProblemError) {
      request.response = resultOf(request.error.reply);
      return;
    }
    app.log.error("request.failed", request.error);
    request.response = resultOf(problem(500, "Something failed on our side and nothing was taken in. Try again."));
  },
});
