import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { run } from "./run.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";
import type { ParkedKind } from "../../shared/flow/park.ts";

const app = startApp();

const kinds: Record<string, ParkedKind> = {
  inbound: "inbound",
  pool: "pool",
  outbound: "outbound",
  timers: "timer",
  media: "media",
  mail: "mail",
  deliveries: "delivery",
};

/** The name of the queue that a dead letter comes from ends in whose it is: `…-inbound.fifo`. */
const queueNameEnd = /-([a-z]+)(\.fifo)?$/;

function kindOf({ attributes: { DeadLetterQueueSourceArn: source = "" } }: SQSRecord): ParkedKind {
  const kind = kinds[queueNameEnd.exec(source)?.[1] ?? ""];
  if (!kind) throw new Error(`A dead letter comes from "${source}", which is no queue of ours.`);
  return kind;
}

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const failed = Array.from(Map.groupBy(Records, kindOf), async ([kind, records]) =>
    run(await deliveriesOf({ Records: records }, app), kind, app),
  );
  return batchResponse((await Promise.all(failed)).flat());
});
