import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { run } from "./run.ts";
import { mediaHttp } from "../../shared/adapters/media-http.ts";
import type { MediaJob } from "../../shared/ports/queues.ts";
import { batchResponse, deliveriesOf, startApp } from "../wiring.ts";

const app = startApp({ mediaHttp: mediaHttp() });

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event) =>
  batchResponse(await run(await deliveriesOf<MediaJob>(event, app), app)),
);
