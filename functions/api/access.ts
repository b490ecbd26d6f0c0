import { atLeast, type Call, type Caller } from "./routes.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { AgentProfile } from "../../shared/core/pool/types.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import type { App } from "../../shared/ports/app.ts";

/** @throws ProblemError 404 where it is missing or not for the caller's eyes: which of the two is not told */
export async function visibleConversation(call: Call): Promise<Conversation> {
  const id = call.parameters.id!;
  const conversation = await call.app.stores.conversations.get(id);
  if (conversation && maySee(call.caller, conversation, call.app)) return conversation;
  throw new ProblemError(404, `There is no conversation ${id} that you can see.`);
}

/** @throws ProblemError 403 unless the caller holds the conversation, or is a supervisor where `supervisors` may too */
export function requireHolder(
  call: Call,
  conversation: Conversation,
  supervisors: "supervisorsToo" | "holderOnly",
): void {
  if (isHeldBy(conversation, call.caller.id)) return;
  if (supervisors === "supervisorsToo" && atLeast(call.caller, "supervisor")) return;
  const holder = conversation.status === "assigned" ? `${conversation.agentId} holds it` : "nobody holds it";
  throw new ProblemError(403, `Only the holder of a conversation may do this; ${holder}.`);
}

const isHeldBy = ({ status, agentId }: Conversation, callerId: string): boolean =>
  status === "assigned" && agentId === callerId;

/** Agents see their own conversations and those of their queues; supervisors and above see all. */
export function maySee(caller: Caller, conversation: Conversation, app: App): boolean {
  if (atLeast(caller, "supervisor") || conversation.agentId === caller.id) return true;
  return visibleQueueIds(caller, app).includes(conversation.queueId ?? conversation.requested.queueId);
}

export const allQueueIds = (app: App): string[] =>
  app.config.pools.flatMap((pool) => pool.queues.map((queue) => queue.id));

export function visibleQueueIds(caller: Caller, app: App): string[] {
  if (atLeast(caller, "supervisor")) return allQueueIds(app);
  return profileOf(caller.id, app)?.profile.queueIds ?? [];
}

export function profileOf(agentId: string, app: App): { poolId: string; profile: AgentProfile } | undefined {
  for (const pool of app.config.pools) {
    const profile = pool.agents.find((agent) => agent.id === agentId);
    if (profile) return { poolId: pool.id, profile };
  }
  return undefined;
}
