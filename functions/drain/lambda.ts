import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
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

/** A dead-letter queue's name ends in whose it is: `…-inbound-dead-letters.fifo`. */
const queueNameEnd = /-([a-z]+)-dead-letters(\.fifo)?$/;

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  const source = event.Records[0]?.eventSourceARN ?? "";
  const kind = kinds[queueNameEnd.exec(source)?.[1] ?? ""];
  if (!kind) throw new Error(`${source} is no dead-letter queue of ours.`);
  return batchResponse(await run(await deliveriesOf(event, app), kind, app));
});
