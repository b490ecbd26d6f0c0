import { VirtualClock } from "../../../../infra/local/clock.ts";
import { openDatabase } from "../../../../infra/local/engines/database.ts";
import { SqsEngine } from "../../../../infra/local/engines/sqs/engine.ts";

/* Sends to a FIFO queue in the folder given, several at a time, and prints each body once its send was acknowledged. */

const [directory, round] = process.argv.slice(2);
const database = openDatabase({ directory: directory! });
const sqs = new SqsEngine({ database, clock: new VirtualClock() });
await sqs.createQueue("jobs.fifo", { FifoQueue: "true" });
const groups = ["a", "b", "c", "d"];
for (let count = 0; ; count++) {
  const sends = groups.map(async (group) => {
    const body = `${group} ${round} ${count}`;
    await sqs.sendMessage({
      QueueUrl: "jobs.fifo",
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body.replaceAll(" ", "-"),
    });
    process.stdout.write(`${body}\n`);
  });
  await Promise.all(sends);
}
