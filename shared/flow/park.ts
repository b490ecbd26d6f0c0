import { rememberParked } from "./accounted.ts";
import { tellReceived, tellStatus } from "./events.ts";
import { notify } from "./notify.ts";
import { automaticReplyIdOf, derivedId, messageIdOf, messageIdOfSend } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { sendRank, type InboundStored } from "../core/message.ts";
import { byteLength } from "../core/text.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { Delivery, DeliveryJob, InboundJob, MediaJob, OutboundJob, PoolJob, TimerJob } from "../ports/queues.ts";
import type { ParkedKind } from "./parked-kinds.ts";
import { keepNamed } from "./parked-objects.ts";
import { isInPool } from "./pool-events.ts";
import type { Parked } from "../ports/work.ts";

/** Trying again will not help: the job goes to a person. */
export class PermanentFailure extends Error {
  override name = "PermanentFailure";
}

export const everyTryFailed = "Every attempt failed; the function's log says how.";

/**
 * Puts a job before an operator, with its body as it was, and marks the conversation it belongs to.
 * Doing it twice changes nothing; a send that has been settled meanwhile needs nobody.
 */
export async function park(
  delivery: Pick<Delivery<unknown>, "messageId" | "groupId" | "body">,
  kind: ParkedKind,
  reason: string,
  app: App,
): Promise<void> {
  const concerned = await concernedBy(delivery.body, kind, app);
  if (concerned === "settled") return app.log.info("parking.needless", { kind });
  const id = derivedId("prk", kind, delivery.messageId);
  const named = await keepNamed(id, kind, delivery.body, app);
  await app.stores.parked.put({
    id,
    schemaVersion: 1,
    kind,
    ...(await keptBody(id, delivery.body, app)),
    ...(named && { named }),
    groupId: delivery.groupId,
    reason,
    at: isoTime(app.clock.now()),
    ...concerned,
  });
  // One that was settled meanwhile is off the list as soon as somebody looks (functions/records/parked.ts).
  if (concerned.sendId && (await settledMeanwhile(concerned.sendId, app))) return;
  if (concerned.conversationId && kind !== "delivery") await showGap(concerned.conversationId, id, app);
  app.log.warn("parked", { kind, reason });
}

async function showGap(conversationId: string, parkedId: string, app: App): Promise<void> {
  const conversation = await app.stores.conversations.markGap(conversationId, parkedId);
  if (conversation) await notify([conversation.agentId], { type: "conversation", conversationId }, app);
}

async function keptBody(id: string, body: unknown, app: App): Promise<Pick<Parked, "body" | "bodyKey">> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (byteLength(text) <= limits.maxInlineTextBytes) return { body: text };
  const bodyKey = `parked/${id}`;
  await app.blobs.put(bodyKey, text);
  return { body: "", bodyKey };
}

type Concerned = Pick<Parked, "conversationId" | "sendId">;

async function concernedBy(body: unknown, kind: ParkedKind, app: App): Promise<Concerned | "settled"> {
  if (typeof body !== "object" || body === null) return {};
  if (kind === "inbound") return concernedByInbound(body as Partial<InboundJob>, app);
  if (kind === "outbound") return concernedByOutbound(body as Partial<OutboundJob>, app);
  // The next minute's sweep does all that this one would have done.
  if (kind === "timer") return (body as Partial<TimerJob>).timer?.kind === "pool-sweep" ? "settled" : {};
  if (kind === "pool") {
    const event = Object((body as Partial<PoolJob>).event) as { kind?: unknown; conversationId?: unknown };
    if (event.kind === "sweep") return "settled";
    const { conversationId } = event;
    return typeof conversationId === "string" ? { conversationId } : {};
  }
  if (kind === "media") {
    const { messageId } = body as Partial<MediaJob>;
    const message = messageId === undefined ? undefined : await app.stores.messages.get(messageId);
    return { conversationId: message?.conversationId };
  }
  if (kind === "delivery") {
    const { conversationId } = body as Partial<DeliveryJob>;
    return { conversationId };
  }
  return {};
}

async function concernedByInbound(body: Partial<InboundJob>, app: App): Promise<Concerned | "settled"> {
  const { message, redriven } = body;
  if (!message?.channel || !message.accountId || !message.providerId) return {};
  const id = messageIdOf(message.channel, message.accountId, message.providerId);
  const stored = await app.stores.messages.get(id);
  if (stored?.direction !== "in") {
    await rememberParked(id, app);
    return {};
  }
  // What a person sent on is to be seen by somebody, whatever became of its conversation.
  if (redriven !== true && (await isRouted(stored, app))) return "settled";
  return { conversationId: stored.conversationId };
}

/**
 * Another copy of it did all that there is to do: this one, sent on later, would open again what was resolved meanwhile.
 *
 * Where a later message of its sender's was applied, nothing says that this one ever was, and only a plain text goes without.
 */
async function isRouted(message: InboundStored, app: App): Promise<boolean> {
  const { id, decision, conversationId, identityId, sequence, media } = message;
  const conversation = await app.stores.conversations.get(conversationId);
  const applied = conversation?.inboundSequence[identityId];
  if (!conversation || applied === undefined || applied < sequence) return false;
  const isPlain = decision.kind === "route" && decision.reason !== "opt-out-word" && media.length === 0;
  if (applied !== sequence && !isPlain) return false;
  const isWoken = isInPool(conversation, app.config) && conversation.status !== "snoozed";
  if (decision.kind === "route" && conversation.closedAt === undefined && !isWoken) return false;
  if (decision.automaticReply && !(await app.stores.messages.get(automaticReplyIdOf(id)))) return false;
  await tellReceived(message, conversation, app);
  return true;
}

async function concernedByOutbound(body: Partial<OutboundJob>, app: App): Promise<Concerned | "settled"> {
  if (!body.messageId) return {};
  const message = await app.stores.messages.get(body.messageId);
  if (message?.direction !== "out") return {};
  if (sendRank(message.status) > sendRank("parked")) return "settled";
  return { conversationId: message.conversationId, sendId: message.sendId };
}

/** The status comes after the item: a send that says parked is always there for an operator to see. */
async function settledMeanwhile(sendId: string, app: App): Promise<boolean> {
  const at = isoTime(app.clock.now());
  const message = await app.stores.messages.raiseStatus(messageIdOfSend(sendId), { status: "parked", at });
  if (message) await tellStatus(message, app);
  return message !== undefined && message.status !== "parked";
}
