import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { run } from "./run.ts";
import { createPoolMemory } from "../../shared/flow/pool.ts";
import type { PoolJob } from "../../shared/ports/queues.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp();
const memory = createPoolMemory();

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) =>
  batchResponse(await run(await deliveriesOf<PoolJob>(event, app), app, memory)),
);
