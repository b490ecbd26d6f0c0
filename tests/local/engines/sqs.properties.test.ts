import type { Message } from "@aws-sdk/client-sqs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type QueueWorld, queueWorld, receiveFrom, remove, sendTo } from "./world.ts";

type Step =
  | { do: "send"; group: number; deduplicationId: number }
  | { do: "receive"; limit: number }
  | { do: "delete"; which: number }
  | { do: "release"; which: number }
  | { do: "advance"; milliseconds: number };

const step = fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("send"), group: fc.nat(2), deduplicationId: fc.nat(60) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("receive"), limit: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete"), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("release"), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("advance"), milliseconds: fc.constantFrom(1_000, 30_000, 150_000) }),
  },
);
const steps = fc.array(step, { minLength: 20, maxLength: 60, size: "max" });

interface Expected {
  body: string;
  group: string;
  visibleAt: number;
  held?: Message;
}

const visibilityMs = 30_000;
const windowMs = 5 * 60_000;

/** What a FIFO queue with scope messageGroup is to do, in the plainest terms. */
class Model {
  messages: Expected[] = [];
  readonly #sent = new Map<string, number>();

  /** @returns whether the queue is to keep it */
  send(group: string, deduplicationId: string, body: string, now: number): boolean {
    const key = `${group}/${deduplicationId}`;
    if (now < (this.#sent.get(key) ?? -Infinity) + windowMs) return false;
    this.#sent.set(key, now);
    this.messages.push({ body, group, visibleAt: now });
    return true;
  }

  inFlight(now: number): Expected[] {
    return this.messages.filter((message) => message.held && message.visibleAt > now);
  }

  /** Groups with messages and none in flight. */
  open(now: number): Map<string, Expected[]> {
    const locked = new Set(this.inFlight(now).map(({ group }) => group));
    return Map.groupBy(
      this.messages.filter(({ group }) => !locked.has(group)),
      ({ group }) => group,
    );
  }

  /** Takes note of what was received. @returns what is wrong with it */
  receive(received: Message[], limit: number, now: number): string[] {
    const open = this.open(now);
    const available = [...open.values()].flat().length;
    const wrong: string[] = [];
    if (received.length !== Math.min(limit, available)) wrong.push(`${received.length} of ${available} at ${limit}`);
    for (const [group, messages] of Map.groupBy(received, ({ Attributes }) => Attributes!.MessageGroupId!)) {
      const first = (open.get(group) ?? []).slice(0, messages.length);
      const [expected, found] = [first.map(({ body }) => body), messages.map(({ Body }) => Body)];
      if (String(expected) !== String(found)) wrong.push(`${found} of group ${group}, not ${expected}`);
      for (const [index, message] of first.entries())
        Object.assign(message, { held: messages[index], visibleAt: now + visibilityMs });
    }
    return wrong;
  }
}

/** @returns what is wrong */
async function apply(next: Step, model: Model, { sqs, clock }: QueueWorld, count: number): Promise<string[]> {
  const now = clock.now();
  if (next.do === "send") {
    const [group, id, body] = [`g${next.group}`, `d${next.deduplicationId}`, `m${count}`];
    model.send(group, id, body, now);
    await sendTo(sqs, group, body, id);
  } else if (next.do === "receive") {
    return model.receive(await receiveFrom(sqs, "jobs.fifo", next.limit), next.limit, now);
  } else if (next.do === "advance") {
    await clock.advance(next.milliseconds);
  } else {
    const held = model.inFlight(now);
    const chosen = held[next.which % Math.max(1, held.length)];
    if (!chosen) return [];
    if (next.do === "delete") {
      await remove(sqs, "jobs.fifo", chosen.held!);
      model.messages = model.messages.filter((message) => message !== chosen);
    } else {
      await sqs.changeMessageVisibility({
        QueueUrl: "jobs.fifo",
        ReceiptHandle: chosen.held!.ReceiptHandle,
        VisibilityTimeout: 0,
      });
      chosen.visibleAt = now;
    }
  }
  return [];
}

test("any history of a FIFO queue: order, one holder a group, nothing lost, nothing twice, duplicates left out", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = await queueWorld({ RedrivePolicy: redriveNever });
      const model = new Model();
      for (const [count, next] of history.entries()) expect(await apply(next, model, world, count)).toEqual([]);
      // At the end everything that was accepted and not deleted comes out, once.
      await world.clock.advance(visibilityMs);
      const left = model.messages.map(({ body }) => body).toSorted();
      const drained: string[] = [];
      for (;;) {
        const messages = await receiveFrom(world.sqs, "jobs.fifo");
        if (messages.length === 0) break;
        for (const message of messages) {
          drained.push(message.Body!);
          await remove(world.sqs, "jobs.fifo", message);
        }
      }
      expect(drained.toSorted()).toEqual(left);
      world.database.close();
    }),
    { numRuns: 150 },
  );
});

const redriveNever = JSON.stringify({
  deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo",
  maxReceiveCount: 1000,
});

test("many receivers at once: no message is in two hands, and each comes out once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      async (groups, receivers) => {
        const { sqs, database } = await queueWorld();
        const done: string[] = [];
        const stop = new AbortController();
        const receive = async () => {
          for (;;) {
            const { Messages = [] } = await sqs.receiveMessage(
              { QueueUrl: "jobs.fifo", MaxNumberOfMessages: 3 },
              { signal: stop.signal, untilAvailable: true },
            );
            for (const message of Messages) {
              done.push(message.Body!);
              await remove(sqs, "jobs.fifo", message);
            }
            if (done.length === groups.length) return stop.abort(new Error("drained"));
          }
        };
        const running = Array.from({ length: receivers }, () => receive());
        await Promise.all(groups.map((group, index) => sendTo(sqs, `g${group}`, `g${group}/${index}`)));
        await Promise.allSettled(running);
        expect(done.toSorted()).toEqual(groups.map((group, index) => `g${group}/${index}`).toSorted());
        for (const group of new Set(groups)) {
          const ofGroup = done
            .filter((body) => body.startsWith(`g${group}/`))
            .map((body) => Number(body.split("/")[1]));
          expect(ofGroup).toEqual(ofGroup.toSorted((one, other) => one - other));
        }
        database.close();
      },
    ),
    { numRuns: 60 },
  );
});
