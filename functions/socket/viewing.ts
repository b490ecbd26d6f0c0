import type { Conversation } from "../../shared/core/conversation.ts";
import { limits } from "../../shared/core/limits.ts";
import { seenOrder } from "../../shared/core/message.ts";
import { tellInboundStatus, tellTyping } from "../../shared/flow/chat-notify.ts";
import { isVisibleTo, profileOf } from "../../shared/flow/visibility.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { SocketConnection, Viewer } from "../../shared/ports/connections.ts";

export interface Viewing {
  /** null: nothing is before the agent */
  conversationId: string | null;
  typing: boolean;
}

/**
 * Takes in what an agent has before them: tells whoever looks at the same, and the customer that they were seen and are
 * being written to where it is the conversation's holder who looks.
 *
 * @returns false where there is no such conversation that the agent may see
 */
export async function view(connection: SocketConnection, viewing: Viewing, app: App): Promise<boolean> {
  const { conversationId, typing } = viewing;
  const conversation = conversationId === null ? undefined : await app.stores.conversations.get(conversationId);
  const { agentId, supervisor } = connection;
  const queueIds = supervisor ? "all" : (profileOf(agentId, app)?.profile.queueIds ?? []);
  const isVisible = conversation !== undefined && isVisibleTo({ id: agentId, queueIds }, conversation);
  const current = isVisible ? conversation : undefined;
  if (connection.viewing !== undefined && connection.viewing !== current?.id) await leave(connection, app);
  if (connection.viewing !== current?.id) await app.stores.sockets.put({ ...connection, viewing: current?.id });
  if (current) {
    await look(connection, current, typing, app);
    if (isHeldBy(agentId, current)) {
      await markSeen(current, app);
      if (typing) await tellTyping(current, app);
    }
  }
  return current !== undefined || conversationId === null;
}

/** The agent has something else before them, or nothing any more. */
export async function leave({ connectionId, viewing }: SocketConnection, app: App): Promise<void> {
  if (viewing === undefined) return;
  await app.stores.viewers.remove(viewing, connectionId);
  const left = await app.stores.viewers.list(viewing, isoTime(app.clock.now()));
  await tellViewers(viewing, left, left, app);
}

async function look(
  { connectionId, agentId }: SocketConnection,
  { id: conversationId }: Conversation,
  isTyping: boolean,
  app: App,
): Promise<void> {
  const now = app.clock.now();
  const before = await app.stores.viewers.list(conversationId, isoTime(now));
  const viewer = { conversationId, connectionId, agentId, isTyping, expiresAt: isoTime(now + limits.viewingMs) };
  await app.stores.viewers.put(viewer);
  const others = before.filter((each) => each.connectionId !== connectionId);
  const known = before.find((each) => each.connectionId === connectionId);
  const isNews = known?.isTyping !== isTyping;
  await tellViewers(conversationId, [...others, viewer], isNews ? [...others, viewer] : [viewer], app);
}

/** Each is told of the others. Best effort: who looks says so again, and is told again. */
async function tellViewers(conversationId: string, all: Viewer[], audience: Viewer[], app: App): Promise<void> {
  await Promise.all(
    audience.map(async ({ connectionId, agentId: own }) => {
      const others = all.filter(({ agentId }) => agentId !== own);
      const viewers = others.map(({ agentId, isTyping: typing }) => ({ agentId, typing }));
      try {
        const data = JSON.stringify({ type: "viewers", conversationId, viewers });
        const outcome = await app.sockets.push(connectionId, data);
        if (outcome === "gone") await app.stores.viewers.remove(conversationId, connectionId);
      } catch (error) {
        app.log.warn("viewers.failed", { error: error instanceof Error ? error.name : String(error) });
      }
    }),
  );
}

/** Who set a conversation aside holds it still. */
const isHeldBy = (agentId: string, conversation: Conversation): boolean =>
  conversation.agentId === agentId && (conversation.status === "assigned" || conversation.status === "snoozed");

/** What the customer wrote is read up to its newest; each identity that wrote anything new is told once. */
async function markSeen({ id, lastInboundAt, readUpTo = "" }: Conversation, app: App): Promise<void> {
  const { items } = await app.stores.messages.list(id, { limit: limits.maxPageItems, newestFirst: true });
  const unseen = items.filter((message) => message.direction === "in").filter((each) => seenOrder(each) > readUpTo);
  // A merge brings the time of the other conversation's last message, without the message.
  const newest = [lastInboundAt, ...unseen.map(seenOrder)].toSorted().at(-1)!;
  if (newest > readUpTo) await app.stores.conversations.markRead(id, newest);
  const newestOfEach = Map.groupBy(unseen, ({ identityId }) => identityId).values();
  await Promise.all(Array.from(newestOfEach, ([message]) => tellInboundStatus(message!, "read", app)));
}
