import * as z from "zod/mini";
import { profileOf } from "./access.ts";
import { readBody } from "./input.ts";
import { atLeast, type Call, type Route } from "./routes.ts";
import { agentViews, offersOf } from "../../shared/core/pool/views.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import type { PoolEvent } from "../../shared/core/pool/types.ts";
import { json, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { commandPool, readPool } from "../../shared/flow/pool.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export const agentRoutes: Route[] = [
  { method: "GET", path: "/v1/agents", role: "agent", handle: listAgents },
  { method: "GET", path: "/v1/agents/{id}", role: "agent", handle: showAgent },
  { method: "PUT", path: "/v1/agents/{id}/presence", role: "agent", handle: setPresence },
  { method: "GET", path: "/v1/offers", role: "agent", handle: listOffers },
  { method: "POST", path: "/v1/offers/{id}/accept", role: "agent", handle: (call) => answerOffer(call, "accept") },
  { method: "POST", path: "/v1/offers/{id}/reject", role: "agent", handle: (call) => answerOffer(call, "reject") },
  { method: "POST", path: "/v1/socket-tickets", role: "agent", handle: ticket },
];

async function listAgents(call: Call): Promise<HttpReply> {
  const states = await Promise.all(call.app.config.pools.map((pool) => readPool(pool.id, call.app, call.memory)));
  return json(200, { items: states.flatMap((state) => agentViews(state)) });
}

async function showAgent(call: Call): Promise<HttpReply> {
  return json(200, await agentView(call, call.parameters.id!));
}

async function agentView(call: Call, agentId: string) {
  const { poolId } = ownPool(call, agentId);
  const state = await readPool(poolId, call.app, call.memory);
  const view = agentViews(state).find((agent) => agent.id === agentId);
  return view ?? { id: agentId, status: "offline" };
}

function ownPool(call: Call, agentId: string) {
  const found = profileOf(agentId, call.app);
  if (found) return found;
  throw new ProblemError(404, `There is no agent ${agentId} in the configuration.`);
}

const presenceBody = z.strictObject({ status: z.enum(["available", "away", "offline"]) });

async function setPresence(call: Call): Promise<HttpReply> {
  const agentId = call.parameters.id!;
  if (agentId !== call.caller.id && !atLeast(call.caller, "supervisor")) {
    throw new ProblemError(403, "An agent sets only their own presence.");
  }
  const { poolId } = ownPool(call, agentId);
  const { status } = readBody(call, presenceBody);
  await commandPool(poolId, [{ kind: "presence", agentId, status }], call.app, call.memory);
  return json(200, await agentView(call, agentId));
}

async function listOffers(call: Call): Promise<HttpReply> {
  const found = profileOf(call.caller.id, call.app);
  if (!found) return json(200, { items: [] });
  const state = await readPool(found.poolId, call.app, call.memory);
  return json(200, { items: offersOf(state, call.caller.id).slice(0, limits.maxOffersListed) });
}

async function answerOffer(call: Call, kind: "accept" | "reject"): Promise<HttpReply> {
  const offerId = call.parameters.id!;
  const { poolId } = ownPool(call, call.caller.id);
  const event: PoolEvent = { kind, offerId, agentId: call.caller.id };
  const { entry } = await commandPool(poolId, [event], call.app, call.memory);
  const refused = entry.outcomes.find((outcome) => outcome.kind === "refused");
  if (refused)
    throw new ProblemError(409, `The offer can't be ${kind}ed: ${refused.reason}`, { reason: "offer-ended" });
  return json(200, { id: offerId, status: kind === "accept" ? "accepted" : "rejected" });
}

/** A ticket opens one WebSocket connection within a minute, so that no token stands in a URL. */
async function ticket(call: Call): Promise<HttpReply> {
  const now = call.app.clock.now();
  const id = timeSortedId("tck", now, call.app.random.bytes(10));
  const expiresAt = isoTime(now + limits.socketTicketMs);
  const supervisor = atLeast(call.caller, "supervisor");
  await call.app.stores.sockets.putTicket({ id, agentId: call.caller.id, supervisor, expiresAt });
  return json(201, { ticket: id, url: `${call.app.socketUrl}?ticket=${id}`, expiresAt });
}
