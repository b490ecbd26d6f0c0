import type { EnqueueEvent, PoolEvent, PresenceStatus, Roster } from "./types.ts";
import type { Priority, RoutingStep } from "../decision.ts";

const presences: PresenceStatus[] = ["available", "away", "offline"];

/**
 * Says what is wrong with an event whatever the pool's state is. Events come from queues and so from other versions of
 * this program: types alone do not promise what is in them.
 *
 * @returns undefined when nothing is
 */
export function problemWith(event: PoolEvent, maxWaitMs: Record<Priority, number>): string | undefined {
  switch (event?.kind) {
    case "configure":
      return problemWithRoster(event.roster);
    case "enqueue":
      return problemWithVersioned(event) ?? problemWithEnqueue(event, maxWaitMs);
    case "resolve":
    case "withdraw":
      return problemWithVersioned(event);
    case "transfer":
      return problemWithVersioned(event) ?? problemWithDestination(event.to);
    case "snooze":
      return problemWithVersioned(event) ?? problemWithEnd(event.until);
    case "presence":
      if (presences.includes(event.status)) return undefined;
      return `Presence is ${presences.join(", ")}; this says ${String(event.status)}.`;
    case "accept":
    case "reject":
      return isText(event.offerId) && isText(event.agentId) ? undefined : "It names no offer or no agent.";
    case "sweep":
      return undefined;
    default:
      return `There is no pool event of kind ${String((event as { kind?: unknown } | null)?.kind)}.`;
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function problemWithVersioned({
  conversationId,
  version,
}: {
  conversationId: unknown;
  version: unknown;
}): string | undefined {
  if (!isText(conversationId)) return "It names no conversation.";
  if (!Number.isSafeInteger(version) || (version as number) < 0)
    return `Its version is ${String(version)}, not a count.`;
  return undefined;
}

function problemWithEnqueue(event: EnqueueEvent, maxWaitMs: Record<Priority, number>): string | undefined {
  if (!isText(event.queueId)) return "It names no queue.";
  if (!isText(event.channel)) return "It names no channel.";
  if (!Object.hasOwn(maxWaitMs, event.priority)) return `There is no priority ${String(event.priority)}.`;
  if (!isTime(event.receivedAt)) return `It was received at ${String(event.receivedAt)}, which is no time.`;
  if (event.slaDueAt !== undefined && !isTime(event.slaDueAt))
    return `It is due at ${event.slaDueAt}, which is no time.`;
  if (event.heldBy !== undefined && !isHolding(event.heldBy)) return "It does not say who held it.";
  return problemWithSteps(event.steps);
}

const isHolding = (heldBy: EnqueueEvent["heldBy"]): boolean =>
  isText(heldBy?.agentId) && (heldBy.until === undefined || isTime(heldBy.until));

const problemWithEnd = (until: unknown): string | undefined =>
  until === null || isTime(until) ? undefined : `It is to end at ${String(until)}, which is no time.`;

const isTime = (value: unknown): boolean => typeof value === "string" && Number.isFinite(Date.parse(value));

function problemWithSteps(steps: RoutingStep[]): string | undefined {
  if (!Array.isArray(steps) || steps.length === 0) return "It has no routing step.";
  return steps.every((step) => areRequirements(step?.requirements) && isDuration(step.expiresAfterMs))
    ? undefined
    : "A routing step is a list of {skill, level} and, but for the last, how long it holds.";
}

const isDuration = (value: unknown): boolean =>
  value === undefined || (Number.isFinite(value) && (value as number) >= 0);

const areRequirements = (list: unknown): boolean =>
  Array.isArray(list) && list.every((each) => isText(each?.skill) && Number.isFinite(each.level));

function problemWithDestination(
  to: { queueId?: unknown; agentId?: unknown; skills?: unknown } | undefined,
): string | undefined {
  const { queueId, agentId, skills } = to ?? {};
  if (queueId === undefined && agentId === undefined && skills === undefined)
    return "It names no queue, agent or skills.";
  if (skills !== undefined && !areRequirements(skills)) return "Its skills are no list of {skill, level}.";
  return undefined;
}

function problemWithRoster(roster: Roster): string | undefined {
  const isRoster = isText(roster?.configurationVersion) && Array.isArray(roster.agents) && Array.isArray(roster.queues);
  return isRoster ? undefined : "It brings no roster.";
}
