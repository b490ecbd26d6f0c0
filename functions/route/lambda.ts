import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { run } from "./run.ts";
import type { InboundBatchJob, InboundJob } from "../../shared/ports/queues.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp();

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) =>
  batchResponse(await run(await deliveriesOf<InboundJob | InboundBatchJob>(event, app), app)),
);
