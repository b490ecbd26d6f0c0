import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { problem } from "../../shared/flow/http-reply.ts";
import { writeAnswer } from "./http/answer.ts";
import { sourceIpOf } from "./http/event.ts";
import type { HttpApi } from "./http/http-api.ts";
import { reply } from "./http/server.ts";
import type { Issuer } from "./issuer/issuer.ts";
import type { OverheardWebhook } from "./providers/provider.ts";
import type { SimRouter } from "./sim/router.ts";
import type { WebSocketApi } from "./websocket/websocket-api.ts";

export interface Rooms {
  httpApi: HttpApi;
  /** by path */
  webSocketApis: Map<string, WebSocketApi>;
  issuer: Issuer;
  sim: SimRouter;
  /** tells the simulated providers of what is posted in their name */
  overhear(webhook: Omit<OverheardWebhook, "url">): void;
}

/** The stage of the customers' chats: their function checks each page's origin. */
export const chatPath = "/chat";

/** Leads what reaches the one address to the HTTP API, a WebSocket API, the issuer or the simulator. */
export class FrontDoor {
  #rooms: Rooms | undefined;

  /** Until then every request is told to come back. */
  open(rooms: Rooms): void {
    this.#rooms = rooms;
  }

  async handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const rooms = this.#rooms;
    if (!rooms) return reply(response, problem(503, "The embedded cloud is starting. Try again in a few seconds."));
    const method = request.method ?? "GET";
    const [path = "/", rawQuery = ""] = splitOnce(request.url ?? "/", "?");
    const within = (room: string): string | undefined =>
      path === room || path.startsWith(`${room}/`) ? path.slice(room.length) : undefined;
    const query = new URLSearchParams(rawQuery);
    const text = (): string => body.toString("utf8");

    const isPage = method === "GET" && (within("/desk") !== undefined || ["/sim", "/sim/"].includes(path));
    const elsewhere = isPage ? canonicalUrl(request) : undefined;
    if (elsewhere !== undefined) return reply(response, { status: 307, headers: { location: elsewhere }, body: "" });
    const simPath = within("/sim");
    if (simPath !== undefined)
      return reply(response, await rooms.sim.handle({ method, path: simPath, query, body: text() }));
    const issuerPath = within("/issuer");
    if (issuerPath !== undefined)
      return reply(response, await rooms.issuer.handle({ method, path: issuerPath, query, body: text() }));
    const { headers } = request;
    if (method === "POST" && path.startsWith("/webhooks/")) rooms.overhear({ path, headers: flat(headers), body });
    const answer = await rooms.httpApi.handle({ method, path, rawQuery, headers, body, sourceIp: sourceIpOf(request) });
    writeAnswer(response, answer);
  }

  /** @param isOwnPage no page of another origin asks: only a chat lets those in, by a list of its own */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, isOwnPage: boolean): void {
    const [path = "/"] = splitOnce(request.url ?? "/", "?");
    const api = this.#rooms?.webSocketApis.get(path);
    if (api && (isOwnPage || path === chatPath)) void api.connect(request, socket, head);
    else socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  }
}

const flat = (headers: IncomingMessage["headers"]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));

/** Sign-in and sockets know one name of this machine: a page opened by the other is sent there. */
function canonicalUrl({ headers, url }: IncomingMessage): string | undefined {
  const host = headers.host ?? "";
  return host.startsWith("localhost:") ? `http://${host.replace("localhost", "127.0.0.1")}${url}` : undefined;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
