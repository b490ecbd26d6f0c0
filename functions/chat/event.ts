import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import type { ChatEvent } from "./run.ts";

/** `$connect` has the handshake's headers and query; Lambda's types leave them out of WebSocket events. */
export type ChatRequest = APIGatewayProxyWebsocketEventV2 & {
  headers?: Record<string, string | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
};

/** API Gateway's event in our words. Names of headers come as the client wrote them. */
export function chatEventOf({
  requestContext,
  headers = {},
  queryStringParameters,
  body = "",
}: ChatRequest): ChatEvent {
  const { connectionId, requestTimeEpoch } = requestContext;
  const header = (name: string): string | undefined =>
    Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  switch (requestContext.routeKey) {
    case "$connect":
      return {
        route: "$connect",
        connectionId,
        sourceIp: (requestContext as { identity?: { sourceIp?: string } }).identity?.sourceIp ?? "",
        origin: header("origin"),
        protocols: (header("sec-websocket-protocol") ?? "")
          .split(",")
          .map((each) => each.trim())
          .filter(Boolean),
        inboxId: queryStringParameters?.inbox,
      };
    case "$disconnect":
      return { route: "$disconnect", connectionId };
    default:
      return { route: "$default", connectionId, body, takenAt: requestTimeEpoch };
  }
}
