import type { WebSocket } from "ws";
import type { Timer } from "../clock.ts";
import type { GatewayRequest, GatewayResponse } from "../gateway/gateway.ts";
import type { SocketContext } from "./event.ts";
import { maxMessageBytes } from "./frames.ts";

export interface Connection {
  context: SocketContext;
  socket: WebSocket;
  lastActiveAt: number;
  timers: { idle: Timer; end: Timer };
}

export interface OpenConnections {
  find(connectionId: string): Connection | undefined;
  /** called after a message went out */
  sent(connection: Connection): void;
}

/** The @connections API (API Gateway developer guide, "Use @connections commands in your backend service"). */
export function answerManagementCall(request: GatewayRequest, open: OpenConnections): GatewayResponse {
  const [, encodedId] = /\/@connections\/([^/?]+)/.exec(request.path) ?? [];
  if (encodedId === undefined) return failure(404, "NotFoundException", "Not Found");
  const connection = open.find(decodeURIComponent(encodedId));
  if (!connection) return failure(410, "GoneException", "");
  const { context, socket, lastActiveAt } = connection;
  switch (request.method) {
    case "POST":
      if (request.body.length > maxMessageBytes) return failure(413, "PayloadTooLargeException", "Payload too large");
      socket.send(request.body.toString("utf8"));
      open.sent(connection);
      return { status: 200, headers: {}, body: "" };
    case "GET":
      return json(200, {
        connectedAt: new Date(context.connectedAt).toISOString(),
        identity: { sourceIp: context.sourceIp, userAgent: context.userAgent },
        lastActiveAt: new Date(lastActiveAt).toISOString(),
      });
    case "DELETE":
      socket.close(1000, "Connection Closed Normally");
      return { status: 204, headers: {}, body: "" };
    default:
      return failure(405, "MethodNotAllowedException", `${request.method} is not supported`);
  }
}

const json = (status: number, value: object, headers: Record<string, string> = {}): GatewayResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

const failure = (status: number, type: string, message: string): GatewayResponse =>
  json(status, { message }, { "x-amzn-errortype": type });
