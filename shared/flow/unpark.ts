import { notify } from "./notify.ts";
import type { App } from "../ports/app.ts";
import type { Parked } from "../ports/work.ts";

/**
 * Takes a job that nobody has to decide about any more off the list. Its conversation loses the gap first: what dies in
 * between stays listed, and is settled again.
 */
export async function unpark({ id, kind, conversationId }: Parked, app: App): Promise<void> {
  const isMarked = conversationId !== undefined && kind !== "delivery";
  const conversation = isMarked ? await app.stores.conversations.clearGap(conversationId, id) : undefined;
  await app.stores.parked.remove(id);
  if (conversation)
    await notify([conversation.agentId], { type: "conversation", conversationId: conversation.id }, app);
}
