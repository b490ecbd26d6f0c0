import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { run } from "./run.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";
import type { ParkedKind } from "../../shared/flow/park.ts";

const app = startApp();

/** A dead-letter queue's name says whose it is: `…-inbound-dead.fifo`. */
const kinds: [RegExp, ParkedKind][] = [
  [/inbound/, "inbound"],
  [/pool/, "pool"],
  [/outbound/, "outbound"],
  [/timers/, "timer"],
];

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
  const source = event.Records[0]?.eventSourceARN.split(":").at(-1) ?? "";
  const kind = kinds.find(([pattern]) => pattern.test(source))?.[1];
  if (!kind) throw new Error(`${source} is no dead-letter queue of ours.`);
  return batchResponse(await run(await deliveriesOf(event, app), kind, app));
});
