import { atLeast, type Caller } from "./caller.ts";
import type { Context } from "./routes.ts";
import type { Conversation } from "../shared/core/conversation.ts";
import { ProblemError } from "../shared/flow/http-reply.ts";
import { isVisibleTo, profileOf } from "../shared/flow/visibility.ts";
import type { App } from "../shared/ports/app.ts";

export { profileOf };

/** Supervisors and above see every conversation and customer, and so does a service that may see all queues. */
export const seesAll = (caller: Caller): boolean =>
  caller.role === "service" ? caller.queueIds.includes("*") : atLeast(caller, "supervisor");

/** @throws ProblemError 404 where it is missing or not for the caller's eyes: which of the two is not told */
export async function visibleConversation(id: string, { caller, app }: Context): Promise<Conversation> {
  const conversation = await app.stores.conversations.get(id);
  if (conversation && maySee(caller, conversation, app)) return conversation;
  throw new ProblemError(404, "There is no conversation of that id that you can see.");
}

/**
 * @param others who may beside the holder: supervisors, and services whose scope lets them
 * @throws ProblemError 403 that says who holds it
 */
export function requireHolder(
  caller: Caller,
  conversation: Conversation,
  others: "supervisorsToo" | "nobodyElse",
): void {
  if (isHeldBy(conversation, caller.id)) return;
  const isTrusted = caller.role === "service" || atLeast(caller, "supervisor");
  if (others === "supervisorsToo" && isTrusted) return;
  const { status, agentId } = conversation;
  const holder = isHeld(status) ? `${agentId} holds it` : "nobody holds it";
  throw new ProblemError(403, `Only the holder of a conversation may do this; ${holder}.`);
}

/** Who set a conversation aside goes on with it as if they held it. */
const isHeld = (status: Conversation["status"]): boolean => status === "assigned" || status === "snoozed";

const isHeldBy = ({ status, agentId }: Conversation, callerId: string): boolean =>
  isHeld(status) && agentId === callerId;

/** Agents see their own conversations and those of their queues; services those of the queues that their token names. */
export const maySee = (caller: Caller, conversation: Conversation, app: App): boolean =>
  isVisibleTo({ id: caller.id, queueIds: seesAll(caller) ? "all" : visibleQueueIds(caller, app) }, conversation);

export const allQueueIds = (app: App): string[] =>
  app.config.pools.flatMap((pool) => pool.queues.map((queue) => queue.id));

export function visibleQueueIds(caller: Caller, app: App): string[] {
  if (seesAll(caller)) return allQueueIds(app);
  if (caller.role === "service") return allQueueIds(app).filter((id) => caller.queueIds.includes(id));
  return profileOf(caller.id, app)?.profile.queueIds ?? [];
}
