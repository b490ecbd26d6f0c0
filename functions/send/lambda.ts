import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { run } from "./run.ts";
import type { OutboundJob } from "../../shared/ports/queues.ts";
import { sesMail } from "../../shared/adapters/mail.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp({ mail: sesMail });

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) =>
  batchResponse(await run(await deliveriesOf<OutboundJob>(event, app), app)),
);
