import type { DynamoEngine } from "../engines/dynamo/engine.ts";
import { AwsError } from "../engines/error.ts";
import { errorResponse, type S3Engine } from "../engines/s3/engine.ts";
import type { SecretsEngine } from "../engines/secrets.ts";
import type { SesSending } from "../engines/ses/sending.ts";
import type { SqsEngine } from "../engines/sqs/engine.ts";
import { callSqs } from "../engines/sqs/protocol.ts";
import { messageBytes, type SendEntry } from "../engines/sqs/validation.ts";
import { consumesCapacity, dynamoUnits, s3Units, sqsUnits } from "./metering.ts";
import { checkLink, credentialOfLink } from "./presigned.ts";
import type { Answer, GatewayRequest, GatewayResponse } from "./request.ts";
import { answerSes } from "./ses.ts";

export interface GatewayServices {
  sqs: SqsEngine;
  dynamodb: DynamoEngine;
  s3: S3Engine;
  secrets: SecretsEngine;
  /** The WebSocket API's management API, `/{stage}/@connections/{id}`; may be set later. */
  executeApi?: (request: GatewayRequest) => Promise<GatewayResponse>;
  /** set once there is a meter, which what it publishes to is counted on */
  ses?: SesSending;
}

/** By the service's name in the credential scope. */
export const handlers: Record<string, (services: GatewayServices, request: GatewayRequest) => Promise<Answer>> = {
  sqs: answerSqs,
  dynamodb: answerDynamo,
  s3: answerS3,
  secretsmanager: answerSecrets,
  "execute-api": answerExecuteApi,
  ses: ({ ses }, request) => {
    if (!ses) throw new AwsError("NotFoundException", "There is no SES", { status: 404 });
    return answerSes(ses, request);
  },
};

const json10 = { "content-type": "application/x-amz-json-1.0" };
const json11 = { "content-type": "application/x-amz-json-1.1" };

async function answerSqs({ sqs }: GatewayServices, request: GatewayRequest): Promise<Answer> {
  const operation = operationOf(request);
  try {
    const input = readJson(request.body);
    const output = await callSqs(sqs, operation, input, request.signal);
    const fifo = typeof input["QueueUrl"] === "string" && sqs.isFifo(input["QueueUrl"]);
    return {
      operation,
      units: sqsUnits(fifo, payloadBytes(input, output)),
      response: { status: 200, headers: json10, body: JSON.stringify(output) },
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
    const headers = { ...json10, "x-amzn-query-error": `${error.queryCode};Sender` };
    return { operation, units: { standardRequests: 1 }, response: { status: error.status, headers, body } };
  }
}

/** Bodies and attributes of all messages in a request or an answer. */
function payloadBytes(input: Record<string, unknown>, output: unknown): number {
  const sent = (input["Entries"] as SendEntry[] | undefined) ?? [input as SendEntry];
  const received = (output as { Messages?: { Body: string }[] }).Messages ?? [];
  return (
    sent.reduce((sum, entry) => sum + messageBytes(entry), 0) +
    received.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0)
  );
}

/** Asks for the consumed capacity of every call, and leaves it out of the answer of who did not. */
async function answerDynamo({ dynamodb }: GatewayServices, request: GatewayRequest): Promise<Answer> {
  const operation = operationOf(request);
  const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
  if (!consumesCapacity(operation))
    return { operation, units: {}, response: await dynamodb.forward({ headers, body: request.body }) };
  const input = readJson(request.body);
  const wanted = input["ReturnConsumedCapacity"] ?? "NONE";
  const body =
    wanted === "NONE" ? Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" })) : request.body;
  const response = await dynamodb.forward({ headers, body });
  const { ConsumedCapacity, ...output } = JSON.parse(response.body.toString());
  const units = dynamoUnits(operation, response.status, ConsumedCapacity);
  if (wanted !== "NONE") return { operation, units, response };
  return {
    operation,
    units,
    response: { status: response.status, headers: json10, body: JSON.stringify(output) },
  };
}

async function answerS3({ s3 }: GatewayServices, request: GatewayRequest): Promise<Answer> {
  const operation = s3.operationOf(request.method, request.path);
  const units = s3Units(operation);
  try {
    const checked = credentialOfLink(request.path) ? checkLink(request) : request;
    return { operation, units, response: await s3.handle(checked) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { operation, units, response: errorResponse(error, request.method) };
  }
}

async function answerSecrets({ secrets }: GatewayServices, request: GatewayRequest): Promise<Answer> {
  const operation = operationOf(request);
  const units = { secretRequests: 1 };
  try {
    const output = await secrets.call(operation, readJson(request.body));
    return { operation, units, response: { status: 200, headers: json11, body: JSON.stringify(output) } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = JSON.stringify({ __type: error.code, Message: error.message });
    return { operation, units, response: { status: error.status, headers: json11, body } };
  }
}

const connectionOperations: Record<string, string> = {
  POST: "PostToConnection",
  GET: "GetConnection",
  DELETE: "DeleteConnection",
};

async function answerExecuteApi({ executeApi }: GatewayServices, request: GatewayRequest): Promise<Answer> {
  if (!executeApi) throw new AwsError("NotFoundException", "There is no WebSocket API", { status: 404 });
  const operation = connectionOperations[request.method] ?? request.method;
  const units = operation === "PostToConnection" ? { webSocketMessages: 1 } : { freeRequests: 1 };
  return { operation, units, response: await executeApi(request) };
}

/** `AmazonSQS.SendMessage` → `SendMessage` */
function operationOf({ headers }: GatewayRequest): string {
  const operation = headers["x-amz-target"]?.split(".").at(-1);
  if (!operation) throw new AwsError("MissingAction", "The request has no X-Amz-Target header");
  return operation;
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || "{}");
  } catch {
    throw new AwsError("SerializationException", "The request body is not valid JSON");
  }
}
