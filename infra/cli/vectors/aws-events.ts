import * as z from "zod/mini";
import { readNotification } from "../../../functions/mail/notification.ts";
import { readDelivery } from "../../../shared/adapters/queues.ts";
import { readVectors, type VectorReport } from "./report.ts";

const recordsOf = (directory: string, name: string) =>
  z.object({ Records: z.array(z.looseObject({})).check(z.minLength(1)) }).parse(readVectors(directory, file(name)))
    .Records;

const file = (name: string): string => `aws-events/${name}.json`;

/** SES's objects as they come to us: behind SNS, with the kind of notification beside them. */
function asNotification(ses: unknown): unknown {
  return { Type: "Notification", Message: JSON.stringify({ notificationType: "Received", ...Object(ses) }) };
}

/** Holds our readers against events in the shape in which AWS gives them. */
export async function checkAwsEvents(directory: string): Promise<VectorReport> {
  const read: Record<string, () => unknown> = {
    "ses-s3-event": () =>
      recordsOf(directory, "ses-s3-event").map((record) => readNotification(asNotification(record["ses"]))),
    // SNS names its fields the same to Lambda and to SQS; this one's text is no mail's.
    "sns-event": () =>
      recordsOf(directory, "sns-event").map((record) =>
        readNotification({ ...Object(record["Sns"]), Message: "Successfully validated SNS topic for Amazon SES" }),
      ),
    "sqs-event": () =>
      Promise.all(
        recordsOf(directory, "sqs-event").map((record) =>
          readDelivery(record as unknown as Parameters<typeof readDelivery>[0], { get: async () => undefined }),
        ),
      ),
  };
  const wrong: string[] = [];
  for (const [name, readIt] of Object.entries(read)) {
    try {
      await readIt();
    } catch (error) {
      wrong.push(`${file(name)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return {
    file: "aws-events",
    right: Object.keys(read).length - wrong.length,
    wrong,
    notBuilt: {},
    notes: ["not ours to read: ses-lambda-event and ses-sns-event (no object in a bucket), s3-event, dynamodb-event"],
  };
}
