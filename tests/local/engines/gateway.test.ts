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
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GatewayWorld, gatewayWorld } from "./gateway.world.ts";

let world: GatewayWorld;

beforeAll(async () => {
  world = await gatewayWorld();
});

beforeEach(() => world.reset());

afterAll(() => world.close());

describe("SQS through the SDK, which checks each MD5", () => {
  test("sends, receives, changes and deletes in batches", async () => {
    const sqs = new SQSClient(world.configuration());
    const QueueUrl = world.gateway.queueUrl("jobs.fifo");
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
    const sqs = new SQSClient(world.configuration());
    const QueueUrl = world.gateway.queueUrl("jobs.fifo");
    const gone = new AbortController();
    const before = await waiting();
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: gone.signal });
    poll.catch(() => {});
    await expect.poll(waiting).toBe(before + 1);
    gone.abort();
    await expect(poll).rejects.toMatchObject({ name: "AbortError" });
    await expect.poll(waiting).toBe(before);
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageGroupId: "a", MessageDeduplicationId: "gone" }),
    );
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toHaveLength(1);
  });

  test("errors are the SDK's own classes", async () => {
    const sqs = new SQSClient(world.configuration());
    const missing = sqs.send(new SendMessageCommand({ QueueUrl: world.gateway.queueUrl("none"), MessageBody: "x" }));
    await expect(missing).rejects.toThrow(QueueDoesNotExist);
    const noGroup = sqs.send(
      new SendMessageCommand({ QueueUrl: world.gateway.queueUrl("jobs.fifo"), MessageBody: "x" }),
    );
    await expect(noGroup).rejects.toMatchObject({ name: "MissingParameter", $metadata: { httpStatusCode: 400 } });
  });

  test("what is not imitated is refused by name", async () => {
    const sqs = new SQSClient(world.configuration());
    const QueueUrl = world.gateway.queueUrl("jobs.fifo");
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl, ReceiveRequestAttemptId: "again" }))).rejects.toThrow(
      "does not imitate ReceiveRequestAttemptId",
    );
  });

  test("the meter counts a request for each 64 KB", async () => {
    const sqs = new SQSClient(world.configuration());
    const QueueUrl = world.gateway.queueUrl("jobs.fifo");
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "x".repeat(130 * 1024),
        MessageGroupId: "a",
        MessageDeduplicationId: "large",
      }),
    );
    expect(world.lineOf("sqs", "SendMessage")).toEqual({
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

describe("the gateway itself", () => {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=socket/20260105/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

  test("hands the management API to whoever registered it, with the caller", async () => {
    world.services.executeApi = async ({ caller, path, body }) => ({
      status: 200,
      headers: {},
      body: `${caller} ${path} ${body.toString()}`,
    });
    const answer = await fetch(`${world.gateway.url}/live/@connections/abc`, {
      method: "POST",
      headers: { authorization: authorization("execute-api") },
      body: "hello",
    });
    expect(await answer.text()).toBe("socket /live/@connections/abc hello");
    expect(world.lineOf("execute-api", "PostToConnection")).toMatchObject({
      caller: "socket",
      units: { webSocketMessages: 1 },
    });
  });

  test("refuses a call without credentials, an unknown service and a browser's page", async () => {
    const bare = await fetch(world.gateway.url);
    expect([bare.status, await bare.json()]).toMatchObject([403, { __type: "MissingAuthenticationToken" }]);
    const unknown = await fetch(world.gateway.url, { headers: { authorization: authorization("kinesis") } });
    expect(await unknown.text()).toContain("no service kinesis");
    const page = await fetch(world.gateway.url, {
      headers: { authorization: authorization("sqs"), origin: "https://example.com" },
    });
    expect(page.status).toBe(403);
  });

  test("says the virtual time, and sums the meter up in dollars", async () => {
    const answer = await fetch(world.gateway.url);
    expect(answer.headers.get("date")).toBe(new Date(world.clock.now()).toUTCString());
    world.gateway.meter.record({
      caller: "x",
      service: "lambda",
      operation: "Invoke",
      units: { invocations: 1_000_000 },
    });
    expect(world.gateway.meter.report().dollars).toBeCloseTo(0.2);
    world.gateway.meter.reset();
    expect(world.gateway.meter.report()).toMatchObject({ lines: [], dollars: 0 });
  });
});
