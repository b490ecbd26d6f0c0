import { emit, endOffer, timestamp, type Draft } from "./draft.ts";
import type { OpenConversation } from "./model.ts";
import type { Destination, Holding, Roster } from "./types.ts";

/** Where a queue's conversations belong by a roster; without a pool: in the roster's own. */
export interface Home {
  queueId: string;
  poolId?: string;
}

/** A queue that no pool has any more is stood in for by the default queue. */
export function homeOf({ queues, defaultQueueId = queues[0]?.id, elsewhere = {} }: Roster, queueId: string): Home {
  const isKnown = queues.some(({ id }) => id === queueId) || Object.hasOwn(elsewhere, queueId);
  const home = isKnown ? queueId : (defaultQueueId ?? queueId);
  return { queueId: home, ...(Object.hasOwn(elsewhere, home) && { poolId: elsewhere[home] }) };
}

/** Takes it out, to go on in the other pool. Whose it is goes with it, since only the log that it leaves knows for sure. */
export function handOver(
  draft: Draft,
  conversation: OpenConversation,
  { poolId, queueId }: Required<Home>,
  heldBy = holdingOf(conversation),
): void {
  const { id: conversationId, status, agentId: holder, version } = conversation;
  if (status === "offered") endOffer(draft, conversation, "withdrawn");
  const agentId = status === "assigned" ? holder : null;
  const reason = `Its queue ${queueId} is in pool ${poolId}.`;
  const to: Destination = { poolId, queueId, ...(heldBy && { heldBy }) };
  emit(draft, { kind: "released", conversationId, agentId, as: "handedOver", version, reason, to });
}

function holdingOf({ status, agentId, keeperId, expiresAt }: OpenConversation): Holding | undefined {
  if (status === "assigned") return { agentId: agentId! };
  return status === "snoozed" && keeperId !== null ? { agentId: keeperId, until: timestamp(expiresAt) } : undefined;
}
