import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { sorted } from "./kind.ts";
import { run } from "./run.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp();

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const { known, foreign } = sorted(Records, app.log);
  const failed = Array.from(known, async ([kind, records]) =>
    run(await deliveriesOf({ Records: records }, app), kind, app),
  );
  return batchResponse([...foreign, ...(await Promise.all(failed)).flat()]);
});
