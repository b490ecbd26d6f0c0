import middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2, APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import { run, type SocketEvent } from "./run.ts";
import { answerErrors, resultOf, startApp } from "../wiring.ts";

const app = startApp();

/** `$connect` has the handshake's query; Lambda's types leave it out of WebSocket events. */
type Event = APIGatewayProxyWebsocketEventV2 & { queryStringParameters?: Record<string, string | undefined> };

export const handler = middy<Event, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async ({ requestContext, queryStringParameters, body }) => {
    const route = requestContext.routeKey as SocketEvent["route"];
    const ticket = queryStringParameters?.ticket;
    return resultOf(await run({ route, connectionId: requestContext.connectionId, ticket, body }, app));
  });
