import { describe, expect, test } from "vitest";
import { bodies, counts, queueWorld, receiveFrom, remove, sendTo } from "./world.ts";

const day = 24 * 60 * 60_000;

describe("a standard queue", () => {
  test("delivers what is visible; a delay of up to 15 minutes holds a message back", async () => {
    const { sqs, clock } = await queueWorld();
    await sqs.sendMessage({ QueueUrl: "timers", MessageBody: "later", DelaySeconds: 900 });
    await sqs.sendMessage({ QueueUrl: "timers", MessageBody: "now" });
    expect(await counts(sqs, "timers")).toEqual([1, 0, 1]);
    expect(bodies(await receiveFrom(sqs, "timers"))).toEqual(["now"]);
    await clock.advance(899_999);
    expect(bodies(await receiveFrom(sqs, "timers"))).toEqual(["now"]);
    await clock.advance(1);
    expect(bodies(await receiveFrom(sqs, "timers"))).toEqual(["later"]);
  });

  test("redelivers after the visibility time-out and redrives after the third receive", async () => {
    const { sqs, clock } = await queueWorld();
    await sqs.sendMessage({ QueueUrl: "timers", MessageBody: "poison" });
    const sentAt = String(clock.now());
    for (let attempt = 1; attempt <= 3; attempt++) {
      const [message] = await receiveFrom(sqs, "timers");
      expect(message!.Attributes!.ApproximateReceiveCount).toBe(String(attempt));
      await clock.advance(30_000);
    }
    expect(await receiveFrom(sqs, "timers")).toEqual([]);
    const [buried] = await receiveFrom(sqs, "timers-dead");
    // On a standard queue the time of sending stays, and with it the end of its retention.
    expect(buried!.Attributes).toMatchObject({ ApproximateReceiveCount: "4", SentTimestamp: sentAt });
  });

  test("an old handle deletes nothing and is not refused; the latest deletes even after its time-out", async () => {
    const { sqs, clock } = await queueWorld();
    await sqs.sendMessage({ QueueUrl: "timers", MessageBody: "x" });
    const [first] = await receiveFrom(sqs, "timers");
    await clock.advance(30_000);
    const [second] = await receiveFrom(sqs, "timers");
    await remove(sqs, "timers", first!);
    expect(await counts(sqs, "timers")).toEqual([0, 1, 0]);
    await clock.advance(30_000);
    await remove(sqs, "timers", second!);
    expect(await counts(sqs, "timers")).toEqual([0, 0, 0]);
  });

  test("keeps message attributes, and gives those that were asked for", async () => {
    const { sqs } = await queueWorld();
    const MessageAttributes = {
      trace: { DataType: "String", StringValue: "abc" },
      seal: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 255]) },
    };
    const sent = await sqs.sendMessage({ QueueUrl: "timers", MessageBody: "x", MessageAttributes });
    const { Messages } = await sqs.receiveMessage({ QueueUrl: "timers", MessageAttributeNames: ["All"] });
    expect(Messages![0]).toMatchObject({ MD5OfMessageAttributes: sent.MD5OfMessageAttributes });
    expect(Buffer.from(Messages![0]!.MessageAttributes!["seal"]!.BinaryValue!)).toEqual(Buffer.from([1, 2, 255]));
    expect(Messages![0]!.Attributes).toBeUndefined();
  });
});

describe("retention and purge", () => {
  test("a message is gone after the retention period, and its group goes on", async () => {
    const { sqs, clock } = await queueWorld();
    await sendTo(sqs, "a", "old");
    await clock.advance(2 * day);
    await sendTo(sqs, "a", "new");
    await clock.advance(2 * day);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["new"]);
  });

  test("a purge removes everything, in flight or not, once a minute", async () => {
    const { sqs, clock } = await queueWorld();
    for (const body of ["a1", "a2"]) await sendTo(sqs, "a", body);
    await receiveFrom(sqs, "jobs.fifo", 1);
    await sqs.purgeQueue({ QueueUrl: "jobs.fifo" });
    expect(await counts(sqs, "jobs.fifo")).toEqual([0, 0, 0]);
    await expect(sqs.purgeQueue({ QueueUrl: "jobs.fifo" })).rejects.toMatchObject({ code: "PurgeQueueInProgress" });
    await clock.advance(60_000);
    await sqs.purgeQueue({ QueueUrl: "jobs.fifo" });
    await sendTo(sqs, "a", "a3");
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a3"]);
  });
});

describe("long polling", () => {
  test("wakes at once when a message is sent, the one that waited longest first", async () => {
    const { sqs } = await queueWorld();
    const first = sqs.receiveMessage({ QueueUrl: "jobs.fifo", WaitTimeSeconds: 20 });
    const second = sqs.receiveMessage({ QueueUrl: "jobs.fifo", WaitTimeSeconds: 20 });
    await new Promise((resolve) => setImmediate(resolve));
    await sendTo(sqs, "a", "a1");
    await sendTo(sqs, "b", "b1");
    expect([bodies((await first).Messages!), bodies((await second).Messages!)]).toEqual([["a1"], ["b1"]]);
  });

  test("wakes when a delay or a visibility time-out ends, or a group's last message in flight is deleted", async () => {
    const { sqs, clock } = await queueWorld();
    const poll = () => sqs.receiveMessage({ QueueUrl: "timers" }, { untilAvailable: true });
    const delayed = poll();
    await sqs.sendMessage({ QueueUrl: "timers", MessageBody: "x", DelaySeconds: 60 });
    await clock.advance(60_000);
    expect(bodies((await delayed).Messages!)).toEqual(["x"]);
    const redelivered = poll();
    await clock.advance(30_000);
    expect(bodies((await redelivered).Messages!)).toEqual(["x"]);

    for (const body of ["a1", "a2"]) await sendTo(sqs, "a", body);
    const [held] = await receiveFrom(sqs, "jobs.fifo", 1);
    const next = sqs.receiveMessage({ QueueUrl: "jobs.fifo" }, { untilAvailable: true });
    await remove(sqs, "jobs.fifo", held!);
    expect(bodies((await next).Messages!)).toEqual(["a2"]);
  });

  test("ends empty when its time is over by the virtual clock", async () => {
    const { sqs, clock } = await queueWorld();
    const poll = sqs.receiveMessage({ QueueUrl: "jobs.fifo", WaitTimeSeconds: 20 });
    await clock.advance(20_000);
    expect(await poll).toEqual({});
  });

  test("an aborted poll rejects and takes no message with it", async () => {
    const { sqs } = await queueWorld();
    const stop = new AbortController();
    const poll = sqs.receiveMessage({ QueueUrl: "jobs.fifo", WaitTimeSeconds: 20 }, { signal: stop.signal });
    const other = new AbortController();
    const waiting = sqs.receiveMessage({ QueueUrl: "jobs.fifo", WaitTimeSeconds: 20 }, { signal: other.signal });
    stop.abort(new Error("stopped"));
    await expect(poll).rejects.toThrow("stopped");
    await new Promise((resolve) => setImmediate(resolve));
    other.abort(new Error("stopped while it waited"));
    await expect(waiting).rejects.toThrow("stopped while it waited");
    await sendTo(sqs, "a", "a1");
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a1"]);
  });
});

const big = (bytes: number) => "x".repeat(bytes);
const mebibyte = 1024 * 1024;
const fifo = { QueueUrl: "jobs.fifo", MessageBody: "x", MessageGroupId: "a", MessageDeduplicationId: "d" };
const standard = { QueueUrl: "timers", MessageBody: "x" };

describe("what SQS refuses", () => {
  test.each([
    ["a body over 1 MiB", { ...standard, MessageBody: big(mebibyte + 1) }, "InvalidParameterValue"],
    [
      "body and attributes over 1 MiB together",
      {
        ...standard,
        MessageBody: big(mebibyte - 5),
        MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
      },
      "InvalidParameterValue",
    ],
    ["an empty body", { ...standard, MessageBody: "" }, "InvalidParameterValue"],
    ["no body", { QueueUrl: "timers", MessageBody: undefined }, "MissingParameter"],
    ["a control character", { ...standard, MessageBody: "a\u0000b" }, "InvalidMessageContents"],
    ["a lone surrogate", { ...standard, MessageBody: "a\ud800b" }, "InvalidMessageContents"],
    ["a delay over 15 minutes", { ...standard, DelaySeconds: 901 }, "InvalidParameterValue"],
    ["a delay of one message on FIFO", { ...fifo, DelaySeconds: 5 }, "InvalidParameterValue"],
    ["a deduplication id on standard", { ...standard, MessageDeduplicationId: "d" }, "InvalidParameterValue"],
    ["no group on FIFO", { ...fifo, MessageGroupId: undefined }, "MissingParameter"],
    ["no deduplication id on FIFO", { ...fifo, MessageDeduplicationId: undefined }, "InvalidParameterValue"],
    ["a group id of 129 characters", { ...fifo, MessageGroupId: big(129) }, "InvalidParameterValue"],
    ["a space in a deduplication id", { ...fifo, MessageDeduplicationId: "a b" }, "InvalidParameterValue"],
    ["an unknown queue", { ...standard, QueueUrl: "nowhere" }, "QueueDoesNotExist"],
    [
      "an attribute of an unknown type",
      { ...standard, MessageAttributes: { a: { DataType: "Text", StringValue: "b" } } },
      "InvalidParameterValue",
    ],
    [
      "eleven attributes",
      {
        ...standard,
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, index) => [`a${index}`, { DataType: "String", StringValue: "b" }]),
        ),
      },
      "InvalidParameterValue",
    ],
  ])("%s", async (_, input, code) => {
    const { sqs } = await queueWorld();
    await expect(sqs.sendMessage(input)).rejects.toMatchObject({ code });
    expect(await counts(sqs, "timers")).toEqual([0, 0, 0]);
    expect(await counts(sqs, "jobs.fifo")).toEqual([0, 0, 0]);
  });

  test("a body of exactly 1 MiB, and any other character, is taken", async () => {
    const { sqs } = await queueWorld();
    await sqs.sendMessage({ ...standard, MessageBody: big(mebibyte) });
    await sqs.sendMessage({ ...standard, MessageBody: "tab\t عربي 👩‍👩‍👧 \uFFFD" });
    expect(await counts(sqs, "timers")).toEqual([2, 0, 0]);
  });

  test.each([
    [
      "11 entries",
      Array.from({ length: 11 }, (_, index) => ({ Id: String(index), MessageBody: "x" })),
      "TooManyEntriesInBatchRequest",
    ],
    ["none", [], "EmptyBatchRequest"],
    [
      "an id twice",
      [
        { Id: "1", MessageBody: "x" },
        { Id: "1", MessageBody: "y" },
      ],
      "BatchEntryIdsNotDistinct",
    ],
    ["an id with a space", [{ Id: "a b", MessageBody: "x" }], "InvalidBatchEntryId"],
    [
      "more than 1 MiB together",
      [
        { Id: "1", MessageBody: big(mebibyte) },
        { Id: "2", MessageBody: "x" },
      ],
      "BatchRequestTooLong",
    ],
  ])("a batch with %s", async (_, Entries, code) => {
    const { sqs } = await queueWorld();
    await expect(sqs.sendMessageBatch({ QueueUrl: "timers", Entries })).rejects.toMatchObject({ code });
  });

  test("in a batch one bad entry fails by itself", async () => {
    const { sqs } = await queueWorld();
    const { Successful, Failed } = await sqs.sendMessageBatch({
      QueueUrl: "timers",
      Entries: [
        { Id: "good", MessageBody: "x" },
        { Id: "bad", MessageBody: "\u0001" },
      ],
    });
    expect(Successful!.map(({ Id }) => Id)).toEqual(["good"]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }]);
    expect(bodies(await receiveFrom(sqs, "timers"))).toEqual(["x"]);
  });

  test.each([
    ["an unknown attribute", "q", { Colour: "red" }, "InvalidAttributeName"],
    ["a time-out over 12 hours", "q", { VisibilityTimeout: "43201" }, "InvalidAttributeValue"],
    ["FIFO settings on standard", "q", { DeduplicationScope: "queue" }, "InvalidAttributeName"],
    ["a FIFO name on standard", "q.fifo", {}, "InvalidParameterValue"],
    ["a standard name on FIFO", "q", { FifoQueue: "true" }, "InvalidParameterValue"],
    [
      "perMessageGroupId with the scope queue",
      "q.fifo",
      { FifoQueue: "true", FifoThroughputLimit: "perMessageGroupId" },
      "InvalidAttributeValue",
    ],
    [
      "a dead-letter queue that is not there",
      "q",
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":5}' },
      "InvalidParameterValue",
    ],
    [
      "a FIFO dead-letter queue for a standard queue",
      "q",
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":5}' },
      "InvalidParameterValue",
    ],
  ])("a queue with %s", async (_, name, attributes, code) => {
    const { sqs } = await queueWorld();
    await expect(sqs.createQueue(name, attributes)).rejects.toMatchObject({ code });
  });
});
