import { conversationData } from "./event-data.ts";
import { isAnybodyListening, tell, type Happening } from "./events.ts";
import type { Conversation } from "../core/conversation.ts";
import type { PoolEntry } from "../core/pool/types.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** An outcome and where it stands in the pool's log, which makes it this one and no other. */
export interface LoggedOutcome {
  entry: PoolEntry;
  position: number;
}

/**
 * Tells receivers of webhooks what the log says of one conversation.
 *
 * @param shown the conversation, where showing it has read it
 */
export async function tellOutcomes(
  conversationId: string,
  logged: LoggedOutcome[],
  shown: Conversation | undefined,
  app: App,
): Promise<void> {
  if (!(await isAnybodyListening(app))) return;
  const conversation = shown ?? (await app.stores.conversations.get(conversationId));
  if (!conversation) return;
  for (const each of logged) {
    const happening = happeningOf(each, conversation);
    if (happening) await tell(happening, app);
  }
}

function happeningOf({ entry, position }: LoggedOutcome, conversation: Conversation): Happening | undefined {
  const told = toldOf(entry, position, conversation);
  if (!told) return undefined;
  const { poolId, sequence, at } = entry;
  return {
    type: told.type,
    of: [poolId, String(sequence), String(position)],
    at,
    tie: `pool-${String(sequence).padStart(12, "0")}-${String(position).padStart(4, "0")}`,
    conversationId: conversation.id,
    data: { ...told.data, conversation: conversationData(conversation) },
  };
}

function toldOf(
  { outcomes }: PoolEntry,
  position: number,
  { closedAt }: Conversation,
): Pick<Happening, "type" | "data"> | undefined {
  const outcome = outcomes[position]!;
  switch (outcome.kind) {
    case "waiting":
      return { type: "conversation.waiting", data: { queueId: outcome.queueId } };
    case "offered": {
      const { offerId: id, agentId, expiresAt } = outcome;
      return { type: "offer.created", data: { offer: { id, agentId, expiresAt: isoTime(expiresAt) } } };
    }
    case "offerEnded": {
      const { offerId: id, agentId, as } = outcome;
      return { type: "offer.ended", data: { offer: { id, agentId, outcome: as } } };
    }
    case "assigned":
      return { type: "conversation.assigned", data: { agentId: outcome.agentId, forced: outcome.forced } };
    case "snoozed":
      return { type: "conversation.snoozed", data: { agentId: outcome.agentId, until: isoTime(outcome.until) } };
    case "released":
      // One that a newer message kept open was not resolved.
      if (outcome.as !== "resolved" || closedAt === undefined) return undefined;
      return { type: "conversation.resolved", data: { agentId: outcome.agentId } };
    default:
      return undefined;
  }
}
