import * as z from "zod/mini";
import { leave, view } from "./viewing.ts";
import { limits } from "../../shared/core/limits.ts";
import type { HttpReply } from "../../shared/flow/http-reply.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export interface SocketEvent {
  route: "$connect" | "$disconnect" | "$default";
  connectionId: string;
  /** of the query, on `$connect` */
  ticket?: string;
  body?: string;
}

const nothing: HttpReply = { status: 200, headers: {}, body: "" };

/** The desk's socket: opens with a one-use ticket, then listens, and says what its agent has before them. */
export async function run(event: SocketEvent, app: App): Promise<HttpReply> {
  switch (event.route) {
    case "$connect":
      return connect(event, app);
    case "$disconnect":
      await disconnect(event.connectionId, app);
      return nothing;
    case "$default":
      await take(event.connectionId, event.body ?? "", app);
      return nothing;
  }
}

async function connect(event: SocketEvent, app: App): Promise<HttpReply> {
  const now = app.clock.now();
  const holder = event.ticket ? await app.stores.sockets.takeTicket(event.ticket, isoTime(now)) : undefined;
  if (!holder) {
    app.log.warn("socket.refused");
    return {
      status: 403,
      headers: {},
      body: "The ticket is missing, used or expired: get a new one from POST /v1/socket-tickets.",
    };
  }
  await app.stores.sockets.put({
    connectionId: event.connectionId,
    agentId: holder.agentId,
    supervisor: holder.supervisor,
    expiresAt: isoTime(now + limits.socketLifeMs),
  });
  return nothing;
}

async function disconnect(connectionId: string, app: App): Promise<void> {
  const connection = await app.stores.sockets.get(connectionId);
  await app.stores.sockets.remove(connectionId);
  if (connection) await leave(connection, app);
}

const frameSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ping") }),
  z.strictObject({ type: z.literal("viewing"), conversationId: z.nullable(z.string()), typing: z.boolean() }),
]);

type Answer = { type: "pong" } | { type: "error"; message: string };

async function take(connectionId: string, body: string, app: App): Promise<void> {
  const answer = await answerTo(connectionId, body, app);
  if (answer) await app.sockets.push(connectionId, JSON.stringify(answer));
}

async function answerTo(connectionId: string, body: string, app: App): Promise<Answer | undefined> {
  const frame = z.safeParse(frameSchema, jsonOf(body));
  if (!frame.success) {
    const message =
      'A frame is {"type":"ping"} or {"type":"viewing","conversationId":"…" or null,"typing":true or false}; commands go to /v1.';
    return { type: "error", message };
  }
  if (frame.data.type === "ping") return { type: "pong" };
  const connection = await app.stores.sockets.get(connectionId);
  if (!connection) {
    await app.sockets.close(connectionId);
    return undefined;
  }
  const isThere = await view(connection, frame.data, app);
  return isThere ? undefined : { type: "error", message: "There is no conversation of that id that you can see." };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
