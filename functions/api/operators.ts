import { visibleQueueIds } from "./access.ts";
import { pageOf } from "./input.ts";
import { atLeast, type Call, type Route } from "./routes.ts";
import { messageIdOfSend } from "../../shared/core/ids.ts";
import { sendRank } from "../../shared/core/message.ts";
import { queueSummaries } from "../../shared/core/pool/views.ts";
import { json, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { readPool } from "../../shared/flow/pool.ts";
import { redrive } from "../../shared/flow/redrive.ts";
import type { Parked } from "../../shared/ports/stores.ts";

export const operatorRoutes: Route[] = [
  { method: "GET", path: "/v1/queues", role: "agent", handle: queues },
  { method: "GET", path: "/v1/parked", role: "operator", handle: listParked },
  { method: "POST", path: "/v1/parked/{id}/redrive", role: "operator", handle: redriveParked },
];

async function queues(call: Call): Promise<HttpReply> {
  const visible = visibleQueueIds(call.caller, call.app);
  const seesAll = atLeast(call.caller, "supervisor");
  const states = await Promise.all(call.app.config.pools.map((pool) => readPool(pool.id, call.app, call.memory)));
  const now = call.app.clock.now();
  const items = states
    .flatMap((state) => queueSummaries(state, now))
    .filter((queue) => seesAll || visible.includes(queue.id));
  return json(200, { items });
}

async function listParked(call: Call): Promise<HttpReply> {
  const page = await call.app.stores.parked.list(pageOf(call));
  const stillParked = await Promise.all(page.items.map((item) => isStillParked(item, call)));
  return json(200, {
    items: page.items.filter((_, position) => stillParked[position]).map(shape),
    cursor: page.cursor,
  });
}

/**
 * Evidence may come after all, by a late status: then nobody has to decide any more. A send that is not raised to parked
 * yet, or that a redrive has lowered and not queued yet, is still a person's.
 */
async function isStillParked(item: Parked, call: Call): Promise<boolean> {
  if (!item.sendId) return true;
  const message = await call.app.stores.messages.get(messageIdOfSend(item.sendId));
  if (message?.direction !== "out" || sendRank(message.status) <= sendRank("parked")) return true;
  await call.app.stores.parked.remove(item.id);
  return false;
}

async function redriveParked(call: Call): Promise<HttpReply> {
  const item = await call.app.stores.parked.get(call.parameters.id!);
  if (!item)
    throw new ProblemError(404, `Nothing parked is called ${call.parameters.id}: it may have been sent on already.`);
  const result = await redrive(item, call.app);
  if (result.outcome === "refused") throw new ProblemError(409, result.explanation, { reason: result.reason });
  return json(202, { id: item.id, kind: item.kind, status: "redriven" });
}

function shape(item: Parked) {
  const { id, kind, reason, at, conversationId, sendId } = item;
  return { id, kind, reason, at, conversationId: conversationId ?? null, sendId: sendId ?? null };
}
