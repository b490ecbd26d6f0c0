import { notify } from "./notify.ts";
import type { RedriveRefusal } from "./redrive.ts";
import { unpark } from "./unpark.ts";
import { tellOutcome } from "./unsent.ts";
import { messageIdOfSend } from "../core/ids.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { Parked } from "../ports/work.ts";

export type WentOutResult =
  | { outcome: "settled" }
  | { outcome: "refused"; reason: Exclude<RedriveRefusal, "unreadable">; explanation: string };

/** A person knows that a parked reply reached the customer: from then on it counts as sent, and is never sent again. */
export async function recordWentOut(item: Parked, app: App): Promise<WentOutResult> {
  const { messages } = app.stores;
  const id = item.sendId === undefined ? undefined : messageIdOfSend(item.sendId);
  const message = id && (await messages.get(id));
  if (!message || message.direction !== "out")
    return {
      outcome: "refused",
      reason: "no-message",
      explanation: "What is parked is no reply, or one that is gone.",
    };
  if (message.status === "sending" || message.status === "unknown") {
    const explanation = "The send is still being looked into: try again in a moment.";
    return { outcome: "refused", reason: "not-parked-yet", explanation };
  }
  const settled = await messages.raiseStatus(message.id, { status: "sent", at: isoTime(app.clock.now()) });
  // Told before it leaves the list: what dies in between is asked for again.
  if (settled) await tellOutcome(settled, app);
  await unpark(item, app);
  if (settled?.status !== "sent") {
    const explanation = `The send is ${settled?.status ?? "gone"} by now: there is nothing to decide.`;
    return { outcome: "refused", reason: "already-settled", explanation };
  }
  const { author, conversationId } = settled;
  await notify([author], { type: "status", conversationId, messageId: settled.id }, app);
  return { outcome: "settled" };
}
