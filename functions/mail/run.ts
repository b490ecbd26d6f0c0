import type { Parsed } from "../../shared/channels/channel.ts";
import { workThrough } from "../../shared/flow/batch.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery } from "../../shared/ports/queues.ts";
import { statusOf } from "./events.ts";
import { readNotification, type Notification } from "./notification.ts";
import { receive } from "./receive.ts";

/**
 * Takes in what SES tells: mail that came, and what became of mail that went out. What a message refers to lies in the
 * bucket before the message is taken in; both may be repeated. A notification that can't be read is parked.
 *
 * One after the other: a mail may have 40 MB, and taking it apart holds it several times.
 */
export async function run(batch: Delivery<unknown>[], app: App): Promise<string[]> {
  const failed: string[] = [];
  for (const delivery of batch) failed.push(...(await workThrough([delivery], "mail", app, takeInOne)));
  return failed;

  async function takeInOne({ body }: Delivery<unknown>): Promise<void> {
    await takeIn([await parsedOf(readNotification(body), app)], app);
  }
}

async function parsedOf(notification: Notification, app: App): Promise<Parsed> {
  switch (notification.kind) {
    case "receipt":
      return receive(notification.receipt, app);
    case "event":
      return statusOf(notification.event);
    case "trial":
      return { kind: "ignored", reason: "SES tries the topic" };
  }
}
