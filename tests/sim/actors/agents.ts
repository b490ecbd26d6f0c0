import type { PresenceStatus } from "../../../shared/core/pool/types.ts";
import { agentIdsOf } from "../configuration.ts";
import type { World } from "../world.ts";
import { writeAgain } from "./customers.ts";
import { asAgent, pathOf, pickConversation, supervisor } from "./desk.ts";
import { reply } from "./replies.ts";

const pickAgent = (world: World): string => world.random.pick(agentIdsOf(world.config));

/** Somebody who has work looks at it, then answers, resolves, passes on, or takes an offer. */
export function agentsWork(world: World): void {
  const { agentId, offered } = pickAtWork(world);
  const deeds = offered
    ? [answerOffers]
    : [...Array<typeof reply>(8).fill(reply), resolve, resolve, resolve, transfer, snooze];
  const deed = world.random.pick(deeds);
  world.act(() => deed(world, agentId));
}

function pickAtWork(world: World): { agentId: string; offered: boolean } {
  const held = Array.from(world.history.pools.values(), ({ conversations }) =>
    Array.from(conversations.values()),
  ).flat();
  const work = held.flatMap(({ agentId, status }) =>
    agentId === null ? [] : [{ agentId, offered: status === "offered" }],
  );
  return work.length > 0 ? world.random.pick(work) : { agentId: pickAgent(world), offered: world.random.chance(0.5) };
}

export function agentsChangePresence(world: World): void {
  const status = world.random.pick(["available", "available", "available", "away", "offline"] as const);
  world.act(() => setPresence(world, pickAgent(world), status));
}

/** One change at a time for each agent, so that the last one that got a 2xx is the one that counts. */
export async function setPresence(world: World, agentId: string, status: PresenceStatus): Promise<void> {
  if (world.changingPresence.has(agentId)) return;
  world.changingPresence.add(agentId);
  const path = `/v1/agents/${agentId}/presence`;
  const reason = status === "away" && world.random.chance(0.5) ? { reason: "lunch" } : {};
  const body = { status, ...reason };
  const { status: answer } = await world.insist({ caller: asAgent(agentId), method: "PUT", path, body });
  if (answer === 200) world.ledger.presences.set(agentId, status);
  world.changingPresence.delete(agentId);
}

/** However long a change before it takes: nobody leaves for the night while they count as there. */
export async function goOffline(world: World, agentId: string): Promise<void> {
  while (world.changingPresence.has(agentId)) await world.pause(1_000);
  await setPresence(world, agentId, "offline");
}

export function supervisorsForce(world: World): void {
  world.act(async () => {
    const conversation = await pickConversation(world, supervisor, "");
    if (!conversation) return;
    const body = { agentId: pickAgent(world), note: "please take this one" };
    await world.insist({ caller: supervisor, method: "POST", path: pathOf(conversation, "transfer"), body });
  });
}

/** Somebody opens a resolved conversation again. */
export function supervisorsReopen(world: World): void {
  world.act(async () => {
    const conversation = await pickConversation(world, supervisor, "status=resolved");
    if (!conversation) return;
    if (world.random.chance(0.7)) writeAgain(world, conversation, world.random.below(3_000));
    await world.insist({ caller: supervisor, method: "POST", path: pathOf(conversation, "reopen") });
  });
}

async function resolve(world: World, agentId: string): Promise<void> {
  const caller = asAgent(agentId);
  const conversation = await pickConversation(world, caller, `status=assigned&agent=${agentId}`);
  if (!conversation) return;
  // Customers have a way of writing once more in the very moment.
  if (world.random.chance(0.5)) writeAgain(world, conversation, world.random.below(world.random.pick([60, 2_000])));
  const { status } = await world.insist({ caller, method: "POST", path: pathOf(conversation, "resolve") });
  world.counters.count("work", `resolves answered ${status}`);
}

/** Set aside for a while; the customer may write meanwhile, and the agent may go on with it earlier. */
async function snooze(world: World, agentId: string): Promise<void> {
  const caller = asAgent(agentId);
  const conversation = await pickConversation(world, caller, `status=assigned&agent=${agentId}`);
  if (!conversation) return;
  const path = pathOf(conversation, "snooze");
  const until = new Date(world.timeline.now() + world.random.between(5, 1_200) * 1_000).toISOString();
  const { status } = await world.insist({ caller, method: "POST", path, body: { until } });
  world.counters.count("work", `snoozes answered ${status}`);
  if (world.random.chance(0.4)) writeAgain(world, conversation, world.random.below(5_000));
  if (world.random.chance(0.2)) await world.insist({ caller, method: "POST", path, body: { until: null } });
}

async function transfer(world: World, agentId: string): Promise<void> {
  const caller = asAgent(agentId);
  const conversation = await pickConversation(world, caller, `status=assigned&agent=${agentId}`);
  if (!conversation) return;
  const to = world.random.pick([
    { queueId: "claims" },
    { queueId: "general" },
    { skills: [{ skill: "en", level: 3 }] },
  ]);
  const { status } = await world.insist({ caller, method: "POST", path: pathOf(conversation, "transfer"), body: to });
  world.counters.count("work", `transfers answered ${status}`);
}

async function answerOffers(world: World, agentId: string): Promise<void> {
  const caller = asAgent(agentId);
  const { body } = await world.insist({ caller, method: "GET", path: "/v1/offers" });
  const [offer] = (JSON.parse(body) as { items: { offerId?: string; id?: string }[] }).items;
  if (!offer) return;
  const answer = world.random.chance(0.75) ? "accept" : "reject";
  const path = `/v1/offers/${offer.offerId ?? offer.id}/${answer}`;
  const { status } = await world.insist({ caller, method: "POST", path });
  world.counters.count("work", `offers ${answer}ed, answered ${status}`);
}
