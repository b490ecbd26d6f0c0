import { describe, expect, test } from "vitest";
import { bodies, counts, queueWorld, receiveFrom, remove, sendTo } from "./world.ts";

const minute = 60_000;

describe("order and groups", () => {
  test("several messages of one group come in one receive, in order, then those of the next groups", async () => {
    const { sqs } = await queueWorld();
    for (const [group, body] of [
      ["a", "a1"],
      ["b", "b1"],
      ["a", "a2"],
      ["a", "a3"],
      ["b", "b2"],
    ] as const)
      await sendTo(sqs, group, body);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo", 4))).toEqual(["a1", "a2", "a3", "b1"]);
  });

  test("a group is locked while any of its messages is in flight", async () => {
    const { sqs } = await queueWorld();
    for (const body of ["a1", "a2", "a3"]) await sendTo(sqs, "a", body);
    const [first, second] = await receiveFrom(sqs, "jobs.fifo", 2);
    await sendTo(sqs, "b", "b1");
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["b1"]);
    await remove(sqs, "jobs.fifo", first!);
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await remove(sqs, "jobs.fifo", second!);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a3"]);
  });

  test("after the visibility time-out the group starts again at its first message", async () => {
    const { sqs, clock } = await queueWorld();
    for (const body of ["a1", "a2", "a3"]) await sendTo(sqs, "a", body);
    await receiveFrom(sqs, "jobs.fifo", 2);
    await clock.advance(29_999);
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await clock.advance(1);
    const again = await receiveFrom(sqs, "jobs.fifo");
    expect(bodies(again)).toEqual(["a1", "a2", "a3"]);
    expect(again.map(({ Attributes }) => Attributes!.ApproximateReceiveCount)).toEqual(["2", "2", "1"]);
  });

  test("a visibility set to 0 gives a message back only when the whole group is at rest", async () => {
    const { sqs } = await queueWorld();
    for (const body of ["a1", "a2"]) await sendTo(sqs, "a", body);
    const [first, second] = await receiveFrom(sqs, "jobs.fifo");
    const release = (message: typeof first) =>
      sqs.changeMessageVisibility({
        QueueUrl: "jobs.fifo",
        ReceiptHandle: message!.ReceiptHandle,
        VisibilityTimeout: 0,
      });
    await release(first);
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await release(second);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a1", "a2"]);
  });

  test("many groups take turns: those that keep failing do not starve the others", async () => {
    const { sqs } = await queueWorld({
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo",
        maxReceiveCount: 1000,
      }),
    });
    for (let group = 0; group < 30; group++) await sendTo(sqs, `g${group}`, `m${group}`);
    const seen = new Set<string>();
    for (let round = 0; round < 3; round++)
      for (const body of bodies(await receiveFrom(sqs, "jobs.fifo", 10, { VisibilityTimeout: 0 }))) seen.add(body);
    expect(seen.size).toBe(30);
  });

  test("sequence numbers have 20 digits and rise", async () => {
    const { sqs } = await queueWorld();
    const sequences = [await sendTo(sqs, "a", "1"), await sendTo(sqs, "b", "2"), await sendTo(sqs, "a", "3")].map(
      ({ SequenceNumber }) => SequenceNumber!,
    );
    expect(sequences).toEqual(sequences.toSorted());
    expect(sequences.every((sequence) => /^\d{20}$/.test(sequence))).toBe(true);
    const received = await receiveFrom(sqs, "jobs.fifo");
    expect(received.map(({ Attributes }) => Attributes!.SequenceNumber).toSorted()).toEqual(sequences);
  });

  test("a queue's delay holds a message back, in order", async () => {
    const { sqs, clock } = await queueWorld({ DelaySeconds: "10" });
    await sendTo(sqs, "a", "a1");
    expect(await counts(sqs, "jobs.fifo")).toEqual([0, 0, 1]);
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await clock.advance(10_000);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a1"]);
  });

  test("what is still delayed does not go out with what is not", async () => {
    const { sqs, clock } = await queueWorld({ DelaySeconds: "10" });
    await sendTo(sqs, "a", "a1");
    await clock.advance(5_000);
    await sendTo(sqs, "a", "a2");
    await clock.advance(5_000);
    const [first, ...others] = await receiveFrom(sqs, "jobs.fifo");
    expect([first!.Body, others]).toEqual(["a1", []]);
    await remove(sqs, "jobs.fifo", first!);
    await clock.advance(5_000);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a2"]);
  });

  test("a receive with visibility 0 gives each message once", async () => {
    const { sqs } = await queueWorld();
    for (const body of ["a1", "a2"]) await sendTo(sqs, "a", body);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo", 10, { VisibilityTimeout: 0 }))).toEqual(["a1", "a2"]);
  });
});

describe("deduplication", () => {
  test("a repeated id within five minutes is answered as the first and not stored, even after it was deleted", async () => {
    const { sqs, clock } = await queueWorld();
    const first = await sendTo(sqs, "a", "one", "same");
    const [message] = await receiveFrom(sqs, "jobs.fifo");
    await remove(sqs, "jobs.fifo", message!);
    await clock.advance(5 * minute - 1);
    const second = await sendTo(sqs, "a", "two", "same");
    expect([second.MessageId, second.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await clock.advance(1);
    await sendTo(sqs, "a", "three", "same");
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["three"]);
  });

  test("the scope messageGroup counts an id once a group, the scope queue once", async () => {
    const byGroup = await queueWorld();
    const byQueue = await queueWorld({ DeduplicationScope: "queue", FifoThroughputLimit: "perQueue" });
    for (const { sqs } of [byGroup, byQueue]) {
      await sendTo(sqs, "a", "of a", "same");
      await sendTo(sqs, "b", "of b", "same");
    }
    expect(bodies(await receiveFrom(byGroup.sqs, "jobs.fifo"))).toEqual(["of a", "of b"]);
    expect(bodies(await receiveFrom(byQueue.sqs, "jobs.fifo"))).toEqual(["of a"]);
  });

  test("content-based: the same body is the same message", async () => {
    const { sqs } = await queueWorld({ ContentBasedDeduplication: "true" });
    for (const body of ["x", "x", "y"])
      await sqs.sendMessage({ QueueUrl: "jobs.fifo", MessageBody: body, MessageGroupId: "a" });
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["x", "y"]);
  });
});

describe("receipt handles", () => {
  test("one whose visibility has ended can't delete any more, nor can one of an earlier receive", async () => {
    const { sqs, clock } = await queueWorld();
    await sendTo(sqs, "a", "a1");
    const [first] = await receiveFrom(sqs, "jobs.fifo");
    await clock.advance(30_000);
    await expect(remove(sqs, "jobs.fifo", first!)).rejects.toThrow("The receipt handle has expired");
    const [second] = await receiveFrom(sqs, "jobs.fifo");
    await expect(remove(sqs, "jobs.fifo", first!)).rejects.toThrow("The receipt handle has expired");
    await remove(sqs, "jobs.fifo", second!);
    expect(await counts(sqs, "jobs.fifo")).toEqual([0, 0, 0]);
  });

  test("deleting twice succeeds; a handle of another queue, or none at all, is refused", async () => {
    const { sqs } = await queueWorld();
    await sendTo(sqs, "a", "a1");
    const [message] = await receiveFrom(sqs, "jobs.fifo");
    await remove(sqs, "jobs.fifo", message!);
    await remove(sqs, "jobs.fifo", message!);
    for (const handle of [message!.ReceiptHandle, "nonsense", undefined])
      await expect(sqs.deleteMessage({ QueueUrl: "dead.fifo", ReceiptHandle: handle })).rejects.toMatchObject({
        code: "ReceiptHandleIsInvalid",
      });
  });

  test("visibility can be changed while in flight, not after", async () => {
    const { sqs, clock } = await queueWorld();
    await sendTo(sqs, "a", "a1");
    const [message] = await receiveFrom(sqs, "jobs.fifo");
    const change = (VisibilityTimeout: number) =>
      sqs.changeMessageVisibility({ QueueUrl: "jobs.fifo", ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout });
    await change(120);
    await clock.advance(119_000);
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await clock.advance(1_000);
    await expect(change(30)).rejects.toMatchObject({ code: "MessageNotInflight" });
    await expect(change(43_201)).rejects.toMatchObject({ code: "InvalidParameterValue" });
    expect(bodies(await receiveFrom(sqs, "jobs.fifo"))).toEqual(["a1"]);
    await expect(change(30)).rejects.toThrow("not available for visibility timeout change");
  });
});

describe("redrive", () => {
  test("what was received too often goes to the dead-letter queue on the next receive, and the group goes on", async () => {
    const { sqs, clock } = await queueWorld();
    for (const body of ["a1", "a2"]) await sendTo(sqs, "a", body, `id-${body}`);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(bodies(await receiveFrom(sqs, "jobs.fifo", 1))).toEqual(["a1"]);
      await clock.advance(30_000);
    }
    expect(await counts(sqs, "dead.fifo")).toEqual([0, 0, 0]);
    expect(bodies(await receiveFrom(sqs, "jobs.fifo", 1))).toEqual(["a2"]);
    const [buried] = await receiveFrom(sqs, "dead.fifo");
    expect(buried!.Body).toBe("a1");
    // The id of the message replaces its deduplication id; the count goes on.
    expect(buried!.Attributes).toMatchObject({
      MessageGroupId: "a",
      MessageDeduplicationId: buried!.MessageId,
      ApproximateReceiveCount: "4",
      SentTimestamp: String(clock.now()),
      DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:000000000000:jobs.fifo",
    });
  });

  test("a group's messages keep their order on the dead-letter queue", async () => {
    const { sqs, clock } = await queueWorld();
    for (const body of ["a1", "a2", "a3"]) await sendTo(sqs, "a", body);
    for (let attempt = 0; attempt < 4; attempt++) {
      await receiveFrom(sqs, "jobs.fifo");
      await clock.advance(30_000);
    }
    expect(bodies(await receiveFrom(sqs, "dead.fifo"))).toEqual(["a1", "a2", "a3"]);
  });

  test("a long poll on the dead-letter queue wakes when something is moved there", async () => {
    const { sqs, clock } = await queueWorld();
    await sendTo(sqs, "a", "a1");
    const drain = sqs.receiveMessage({ QueueUrl: "dead.fifo" }, { untilAvailable: true });
    for (let attempt = 0; attempt < 4; attempt++) {
      await receiveFrom(sqs, "jobs.fifo");
      await clock.advance(30_000);
    }
    expect(bodies((await drain).Messages!)).toEqual(["a1"]);
  });

  test("a move task brings them back as new messages, in order", async () => {
    const { sqs, clock } = await queueWorld();
    for (const body of ["a1", "a2"]) await sendTo(sqs, "a", body);
    for (let attempt = 0; attempt < 4; attempt++) {
      await receiveFrom(sqs, "jobs.fifo");
      await clock.advance(30_000);
    }
    await sqs.startMessageMoveTask({ SourceArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo" });
    expect(await counts(sqs, "dead.fifo")).toEqual([0, 0, 0]);
    const back = await receiveFrom(sqs, "jobs.fifo");
    expect(bodies(back)).toEqual(["a1", "a2"]);
    expect(back[0]!.Attributes!.ApproximateReceiveCount).toBe("1");
    await expect(
      sqs.startMessageMoveTask({ SourceArn: "arn:aws:sqs:us-east-1:000000000000:jobs.fifo" }),
    ).rejects.toThrow("Dead Letter Queue");
  });
});
