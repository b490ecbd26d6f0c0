import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DynamoEngine, startDynamo } from "../../../infra/local/engines/dynamo/engine.ts";
import { S3Engine } from "../../../infra/local/engines/s3/engine.ts";
import { SecretsEngine } from "../../../infra/local/engines/secrets.ts";
import { type Gateway, type GatewayServices, startGateway } from "../../../infra/local/gateway/gateway.ts";
import { type QueueWorld, queueWorld } from "./world.ts";

let world: QueueWorld;
let services: GatewayServices;
let gateway: Gateway;
let dynamodb: DynamoEngine;
let secretArn: string;

beforeAll(async () => {
  world = await queueWorld();
  dynamodb = await startDynamo({ clock: world.clock });
  services = { sqs: world.sqs, dynamodb, s3: new S3Engine(world), secrets: new SecretsEngine(world) };
  await services.s3.createBucket("blobs");
  ({ arn: secretArn } = await services.secrets.ensureSecret("twilio", () => '{"accounts":[]}'));
  await dynamodb.createTable(
    {
      TableName: "main",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
    },
    { timeToLive: "expiresAt" },
  );
  gateway = await startGateway({ services, clock: world.clock });
});

beforeEach(async () => {
  gateway.meter.reset();
  await world.clock.advance(60_000);
  await world.sqs.purgeQueue({ QueueUrl: "jobs.fifo" });
});

afterAll(async () => {
  await gateway.close();
  await dynamodb.close();
  world.database.close();
});

/** As a function's worker sets up its clients: the access key id is the function's name. */
const configuration = () => ({
  endpoint: gateway.url,
  region: "us-east-1",
  credentials: { accessKeyId: "route", secretAccessKey: "local" },
  maxAttempts: 1,
});
const lineOf = (service: string, operation: string) =>
  gateway.meter.report().lines.find((line) => line.service === service && line.operation === operation);

describe("SQS through the SDK, which checks each MD5", () => {
  test("sends, receives, changes and deletes in batches", async () => {
    const sqs = new SQSClient(configuration());
    const QueueUrl = gateway.queueUrl("jobs.fifo");
    const Entries = ["one", "zwei — 二"].map((MessageBody, index) => ({
      Id: `e${index}`,
      MessageBody,
      MessageGroupId: "a",
      MessageDeduplicationId: `${MessageBody.length}`,
      MessageAttributes: { seal: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) } },
    }));
    const { Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful!.map(({ SequenceNumber }) => SequenceNumber!.length)).toEqual([20, 20]);
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
    );
    expect(Messages!.map(({ Body }) => Body)).toEqual(["one", "zwei — 二"]);
    expect(Messages![0]!.MessageAttributes!["seal"]!.BinaryValue).toEqual(new Uint8Array([0, 255]));
    const { ReceiptHandle } = Messages![1]!;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages!.map((message, index) => ({ Id: `e${index}`, ReceiptHandle: message.ReceiptHandle })),
      }),
    );
    expect(deleted.Successful).toHaveLength(2);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
  });

  test("a long poll of a client that has gone takes no message", async () => {
    const sqs = new SQSClient(configuration());
    const QueueUrl = gateway.queueUrl("jobs.fifo");
    const gone = new AbortController();
    const before = await waiting();
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: gone.signal });
    poll.catch(() => {});
    await expect.poll(waiting).toBe(before + 1);
    gone.abort();
    await expect(poll).rejects.toThrow();
    await expect.poll(waiting).toBe(before);
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageGroupId: "a", MessageDeduplicationId: "gone" }),
    );
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toHaveLength(1);
  });

  test("errors are the SDK's own classes", async () => {
    const sqs = new SQSClient(configuration());
    const missing = sqs.send(new SendMessageCommand({ QueueUrl: gateway.queueUrl("none"), MessageBody: "x" }));
    await expect(missing).rejects.toThrow(QueueDoesNotExist);
    const noGroup = sqs.send(new SendMessageCommand({ QueueUrl: gateway.queueUrl("jobs.fifo"), MessageBody: "x" }));
    await expect(noGroup).rejects.toMatchObject({ name: "MissingParameter", $metadata: { httpStatusCode: 400 } });
  });

  test("what is not imitated is refused by name", async () => {
    const sqs = new SQSClient(configuration());
    const QueueUrl = gateway.queueUrl("jobs.fifo");
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl, ReceiveRequestAttemptId: "again" }))).rejects.toThrow(
      "does not imitate ReceiveRequestAttemptId",
    );
  });

  test("the meter counts a request for each 64 KB", async () => {
    const sqs = new SQSClient(configuration());
    const QueueUrl = gateway.queueUrl("jobs.fifo");
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "x".repeat(130 * 1024),
        MessageGroupId: "a",
        MessageDeduplicationId: "large",
      }),
    );
    expect(lineOf("sqs", "SendMessage")).toEqual({
      caller: "route",
      service: "sqs",
      operation: "SendMessage",
      calls: 1,
      units: { fifoRequests: 3 },
      dollars: 3 * 0.5e-6,
    });
  });
});

/** Open long polls on jobs.fifo: requests that the gateway has taken and not answered. */
const waiting = async (): Promise<number> => world.sqs.waitingReceivers("jobs.fifo");

const key = { pk: { S: "CUSTOMER#1" }, sk: { S: "HEAD" } };

describe("DynamoDB through the SDK", () => {
  test("conditions hold, and every call is metered without the caller seeing it", async () => {
    const client = new DynamoDBClient(configuration());
    const put = (name: string) =>
      client.send(
        new PutItemCommand({
          TableName: "main",
          Item: { ...key, name: { S: name } },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      );
    expect((await put("first")).ConsumedCapacity).toBeUndefined();
    await expect(put("second")).rejects.toThrow(ConditionalCheckFailedException);
    const { Item } = await client.send(new GetItemCommand({ TableName: "main", Key: key, ConsistentRead: true }));
    expect(Item!["name"]).toEqual({ S: "first" });
    expect(lineOf("dynamodb", "PutItem")).toMatchObject({ calls: 2, units: { writeUnits: 2 } });
    expect(lineOf("dynamodb", "GetItem")).toMatchObject({ calls: 1, units: { readUnits: 1 } });
  });

  test("who asks for the consumed capacity gets it", async () => {
    const client = new DynamoDBClient(configuration());
    const { ConsumedCapacity } = await client.send(
      new UpdateItemCommand({
        TableName: "main",
        Key: { pk: { S: "x" }, sk: { S: "y" } },
        UpdateExpression: "SET #n = :n",
        ExpressionAttributeNames: { "#n": "name" },
        ExpressionAttributeValues: { ":n": { S: "z" } },
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(ConsumedCapacity!.CapacityUnits).toBe(1);
  });

  test("an item whose time to live has passed is deleted within a virtual hour; others stay", async () => {
    const client = new DynamoDBClient(configuration());
    const put = (sk: string, expiresAt?: number) =>
      client.send(
        new PutItemCommand({
          TableName: "main",
          Item: { pk: { S: "ttl" }, sk: { S: sk }, ...(expiresAt ? { expiresAt: { N: String(expiresAt) } } : {}) },
        }),
      );
    const now = Math.floor(world.clock.now() / 1000);
    await put("gone", now + 60);
    await put("stays", now + 3 * 60 * 60);
    await put("never");
    await world.clock.advance(60 * 60_000);
    const { Items } = await client.send(
      new QueryCommand({
        TableName: "main",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: "ttl" } },
      }),
    );
    expect(Items!.map(({ sk }) => sk!.S)).toEqual(["never", "stays"]);
  });
});

describe("S3 through the SDK", () => {
  test("puts, gets, heads, lists in pages and deletes", async () => {
    const s3 = new S3Client(configuration());
    for (const Key of ["a/1 ü?.json", "a/2", "b/1"])
      await s3.send(new PutObjectCommand({ Bucket: "blobs", Key, Body: `body of ${Key}`, ContentType: "text/plain" }));
    const got = await s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "a/1 ü?.json" }));
    expect([await got.Body!.transformToString(), got.ContentType]).toEqual(["body of a/1 ü?.json", "text/plain"]);
    const head = await s3.send(new HeadObjectCommand({ Bucket: "blobs", Key: "a/2" }));
    expect(head.ContentLength).toBe("body of a/2".length);
    const list = (ContinuationToken?: string) =>
      s3.send(new ListObjectsV2Command({ Bucket: "blobs", Prefix: "a/", MaxKeys: 1, ContinuationToken }));
    const first = await list();
    const second = await list(first.NextContinuationToken);
    expect([first, second].map(({ Contents }) => Contents!.map(({ Key }) => Key))).toEqual([["a/1 ü?.json"], ["a/2"]]);
    expect(second.IsTruncated).toBe(false);
    await s3.send(new DeleteObjectCommand({ Bucket: "blobs", Key: "a/2" }));
    await expect(s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "a/2" }))).rejects.toThrow(NoSuchKey);
    expect(lineOf("s3", "PutObject")).toMatchObject({ calls: 3, units: { s3PutRequests: 3 } });
  });

  test("takes a stream, whose checksum comes in a trailer", async () => {
    const s3 = new S3Client(configuration());
    const content = Buffer.alloc(300_000, "abc");
    await s3.send(
      new PutObjectCommand({
        Bucket: "blobs",
        Key: "stream",
        Body: Readable.from([content.subarray(0, 100_000), content.subarray(100_000)]),
        ContentLength: content.length,
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "stream" }));
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(content)).toBe(true);
  });

  test("If-None-Match keeps what is there", async () => {
    const s3 = new S3Client(configuration());
    const put = (Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: "blobs", Key: "once", Body, IfNoneMatch: "*" }));
    await put("first");
    await expect(put("second")).rejects.toMatchObject({ name: "PreconditionFailed" });
    const got = await s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "once" }));
    expect(await got.Body!.transformToString()).toBe("first");
  });

  test("refuses an unknown bucket, and what it does not imitate by name", async () => {
    const s3 = new S3Client(configuration());
    await expect(s3.send(new PutObjectCommand({ Bucket: "none", Key: "k", Body: "x" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
    await expect(
      s3.send(new PutObjectTaggingCommand({ Bucket: "blobs", Key: "once", Tagging: { TagSet: [] } })),
    ).rejects.toThrow("does not imitate ?tagging");
    await expect(s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "once", Range: "bytes=0-1" }))).rejects.toThrow(
      "does not imitate range",
    );
  });
});

describe("Secrets Manager through the SDK", () => {
  test("gives a secret by name and by ARN", async () => {
    const secrets = new SecretsManagerClient(configuration());
    for (const SecretId of ["twilio", secretArn])
      expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('{"accounts":[]}');
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  test("a secret that is there keeps its value", async () => {
    expect((await services.secrets.ensureSecret("twilio", () => "other")).value).toBe('{"accounts":[]}');
  });
});

describe("the gateway itself", () => {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=socket/20260105/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

  test("hands the management API to whoever registered it, with the caller", async () => {
    services.executeApi = async ({ caller, path, body }) => ({
      status: 200,
      headers: {},
      body: `${caller} ${path} ${body.toString()}`,
    });
    const answer = await fetch(`${gateway.url}/live/@connections/abc`, {
      method: "POST",
      headers: { authorization: authorization("execute-api") },
      body: "hello",
    });
    expect(await answer.text()).toBe("socket /live/@connections/abc hello");
    expect(lineOf("execute-api", "PostToConnection")).toMatchObject({
      caller: "socket",
      units: { webSocketMessages: 1 },
    });
  });

  test("refuses a call without credentials, an unknown service and a browser's page", async () => {
    const bare = await fetch(gateway.url);
    expect([bare.status, await bare.json()]).toMatchObject([403, { __type: "MissingAuthenticationToken" }]);
    const unknown = await fetch(gateway.url, { headers: { authorization: authorization("kinesis") } });
    expect(await unknown.text()).toContain("no service kinesis");
    const page = await fetch(gateway.url, {
      headers: { authorization: authorization("sqs"), origin: "https://example.com" },
    });
    expect(page.status).toBe(403);
  });

  test("says the virtual time, and sums the meter up in dollars", async () => {
    const answer = await fetch(gateway.url);
    expect(answer.headers.get("date")).toBe(new Date(world.clock.now()).toUTCString());
    gateway.meter.record({ caller: "x", service: "lambda", operation: "Invoke", units: { invocations: 1_000_000 } });
    expect(gateway.meter.report().dollars).toBeCloseTo(0.2);
    gateway.meter.reset();
    expect(gateway.meter.report()).toMatchObject({ lines: [], dollars: 0 });
  });
});
