import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { commonLogTime } from "../http/event.ts";

export interface SocketContext {
  apiId: string;
  stage: string;
  domainName: string;
  connectionId: string;
  /** milliseconds since 1970 */
  connectedAt: number;
  sourceIp: string;
  userAgent: string;
}

interface EventDetails {
  routeKey: string;
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  now: number;
}

/** What all three kinds of events share (API Gateway developer guide, "Route requests … WebSocket APIs"). */
const requestContext = (context: SocketContext, { routeKey, eventType, now }: EventDetails): object => ({
  routeKey,
  eventType,
  extendedRequestId: randomUUID(),
  requestTime: commonLogTime(now),
  messageDirection: "IN",
  stage: context.stage,
  connectedAt: context.connectedAt,
  requestTimeEpoch: now,
  identity: { sourceIp: context.sourceIp, userAgent: context.userAgent },
  requestId: randomUUID(),
  domainName: context.domainName,
  connectionId: context.connectionId,
  apiId: context.apiId,
});

export function connectEvent(context: SocketContext, request: IncomingMessage, now: number): object {
  const headers: Record<string, string> = {};
  const multiValueHeaders: Record<string, string[]> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]!;
    const value = request.rawHeaders[index + 1]!;
    headers[name] = value;
    (multiValueHeaders[name] ??= []).push(value);
  }
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  const names = [...new Set(query.keys())];
  return {
    headers,
    multiValueHeaders,
    ...(names.length > 0 && {
      queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).at(-1)!])),
      multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
    }),
    requestContext: requestContext(context, { routeKey: "$connect", eventType: "CONNECT", now }),
    isBase64Encoded: false,
  };
}

export const messageEvent = (context: SocketContext, routeKey: string, body: string, now: number): object => ({
  requestContext: {
    ...requestContext(context, { routeKey, eventType: "MESSAGE", now }),
    messageId: randomUUID(),
  },
  body,
  isBase64Encoded: false,
});

export const disconnectEvent = (
  context: SocketContext,
  close: { code: number; reason: string },
  now: number,
): object => ({
  requestContext: {
    ...requestContext(context, { routeKey: "$disconnect", eventType: "DISCONNECT", now }),
    disconnectStatusCode: close.code,
    disconnectReason: close.reason,
  },
  isBase64Encoded: false,
});
