import { afterEach, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { openDatabase } from "../../../infra/local/engines/database.ts";
import { SqsEngine } from "../../../infra/local/engines/sqs/engine.ts";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import { EventSource } from "../../../infra/local/lambda/event-source.ts";
import type { InvocationResult } from "../../../infra/local/lambda/protocol.ts";
import type { EventSourceMappingDefinition } from "../../../infra/local/template/blueprint.ts";

interface QueueRecord {
  messageId: string;
  body: string;
  attributes: Record<string, string>;
  eventSourceARN: string;
}

type Batch = { Records: QueueRecord[] };

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0).toReversed()) dispose();
});

const succeeded = (value: unknown): InvocationResult => ({ ok: true, payload: JSON.stringify(value) });
const crashed: InvocationResult = { ok: false, error: { errorType: "Error", errorMessage: "crash", trace: [] } };

async function sample(
  handle: (batch: Batch) => Promise<InvocationResult> | InvocationResult,
  definition: Partial<EventSourceMappingDefinition> = {},
) {
  const clock = new VirtualClock();
  const database = openDatabase("memory");
  const sqs = new SqsEngine({ database, clock });
  const { arn } = await sqs.createQueue("jobs.fifo", {
    FifoQueue: "true",
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    VisibilityTimeout: "60",
  });
  const batches: QueueRecord[][] = [];
  const source = new EventSource({
    definition: {
      id: "mapping",
      queueArn: arn,
      functionName: "worker",
      batchSize: 10,
      reportBatchItemFailures: true,
      enabled: true,
      ...definition,
    },
    queueName: "jobs.fifo",
    region: "us-east-1",
    target: {
      definition: { name: "worker" },
      maxConcurrency: 4,
      async invoke(event) {
        batches.push((event as Batch).Records);
        return handle(event as Batch);
      },
    },
    sqs,
    clock,
    meter: new Meter(clock),
    log: () => {},
  });
  disposals.push(
    () => database.close(),
    () => clock.close(),
    () => source.stop(),
  );
  const send = async (group: string, ...bodies: string[]): Promise<void> => {
    const Entries = bodies.map((body) => ({
      Id: body,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    }));
    await sqs.sendMessageBatch({ QueueUrl: "jobs.fifo", Entries });
  };
  const left = async (): Promise<number> => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: "jobs.fifo", AttributeNames: ["All"] });
    return (
      Number(Attributes!["ApproximateNumberOfMessages"]) + Number(Attributes!["ApproximateNumberOfMessagesNotVisible"])
    );
  };
  const bodies = (): string[] => batches.flat().map(({ body }) => body);
  return { clock, source, batches, bodies, send, left };
}

test("a batch carries several messages of one group in order, as SQS records", async () => {
  const { source, batches, send, left } = await sample(() => succeeded({ batchItemFailures: [] }));
  await send("g", "1", "2", "3");
  void source.run();
  await expect.poll(left).toBe(0);
  expect(batches).toHaveLength(1);
  expect(batches[0]!.map(({ body }) => body)).toEqual(["1", "2", "3"]);
  expect(batches[0]![0]).toMatchObject({
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:jobs.fifo",
    awsRegion: "us-east-1",
    attributes: {
      MessageGroupId: "g",
      ApproximateReceiveCount: "1",
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
    },
  });
});

test("what is reported failed stays until its visibility time-out, the rest is deleted", async () => {
  const { clock, source, bodies, send, left } = await sample(({ Records }) => {
    const [, ...rest] = Records;
    const again = Records[0]!.attributes["ApproximateReceiveCount"] !== "1";
    return succeeded({ batchItemFailures: again ? [] : rest.map(({ messageId }) => ({ itemIdentifier: messageId })) });
  });
  await send("g", "1", "2", "3");
  void source.run();
  await expect.poll(left).toBe(2);
  await clock.advance(59_000);
  expect(bodies()).toEqual(["1", "2", "3"]);
  await clock.advance(2_000);
  expect(await left()).toBe(0);
  expect(bodies()).toEqual(["1", "2", "3", "2", "3"]);
});

const wholeBatchFailures: [string, InvocationResult][] = [
  ["an error of the function", crashed],
  ["an unknown id", succeeded({ batchItemFailures: [{ itemIdentifier: "nobody" }] })],
  ["an empty id", succeeded({ batchItemFailures: [{ itemIdentifier: "" }] })],
  ["no id", succeeded({ batchItemFailures: [{}] })],
  ["a report that is no list", succeeded({ batchItemFailures: "all" })],
];
test.each(wholeBatchFailures)("%s keeps the whole batch", async (_name, result) => {
  const { clock, source, batches, send, left } = await sample(() => result);
  await send("g", "1", "2");
  void source.run();
  await expect.poll(() => batches.length).toBe(1);
  await clock.settle();
  expect(await left()).toBe(2);
});

const successes: [string, unknown][] = [
  ["null", null],
  ["an empty object", {}],
  ["a null list", { batchItemFailures: null }],
  ["an empty list", { batchItemFailures: [] }],
];
test.each(successes)("%s means success", async (_name, value) => {
  const { source, send, left } = await sample(() => succeeded(value));
  await send("g", "1", "2");
  void source.run();
  await expect.poll(left).toBe(0);
});

test("without partial reports any answer that is no error deletes the batch", async () => {
  const report = { batchItemFailures: [{ itemIdentifier: "nobody" }] };
  const { source, send, left } = await sample(() => succeeded(report), { reportBatchItemFailures: false });
  await send("g", "1");
  void source.run();
  await expect.poll(left).toBe(0);
});

test("groups run side by side, a group's later messages wait for its earlier ones", async () => {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const { source, bodies, batches, send, left } = await sample(async ({ Records }) => {
    const gate = gates.get(Records[0]!.body);
    await gate?.promise;
    return succeeded(null);
  });
  gates.set("a1", Promise.withResolvers());
  await send("a", "a1");
  void source.run();
  await expect.poll(() => batches.length).toBe(1);
  await send("a", "a2");
  await send("b", "b1");
  await expect.poll(bodies).toContain("b1");
  expect(bodies()).not.toContain("a2");
  gates.get("a1")!.resolve();
  await expect.poll(left).toBe(0);
  expect(bodies()).toEqual(["a1", "b1", "a2"]);
});

test("no more batches are under way than the mapping allows", async () => {
  const gate = Promise.withResolvers<void>();
  let most = 0;
  let now = 0;
  const { source, send, left } = await sample(
    async () => {
      most = Math.max(most, ++now);
      await gate.promise;
      now -= 1;
      return succeeded(null);
    },
    { maximumConcurrency: 2, batchSize: 1 },
  );
  for (const group of "abcdefghij") await send(group, group);
  void source.run();
  await expect.poll(() => now).toBe(2);
  gate.resolve();
  await expect.poll(left).toBe(0);
  expect(most).toBe(2);
});

test("after a stop nothing is taken any more", async () => {
  const { clock, source, batches, send } = await sample(() => succeeded(null));
  const running = source.run();
  source.stop();
  await running;
  await send("g", "1");
  await clock.settle();
  expect(batches).toEqual([]);
});
