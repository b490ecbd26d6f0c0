import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { kindOf } from "./kind.ts";
import { run } from "./run.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp();

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const failed = Array.from(
    Map.groupBy(Records, ({ attributes }) => kindOf(attributes.DeadLetterQueueSourceArn)),
    async ([kind, records]) => run(await deliveriesOf({ Records: records }, app), kind, app),
  );
  return batchResponse((await Promise.all(failed)).flat());
});
