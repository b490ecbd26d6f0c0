import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { run } from "./run.ts";
import { foreignHttp } from "../../shared/adapters/foreign-http.ts";
import type { DeliveryJob } from "../../shared/ports/queues.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp({ foreignHttp: foreignHttp() });

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) =>
  batchResponse(await run(await deliveriesOf<DeliveryJob>(event, app), app)),
);
