import type { HelloFrame, HistoryEntry, ServerFrame } from "../channels/web/frames.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";
import type { ChatConnection } from "../ports/connections.ts";
import { chatHistory, chatScope, type ChatScope } from "./chat-history.ts";
import { inboxOf } from "./gate.ts";

export type Greeting = "greeted" | "opening" | "gone";

/**
 * Says hello to a chat that has just connected, unless somebody does: its first frame, which can't be pushed before
 * `$connect` has been answered. Whoever says it claims that first, since a client that has heard it answers at once.
 *
 * @param again somebody who claimed it may have died before it was said
 * @returns `opening` where that was too early, and `gone` where nobody is there
 */
export async function greet(connectionId: string, app: App, again = false): Promise<Greeting> {
  const { chats } = app.stores;
  const chat = await chats.get(connectionId);
  if (!chat) return "gone";
  const scope = await chatScope(chat, app);
  const history = await chatHistory(scope, app);
  if (!(await chats.claimGreeting(chat)) && !again) return "greeted";
  try {
    if ((await push(chat, helloOf(chat, history, app), app)) === "gone") {
      await chats.put(notGreeted(chat));
      return await whetherOpening(chat, app);
    }
  } catch (error) {
    await chats.put(notGreeted(chat));
    throw error;
  }
  await tellMissed(chat, scope, history, app);
  return "greeted";
}

function notGreeted(chat: ChatConnection): ChatConnection {
  const { greeted: _, ...rest } = chat;
  return rest;
}

/** A reply that was handed over after the history was read, and before this chat could be seen to be open. */
async function tellMissed(chat: ChatConnection, scope: ChatScope, told: HistoryEntry[], app: App): Promise<void> {
  const known = new Set(told.map(({ messageId }) => messageId));
  for (const { messageId, direction, text, media, at } of await chatHistory(scope, app)) {
    const frame: ServerFrame = { type: "message", messageId, text, ...(media && { media }), at };
    if (direction === "out" && !known.has(messageId)) await push(chat, frame, app);
  }
}

async function whetherOpening(chat: ChatConnection, app: App): Promise<Greeting> {
  const age = app.clock.now() - (Date.parse(chat.expiresAt) - limits.socketLifeMs);
  if (age <= limits.socketOpeningMs) return "opening";
  await app.stores.chats.remove(chat.connectionId);
  return "gone";
}

function helloOf({ sessionToken, inboxId }: ChatConnection, history: HistoryEntry[], app: App): HelloFrame {
  const inbox = inboxOf(inboxId, app);
  return { type: "hello", sessionToken, history, inbox: { name: inbox?.name ?? inboxId } };
}

const push = ({ connectionId }: ChatConnection, frame: ServerFrame, app: App): Promise<"delivered" | "gone"> =>
  app.chatSockets.push(connectionId, JSON.stringify(frame));
