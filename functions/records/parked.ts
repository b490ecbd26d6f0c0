import type { operationsContract } from "../../shared/api/operations.ts";
import { messageIdOfSend } from "../../shared/core/ids.ts";
import { sendRank, type OutboundStored } from "../../shared/core/message.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { redrive } from "../../shared/flow/redrive.ts";
import { unpark } from "../../shared/flow/unpark.ts";
import { tellOutcome } from "../../shared/flow/unsent.ts";
import { recordWentOut } from "../../shared/flow/went-out.ts";
import type { Parked } from "../../shared/ports/work.ts";
import { pageOf } from "../input.ts";
import { refusal } from "../refuse.ts";
import type { CallOf, Context, Handlers } from "../routes.ts";

export const parkedHandlers: Handlers<typeof operationsContract> = {
  listParked,
  redriveParked,
  settleParked,
  listSends,
};

async function listParked(call: CallOf<"listParked">) {
  const page = await call.app.stores.parked.list(pageOf(call.query));
  const concerned = await Promise.all(page.items.map((item) => concernedSend(item, call)));
  return {
    items: page.items.filter((_, position) => concerned[position] !== "settled").map(shape),
    cursor: page.cursor,
  };
}

/** The replies among what is parked; a page may be short of its limit, and go on. */
async function listSends(call: CallOf<"listSends">) {
  const page = await call.app.stores.parked.list(pageOf(call.query));
  const sends = page.items.filter(({ sendId }) => sendId !== undefined);
  const concerned = await Promise.all(sends.map((item) => concernedSend(item, call)));
  const items = sends.flatMap((item, position) => {
    const message = concerned[position];
    return message === "settled" || message === undefined ? [] : [sendShape(item, message)];
  });
  return { items, cursor: page.cursor };
}

/**
 * Evidence may come after all, by a late status: then nobody has to decide any more. A send that is not raised to parked
 * yet, or that a redrive has lowered and not queued yet, is still a person's.
 */
async function concernedSend(item: Parked, { app }: Context): Promise<OutboundStored | "settled" | undefined> {
  if (!item.sendId) return undefined;
  const message = await app.stores.messages.get(messageIdOfSend(item.sendId));
  if (message?.direction !== "out") return undefined;
  if (sendRank(message.status) <= sendRank("parked")) return message;
  // Whoever settled it may have died before telling so.
  await tellOutcome(message, app);
  await unpark(item, app);
  return "settled";
}

async function parkedItem(call: CallOf<"redriveParked"> | CallOf<"settleParked">): Promise<Parked> {
  const item = await call.app.stores.parked.get(call.parameters.id);
  if (item) return item;
  throw new ProblemError(404, "Nothing parked has that id: it may have been sent on already.");
}

async function settleParked(call: CallOf<"settleParked">) {
  const item = await parkedItem(call);
  const result = await recordWentOut(item, call.app);
  if (result.outcome === "refused") throw refusal(result.reason, result.explanation);
  call.app.log.info("parked.went-out", { by: call.caller.id, sendId: item.sendId });
  return { id: item.id, kind: item.kind, status: "went-out" as const };
}

async function redriveParked(call: CallOf<"redriveParked">) {
  const item = await parkedItem(call);
  const result = await redrive(item, call.app);
  if (result.outcome === "refused") throw refusal(result.reason, result.explanation);
  return { id: item.id, kind: item.kind, status: "redriven" as const };
}

function shape(item: Parked) {
  const { id, kind, reason, at, conversationId, sendId } = item;
  return { id, kind, reason, at, conversationId: conversationId ?? null, sendId: sendId ?? null };
}

const sendShape = ({ id, reason, at }: Parked, message: OutboundStored) => ({
  id: message.sendId,
  messageId: message.id,
  conversationId: message.conversationId,
  channel: message.channel,
  to: message.to,
  author: message.author,
  text: message.text,
  state: "parked" as const,
  reason,
  parkedAt: at,
  actions: [
    {
      name: "went-out",
      method: "POST",
      path: `/v1/parked/${id}/went-out`,
      explanation: "Records that it went out. When the customer has it, or the provider shows it as sent.",
    },
    {
      name: "redrive",
      method: "POST",
      path: `/v1/parked/${id}/redrive`,
      explanation:
        "Sends it again. Only when the customer surely has not received it: nothing else prevents a second one.",
    },
  ],
});
