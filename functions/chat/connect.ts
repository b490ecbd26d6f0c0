import { whoIsThere, type Who } from "./who.ts";
import { webChannel } from "../../shared/channels/web/address.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { problem, type HttpReply } from "../../shared/flow/http-reply.ts";
import { countWithin } from "../../shared/flow/rate.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";

/** What a browser says when it opens a chat. */
export interface Handshake {
  connectionId: string;
  sourceIp: string;
  /** absent: no browser */
  origin?: string;
  /** offered subprotocols: ours, then tokens */
  protocols: string[];
  /** an inbox of the web channel; absent: the first */
  inboxId?: string;
}

export const subprotocol = "switchyard.v1";

/**
 * Opens a chat, or refuses it: 403 for a page that may have none, 401 for a token that is not good, 404 for an inbox that
 * there is not, 429 where one address opens too many. The first frame has to wait until the connection stands.
 */
export async function connect(handshake: Handshake, app: App): Promise<HttpReply> {
  const { connectionId } = handshake;
  const inbox = inboxFor(handshake.inboxId, app);
  if (!inbox) return refuse(404, `There is no chat inbox "${handshake.inboxId ?? ""}".`, app);
  if (!mayOpen(handshake.origin, inbox, app))
    return refuse(
      403,
      `Pages of ${handshake.origin} may open no chat: name it in "origins" of inbox "${inbox.id}".`,
      app,
    );
  const rate = { most: limits.maxChatConnectsPerWindow, windowMs: limits.chatRateWindowMs };
  const verdict = await countWithin(`chat-connect#${handshake.sourceIp}`, rate, app);
  if (!verdict.ok) return refuse(429, "Too many chats were opened from this address: wait a minute.", app);
  const [first, ...tokens] = handshake.protocols;
  if (first !== undefined && first !== subprotocol)
    return refuse(400, `The first subprotocol offered must be ${subprotocol}.`, app);
  const who = await whoIsThere(tokens, inbox, app);
  if (!who.ok) return refuse(401, who.reason, app);
  await remember(connectionId, inbox, who, app);
  return { status: 200, headers: first === undefined ? {} : { "sec-websocket-protocol": subprotocol }, body: "" };
}

const inboxFor = (id: string | undefined, { config }: App): Inbox | undefined =>
  config.inboxes.find((inbox) => inbox.channel === webChannel && (id === undefined || inbox.id === id));

function mayOpen(origin: string | undefined, { origins = [] }: Inbox, { publicUrls }: App): boolean {
  return origin === undefined || origins.includes("*") || [...publicUrls, ...origins].includes(origin);
}

async function remember(
  connectionId: string,
  { id: inboxId }: Inbox,
  { address, sessionToken }: Extract<Who, { ok: true }>,
  app: App,
): Promise<void> {
  const identityId = identityIdOf(webChannel, address);
  const expiresAt = isoTime(app.clock.now() + limits.socketLifeMs);
  await app.stores.chats.put({ connectionId, inboxId, identityId, address, sessionToken, expiresAt });
  await app.queues.timers.send([{ body: { schemaVersion: 1, timer: { kind: "chat-hello", connectionId } } }]);
}

function refuse(status: number, detail: string, app: App): HttpReply {
  app.log.warn("chat.refused", { status, reason: detail });
  return problem(status, detail);
}
