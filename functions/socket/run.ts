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

/** The desk's socket: opens with a one-use ticket, then only listens. */
export async function run(event: SocketEvent, app: App): Promise<HttpReply> {
  switch (event.route) {
    case "$connect":
      return connect(event, app);
    case "$disconnect":
      await app.stores.sockets.remove(event.connectionId);
      return nothing;
    case "$default":
      await app.sockets.push(event.connectionId, JSON.stringify(answerTo(event.body ?? "")));
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

function answerTo(body: string): { type: "pong" } | { type: "error"; message: string } {
  try {
    const frame: unknown = JSON.parse(body);
    if (typeof frame === "object" && frame !== null && "type" in frame && frame.type === "ping")
      return { type: "pong" };
    return { type: "error", message: 'Only {"type":"ping"} is understood here; commands go to /v1.' };
  } catch {
    return { type: "error", message: "The frame is not JSON." };
  }
}
