import { readFrame, type ClientFrame, type MessageFrame } from "./frames.ts";
import { chatMessageId, providerIdOf, webChannel } from "../../shared/channels/web/address.ts";
import { belongsTo } from "../../shared/channels/web/audience.ts";
import type { ServerFrame } from "../../shared/channels/web/frames.ts";
import { sendIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { greet } from "../../shared/flow/chat-hello.ts";
import { currentCustomer } from "../../shared/flow/customers.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import { notify } from "../../shared/flow/notify.ts";
import { countWithin } from "../../shared/flow/rate.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { ChatConnection } from "../../shared/ports/connections.ts";

export interface TakenFrame {
  connectionId: string;
  body: string;
  /** when API Gateway took it, milliseconds since 1970 */
  takenAt: number;
}

/** Takes one frame of an open chat. Whatever is wrong with it is said in an error frame, and the chat stays open. */
export async function take({ connectionId, body, takenAt }: TakenFrame, app: App): Promise<void> {
  const chat = await app.stores.chats.get(connectionId);
  if (!chat || chat.expiresAt <= isoTime(app.clock.now())) {
    await app.chatSockets.close(connectionId);
    return;
  }
  const answer = await answerInAnyCase(body, takenAt, chat, app);
  if (answer) await app.chatSockets.push(connectionId, JSON.stringify(answer));
}

/** A client that hears nothing would wait: what failed on our side is said, and may be tried again. */
async function answerInAnyCase(
  body: string,
  takenAt: number,
  chat: ChatConnection,
  app: App,
): Promise<ServerFrame | undefined> {
  const read = readFrame(body);
  try {
    // Its timer may still be on its way: hello is the first frame, whatever the client asks before it.
    if (!chat.greeted) await greet(chat.connectionId, app);
    return read.ok ? await answerTo(read.frame, takenAt, chat, app) : read.error;
  } catch (error) {
    app.log.error("chat.failed", error);
    const about = read.ok && read.frame.type === "message" ? { clientMessageId: read.frame.clientMessageId } : {};
    return { type: "error", code: "failed", message: "Something failed on our side: send it again.", ...about };
  }
}

async function answerTo(
  frame: ClientFrame,
  takenAt: number,
  chat: ChatConnection,
  app: App,
): Promise<ServerFrame | undefined> {
  if (frame.type === "ping") return { type: "pong" };
  const tooMany = await tooManyFrames(frame, chat, app);
  if (tooMany) return tooMany;
  switch (frame.type) {
    case "message":
      return takeMessage(frame, takenAt, chat, app);
    case "typing":
      return tellDesk(chat, app);
    case "received":
    case "read":
      return takeStatus(frame, chat, app);
  }
}

async function tooManyFrames(
  frame: ClientFrame,
  { identityId }: ChatConnection,
  app: App,
): Promise<ServerFrame | undefined> {
  const [kind, most] =
    frame.type === "message"
      ? ["chat-message", limits.maxChatMessagesPerWindow]
      : ["chat-signal", limits.maxChatSignalsPerWindow];
  const verdict = await countWithin(
    `${kind}#${identityId}`,
    { most: Number(most), windowMs: limits.chatRateWindowMs },
    app,
  );
  if (verdict.ok) return undefined;
  const { retryAfterMs } = verdict;
  const message = `Too many frames: the next one is taken in ${Math.ceil(retryAfterMs / 1000)} s.`;
  const about = frame.type === "message" ? { clientMessageId: frame.clientMessageId } : {};
  return { type: "error", code: "rate-limited", message, retryAfterMs, ...about };
}

/** The acknowledgement follows the durable write (invariant I1). One that was lost is asked for by sending the message again. */
async function takeMessage(
  { text, clientMessageId }: MessageFrame,
  takenAt: number,
  { inboxId, address }: ChatConnection,
  app: App,
): Promise<ServerFrame> {
  const at = isoTime(takenAt);
  const providerId = providerIdOf(address, clientMessageId);
  const message = {
    kind: "message" as const,
    channel: webChannel,
    accountId: inboxId,
    providerId,
    from: address,
    inboxId,
    text,
    media: [],
    providerTime: at,
  };
  await takeIn([message], app);
  return { type: "ack", clientMessageId, messageId: chatMessageId(inboxId, address, clientMessageId), at };
}

/** The customer types: whoever holds their conversation sees it. */
async function tellDesk({ identityId }: ChatConnection, app: App): Promise<undefined> {
  const identity = await app.stores.identities.get(identityId);
  const customer = identity && (await currentCustomer(identity.customerId, app));
  const conversation =
    customer?.openConversationId === undefined
      ? undefined
      : await app.stores.conversations.get(customer.openConversationId);
  if (conversation) await notify([conversation.agentId], { type: "typing", conversationId: conversation.id }, app);
}

async function takeStatus(
  { type, messageId }: Extract<ClientFrame, { type: "received" | "read" }>,
  { address }: ChatConnection,
  app: App,
): Promise<ServerFrame | undefined> {
  const message = await app.stores.messages.get(messageId);
  const identity = message?.direction === "out" ? await app.stores.identities.get(message.identityId) : undefined;
  if (!identity || !belongsTo(identity, address))
    return { type: "error", code: "unknown-message", message: `This chat was sent no message ${messageId}.` };
  const sendId = sendIdOf(messageId);
  const status = type === "read" ? "read" : "delivered";
  await takeIn([{ kind: "status", of: { sendId, providerId: sendId }, status }], app);
  return undefined;
}
