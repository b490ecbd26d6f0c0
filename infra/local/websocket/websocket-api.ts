import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { VirtualClock } from "../clock.ts";
import type { GatewayRequest, GatewayResponse, Meter } from "../gateway/gateway.ts";
import { sourceIpOf } from "../http/event.ts";
import type { Invocable } from "../lambda/function.ts";
import { connectEvent, disconnectEvent, messageEvent, type SocketContext } from "./event.ts";
import { FrameWatch, maxFrameBytes, maxMessageBytes } from "./frames.ts";
import { answerManagementCall, type Connection } from "./management.ts";

/** A connection without a message (API Gateway quotas for WebSocket APIs). */
const idleTimeoutMs = 10 * 60_000;

/** A connection at most (same page). */
const maxConnectionMs = 2 * 60 * 60_000;

/** Messages are billed in pieces of 32 KB (API Gateway pricing). */
const billedMessageBytes = 32 * 1024;

export interface WebSocketApiOptions {
  apiId: string;
  stage: string;
  domainName: string;
  /** e.g. `$request.body.action` */
  routeSelectionExpression: string;
  /** by route key, `$connect`, `$disconnect` and `$default` among them */
  routes: Map<string, Invocable>;
  clock: VirtualClock;
  meter: Meter;
}

/** One WebSocket API: its routes call functions, its management API writes to open connections. */
export class WebSocketApi {
  readonly #options: WebSocketApiOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  readonly #connections = new Map<string, Connection>();

  constructor(options: WebSocketApiOptions) {
    this.#options = options;
    if (!/^\$request\.body\.\w+$/.test(options.routeSelectionExpression))
      throw new Error(`RouteSelectionExpression ${options.routeSelectionExpression} is not supported`);
  }

  /** Asks `$connect`; the connection opens only when that answers 2xx. */
  async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { apiId, stage, domainName, clock } = this.#options;
    const context: SocketContext = {
      apiId,
      stage,
      domainName,
      connectionId: randomBytes(11).toString("base64"),
      connectedAt: Math.floor(clock.now()),
      sourceIp: sourceIpOf(request),
      userAgent: request.headers["user-agent"] ?? "",
    };
    socket.on("error", () => socket.destroy());
    const answer = await this.#askConnect(connectEvent(context, request, context.connectedAt));
    if (answer.status < 200 || answer.status > 299) return refuse(socket, answer.status);
    this.#server.options.handleProtocols = () => answer.protocol ?? false;
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(context, opened, socket));
  }

  /** One call of the management API: `POST|GET|DELETE /@connections/{id}`. */
  manage(request: GatewayRequest): GatewayResponse {
    return answerManagementCall(request, {
      find: (connectionId) => this.#connections.get(connectionId),
      sent: (connection) => this.#touch(connection),
    });
  }

  /** Closes every connection (1001: going away) after its `$disconnect`. */
  async close(): Promise<void> {
    const closed = [...this.#connections.values()].map(
      ({ socket }) => new Promise<void>((resolve) => void socket.once("close", () => resolve())),
    );
    for (const { socket } of this.#connections.values()) {
      socket.close(1001, "Going away");
      socket.terminate();
    }
    await Promise.all(closed);
    this.#server.close();
  }

  async #askConnect(event: object): Promise<{ status: number; protocol?: string }> {
    const target = this.#options.routes.get("$connect");
    if (!target) return { status: 200 };
    const result = await target.invoke(event);
    if (!result.ok) return { status: 500 };
    const { statusCode, headers } = JSON.parse(result.payload) as { statusCode?: number; headers?: object };
    const entries = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
    const protocol = entries.find(([name]) => name === "sec-websocket-protocol")?.[1];
    return { status: statusCode ?? 500, protocol };
  }

  #open(context: SocketContext, socket: WebSocket, raw: Duplex): void {
    const { clock } = this.#options;
    const connection: Connection = {
      context,
      socket,
      lastActiveAt: clock.now(),
      timers: {
        idle: clock.at(clock.now() + idleTimeoutMs, () => this.#endIdle(connection)),
        end: clock.at(context.connectedAt + maxConnectionMs, () => socket.close(1001, "Going away")),
      },
    };
    this.#connections.set(context.connectionId, connection);
    const watch = new FrameWatch();
    raw.prependListener("data", (chunk: Buffer) => {
      if (watch.oversize(chunk) !== undefined)
        socket.close(1009, `Frames may have ${maxFrameBytes} bytes, messages ${maxMessageBytes}`);
    });
    // The ws package closes with the right code itself (1009, 1007, 1002); its error says nothing more.
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary) => {
      if (socket.readyState === socket.OPEN) void clock.busy(this.#take(connection, data, isBinary));
    });
    socket.on("close", (code, reason) => void clock.busy(this.#closed(connection, code, reason.toString())));
  }

  async #take(connection: Connection, data: Buffer, isBinary: boolean): Promise<void> {
    const { context, socket } = connection;
    this.#touch(connection);
    this.#record("MessageIn", data.length);
    // WebSocket APIs take no binary frames (API Gateway developer guide, "Binary media types for WebSocket APIs").
    if (isBinary) return socket.close(1003, "Binary messages are not supported");
    const text = data.toString("utf8");
    const { routeKey, target } = this.#route(text);
    const event = messageEvent(context, routeKey, text, Math.floor(this.#options.clock.now()));
    const result = await target?.invoke(event);
    if (result?.ok) return;
    const { requestId } = (event as { requestContext: { requestId: string } }).requestContext;
    const message = target ? "Internal server error" : "Forbidden";
    socket.send(JSON.stringify({ message, connectionId: context.connectionId, requestId }));
  }

  #route(text: string): { routeKey: string; target: Invocable | undefined } {
    const { routes, routeSelectionExpression } = this.#options;
    const key = selectedRoute(text, routeSelectionExpression);
    const routeKey = key !== undefined && !key.startsWith("$") && routes.has(key) ? key : "$default";
    return { routeKey, target: routes.get(routeKey) };
  }

  async #closed(connection: Connection, code: number, reason: string): Promise<void> {
    const { context, timers } = connection;
    timers.idle.cancel();
    timers.end.cancel();
    this.#connections.delete(context.connectionId);
    const event = disconnectEvent(context, { code, reason }, Math.floor(this.#options.clock.now()));
    await this.#options.routes.get("$disconnect")?.invoke(event);
  }

  #touch(connection: Connection): void {
    connection.lastActiveAt = this.#options.clock.now();
  }

  /** Checked when it could have come, not set anew with each message. */
  #endIdle(connection: Connection): void {
    const due = connection.lastActiveAt + idleTimeoutMs;
    if (due <= this.#options.clock.now()) connection.socket.close(1001, "Going away");
    else connection.timers.idle = this.#options.clock.at(due, () => this.#endIdle(connection));
  }

  #record(operation: string, bytes: number): void {
    const messages = Math.max(1, Math.ceil(bytes / billedMessageBytes));
    this.#options.meter.record({
      caller: this.#options.apiId,
      service: "apigateway",
      operation,
      units: { webSocketMessages: messages },
    });
  }
}

function selectedRoute(text: string, expression: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const value = (body as Record<string, unknown> | null)?.[expression.replace("$request.body.", "")];
    return typeof value === "string" ? value : undefined;
  } catch {
    // A message that is no JSON goes to $default.
    return undefined;
  }
}

function refuse(socket: Duplex, status: number): void {
  const known = status >= 400 && status <= 599 ? status : 500;
  socket.end(`HTTP/1.1 ${known} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}
