import { workThrough } from "../../shared/flow/batch.ts";
import { greet } from "../../shared/flow/chat-hello.ts";
import { finishMerge } from "../../shared/flow/merge-effects.ts";
import { sendPoolEvent } from "../../shared/flow/pool-events.ts";
import { recordStatus } from "../../shared/flow/statuses.ts";
import { bringBack } from "../../shared/flow/unsent.ts";
import { finishUndo } from "../../shared/flow/undo-effects.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery, TimerJob } from "../../shared/ports/queues.ts";

/** Fires timers: each only names what to look at again, and what it finds there decides. */
export function run(batch: Delivery<TimerJob>[], app: App): Promise<string[]> {
  return workThrough(batch, "timer", app, async ({ body, messageId, receiveCount }) => {
    switch (body.timer.kind) {
      case "pool-sweep":
        return sendPoolEvent(body.timer.poolId, { kind: "sweep" }, messageId, app);
      case "chat-hello":
        return sayHello(body, body.timer.connectionId, receiveCount > 1, app);
      case "merge-check":
        await finishMerge(body.timer.mergeId, app);
        return finishUndo(body.timer.mergeId, app);
      case "status":
        return recordStatus(body.timer.update, app, body.timer.attempt);
      case "unsent":
        return bringBack(body.timer.messageId, app);
    }
  });
}

async function sayHello(job: TimerJob, connectionId: string, again: boolean, app: App): Promise<void> {
  if ((await greet(connectionId, app, again)) === "opening")
    await app.queues.timers.send([{ body: job, delaySeconds: 1 }]);
}
