import { refusal } from "../refuse.ts";
import type { Context } from "./routes.ts";
import { conversationShape } from "../conversation-shape.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { PoolEvent } from "../../shared/core/pool/types.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { commandPool } from "../../shared/flow/pool.ts";
import { enqueueEventOf, isInPool } from "../../shared/flow/pool-events.ts";

/**
 * A command about a conversation that the pool's log has not seen brings its enqueue along.
 *
 * @throws ProblemError 409 with the pool's reason where it refuses
 */
export async function commandConversation(
  conversation: Conversation,
  event: PoolEvent,
  { app, memory }: Context,
): Promise<void> {
  const { poolId, event: enqueue } = enqueueEventOf(conversation, app.config);
  const events = isInPool(conversation, app.config) ? [event] : [enqueue, event];
  const { entry } = await commandPool(poolId, events, app, memory);
  const last = entry.events.length - 1;
  const refused = entry.outcomes.find((outcome) => outcome.kind === "refused" && outcome.event === last);
  if (refused?.kind === "refused") throw refusal("refused-by-pool", refused.reason);
}

/** @returns the conversation as it is after a change @throws ProblemError 404 where somebody removed it meanwhile */
export async function showAgain(id: string, { app }: Context) {
  const conversation = await app.stores.conversations.get(id);
  if (!conversation) throw new ProblemError(404, "There is no such conversation any more.");
  return conversationShape(conversation);
}
