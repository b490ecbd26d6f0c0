import { describe, expect, it } from "vitest";
import { SimulatedQueue, type QueueSettings } from "./queue.ts";
import { Timeline } from "./timeline.ts";

const start = 1_700_000_000_000;

function fifo(change: Partial<QueueSettings> = {}) {
  const timeline = new Timeline(start);
  const settings = { name: "q", fifo: true, visibilityTimeoutMs: 30_000, deduplicationWindowMs: 300_000 };
  const deadLetters = new SimulatedQueue<string>({ ...settings, name: "dead" }, timeline);
  const queue = new SimulatedQueue<string>({ ...settings, maxReceiveCount: 2, ...change }, timeline, deadLetters);
  const send = (groupId: string, body: string) => queue.send({ body, groupId, deduplicationId: body });
  const receive = (limit = 10) => {
    const { deliveries, receipt } = queue.receive(limit);
    return { deliveries, receipt, bodies: deliveries.map(({ body }) => body) };
  };
  return { timeline, queue, deadLetters, send, receive };
}

describe("a FIFO queue", () => {
  it("gives several messages of a group in one batch, in order, and nothing later of it while they are in flight", () => {
    const { queue, send, receive } = fifo();
    for (const body of ["a1", "a2", "a3"]) send("a", body);
    send("b", "b1");
    const first = receive(2);
    expect(first.bodies).toEqual(["a1", "a2"]);
    expect(receive().bodies).toEqual(["b1"]);
    queue.remove([first.deliveries[0]!.messageId], first.receipt);
    expect(receive().bodies).toEqual([]);
    queue.remove([first.deliveries[1]!.messageId], first.receipt);
    expect(receive().bodies).toEqual(["a3"]);
  });

  it("gives a message again after the visibility time-out, in its old place, with a higher receive count", () => {
    const { timeline, send, receive } = fifo();
    send("a", "a1");
    send("a", "a2");
    receive(1);
    timeline.step(start + 29_999);
    expect(receive().bodies).toEqual([]);
    while (timeline.step(start + 30_000));
    const again = receive();
    expect(again.bodies).toEqual(["a1", "a2"]);
    expect(again.deliveries.map(({ receiveCount }) => receiveCount)).toEqual([2, 1]);
  });

  it("deletes nothing by a receipt that has expired and was given out again", () => {
    const { timeline, queue, send, receive } = fifo();
    send("a", "a1");
    const first = receive();
    while (timeline.step(start + 30_000));
    receive();
    queue.remove([first.deliveries[0]!.messageId], first.receipt);
    expect(queue.size).toBe(1);
  });

  it("moves a message to the dead-letter queue once its receives are spent, and goes on with the group", () => {
    const { timeline, deadLetters, send, receive } = fifo();
    send("a", "poison");
    send("a", "a2");
    receive(1);
    while (timeline.step(start + 30_000));
    receive(1);
    while (timeline.step(start + 60_000));
    expect(receive().bodies).toEqual(["a2"]);
    expect(deadLetters.bodies()).toEqual(["poison"]);
  });

  it("drops a repeated deduplication id of a group for five minutes", () => {
    const { timeline, queue, send } = fifo();
    send("a", "a1");
    send("a", "a1");
    send("b", "a1");
    expect(queue.size).toBe(2);
    while (timeline.step(start + 300_000));
    send("a", "a1");
    expect(queue.size).toBe(3);
  });

  it("refuses what SQS refuses", () => {
    const { queue } = fifo();
    expect(() => queue.send({ body: "x" })).toThrow("needs a groupId");
    expect(() => queue.send({ body: "x", groupId: "a", deduplicationId: "x", delaySeconds: 1 })).toThrow("no delay");
  });
});

describe("a standard queue", () => {
  it("holds a message back for its delay, up to 900 seconds", () => {
    const timeline = new Timeline(start);
    const settings = { name: "t", fifo: false, visibilityTimeoutMs: 30_000, deduplicationWindowMs: 0 };
    const queue = new SimulatedQueue<string>(settings, timeline);
    queue.send({ body: "later", delaySeconds: 900 });
    expect(queue.receive(10).deliveries).toEqual([]);
    while (timeline.step(start + 900_000));
    expect(queue.receive(10).deliveries.map(({ body }) => body)).toEqual(["later"]);
    expect(() => queue.send({ body: "x", delaySeconds: 901 })).toThrow("0 to 900");
    expect(() => queue.send({ body: "x", groupId: "a" })).toThrow("no groups");
  });
});
