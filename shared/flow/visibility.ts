import type { Conversation } from "../core/conversation.ts";
import type { AgentProfile } from "../core/pool/types.ts";
import type { App } from "../ports/app.ts";

/** Whoever looks: at their own conversations, and at those of these queues; `all`: at every one. */
export interface Onlooker {
  id: string;
  queueIds: string[] | "all";
}

/** The one rule by which a conversation is for somebody's eyes, over HTTP and on the desk's socket. */
export function isVisibleTo({ id, queueIds }: Onlooker, conversation: Conversation): boolean {
  if (queueIds === "all" || conversation.agentId === id) return true;
  return queueIds.includes(conversation.queueId ?? conversation.requested.queueId);
}

export function profileOf(
  agentId: string,
  { config }: Pick<App, "config">,
): { poolId: string; profile: AgentProfile } | undefined {
  for (const pool of config.pools) {
    const profile = pool.agents.find((agent) => agent.id === agentId);
    if (profile) return { poolId: pool.id, profile };
  }
  return undefined;
}
