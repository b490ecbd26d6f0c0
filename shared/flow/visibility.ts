import type { Configuration } from "../core/configuration.ts";
import type { Conversation } from "../core/conversation.ts";

/** Agents see their own conversations and those of their queues; `seesAll`: whoever sees them all. */
export function isVisibleTo(
  { agentId, seesAll }: { agentId: string; seesAll: boolean },
  conversation: Conversation,
  config: Configuration,
): boolean {
  if (seesAll || conversation.agentId === agentId) return true;
  const profile = config.pools.flatMap(({ agents }) => agents).find(({ id }) => id === agentId);
  return profile?.queueIds.includes(conversation.queueId ?? conversation.requested.queueId) === true;
}
