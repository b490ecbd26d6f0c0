import { allQueueIds, profileOf, visibleQueueIds } from "../access.ts";
import { pageInMemory, requireChoice } from "../input.ts";
import { listQueues } from "./queues.ts";
import { refusal } from "../refuse.ts";
import { atLeast, type CallOf, type Context, type Handlers } from "./routes.ts";
import { seesAll } from "../access.ts";
import type { agentContract } from "../../shared/api/agents.ts";
import type { CannedReply } from "../../shared/core/configuration.ts";
import { agentViews, offersOf } from "../../shared/core/pool/views.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { commandPool, readPool } from "../../shared/flow/pool.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export const agentHandlers: Handlers<typeof agentContract> = {
  listAgents,
  getAgent: (call) => agentView(call.parameters.id, call),
  setPresence,
  listOffers,
  acceptOffer: async (call) => ({ id: await answerOffer("accept", call), status: "accepted" }),
  rejectOffer: async (call) => ({ id: await answerOffer("reject", call), status: "rejected" }),
  createSocketTicket: ticket,
  listCannedReplies: cannedReplies,
  listQueues,
};

async function listAgents(call: CallOf<"listAgents">) {
  const states = await Promise.all(call.app.config.pools.map((pool) => readPool(pool.id, call.app, call.memory)));
  return pageInMemory(
    states.flatMap((state) => agentViews(state)),
    (agent) => agent.id,
    call.query,
  );
}

async function agentView(agentId: string, { app, memory }: Context) {
  const { poolId, profile } = ownPool(agentId, { app });
  const state = await readPool(poolId, app, memory);
  const view = agentViews(state).find((agent) => agent.id === agentId);
  const { name, units } = profile;
  return view ?? { id: agentId, name, status: "offline" as const, reason: null, units, unitsUsed: 0, unitsFree: 0 };
}

function ownPool(agentId: string, { app }: Pick<Context, "app">) {
  const found = profileOf(agentId, app);
  if (found) return found;
  throw new ProblemError(404, "There is no agent of that id in the configuration.");
}

async function setPresence(call: CallOf<"setPresence">) {
  const agentId = call.parameters.id;
  if (agentId !== call.caller.id && !atLeast(call.caller, "supervisor")) {
    throw new ProblemError(403, "An agent sets only their own presence.", { role: "supervisor" });
  }
  const { poolId } = ownPool(agentId, call);
  const { status, reason } = call.body;
  await commandPool(poolId, [{ kind: "presence", agentId, status, reason }], call.app, call.memory);
  return agentView(agentId, call);
}

async function listOffers(call: CallOf<"listOffers">) {
  const found = profileOf(call.caller.id, call.app);
  if (!found) return { items: [] };
  const state = await readPool(found.poolId, call.app, call.memory);
  return pageInMemory(offersOf(state, call.caller.id), (offer) => `${offer.expiresAt}#${offer.id}`, call.query);
}

async function answerOffer(
  kind: "accept" | "reject",
  call: CallOf<"acceptOffer"> | CallOf<"rejectOffer">,
): Promise<string> {
  const offerId = call.parameters.id;
  const { poolId } = ownPool(call.caller.id, call);
  const { entry } = await commandPool(poolId, [{ kind, offerId, agentId: call.caller.id }], call.app, call.memory);
  const refused = entry.outcomes.find((outcome) => outcome.kind === "refused");
  if (refused) throw refusal("offer-ended", `The offer can't be ${kind}ed: ${refused.reason}`);
  return offerId;
}

/** A ticket opens one WebSocket connection within a minute, so that no token stands in a URL. */
async function ticket({ app, caller }: CallOf<"createSocketTicket">) {
  const now = app.clock.now();
  const id = timeSortedId("tck", now, app.random.bytes(10));
  const expiresAt = isoTime(now + limits.socketTicketMs);
  await app.stores.sockets.putTicket({ id, agentId: caller.id, supervisor: seesAll(caller), expiresAt });
  return { ticket: id, url: `${app.socketUrl}?ticket=${id}`, expiresAt };
}

async function cannedReplies(call: CallOf<"listCannedReplies">) {
  const { queue, language } = call.query;
  const { config } = call.app;
  requireChoice("queue", queue, allQueueIds(call.app));
  const queueIds = queue ? [queue] : visibleQueueIds(call.caller, call.app);
  const items = config.cannedReplies
    .filter((reply) => reply.queueIds?.some((id) => queueIds.includes(id)) ?? true)
    .map(({ id, title, text, queueIds: only }) => ({
      id,
      title,
      text: language === undefined ? text : inLanguage(text, language, config.defaultLanguage),
      queueIds: only ?? null,
    }));
  return pageInMemory(items, (reply) => reply.id, call.query);
}

/** In that language, or else in the default one; in all where it has neither. */
function inLanguage(text: CannedReply["text"], language: string, defaultLanguage: string): CannedReply["text"] {
  const chosen = [language, defaultLanguage].find((each) => Object.hasOwn(text, each));
  return chosen === undefined ? text : { [chosen]: text[chosen]! };
}
