import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { openDatabase } from "../../../infra/local/engines/database.ts";
import { startDynamo } from "../../../infra/local/engines/dynamo/engine.ts";
import { S3Engine } from "../../../infra/local/engines/s3/engine.ts";
import { SecretsEngine } from "../../../infra/local/engines/secrets.ts";
import { SqsEngine } from "../../../infra/local/engines/sqs/engine.ts";
import { type Running, run } from "./processes/run.ts";
import { bodies, receiveFrom, startOfWorld, temporaryFolder } from "./world.ts";

const rounds = 4;
let folder: ReturnType<typeof temporaryFolder>;
let running: Running | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  folder.remove();
});

const start = (script: string, round: number): Running => (running = run(script, folder.path, String(round)));

async function killAfter(process: Running, lines: number): Promise<string[]> {
  await expect.poll(() => process.lines().length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(lines);
  process.child.kill("SIGKILL");
  await process.ended;
  return process.lines();
}

describe("SQS after SIGKILL", () => {
  test("every acknowledged message is there, once and in order", { timeout: 60_000 }, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round++)
      acknowledged.push(...(await killAfter(start("sender.ts", round), 100 + round * 37)));
    const database = openDatabase({ directory: folder.path });
    const sqs = new SqsEngine({ database, clock: new VirtualClock() });
    const found: string[] = [];
    for (let page = await receiveFrom(sqs, "jobs.fifo"); page.length > 0; page = await receiveFrom(sqs, "jobs.fifo")) {
      found.push(...bodies(page));
      await sqs.deleteMessageBatch({
        QueueUrl: "jobs.fifo",
        Entries: page.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      });
    }
    expect(new Set(found).size).toBe(found.length);
    expect(acknowledged.filter((body) => !found.includes(body))).toEqual([]);
    for (const group of ["a", "b", "c", "d"]) {
      const ofGroup = found
        .filter((body) => body.startsWith(group))
        .map((body) => body.split(" ").map(Number).slice(1));
      expect(ofGroup).toEqual(ofGroup.toSorted(([r1, c1], [r2, c2]) => r1! - r2! || c1! - c2!));
    }
    database.close();
  });

  test("a second process is told that the folder is taken, and one that died leaves it free", async () => {
    const first = start("sender.ts", 0);
    await expect.poll(() => first.lines().length, { timeout: 20_000 }).toBeGreaterThan(0);
    const second = run("sender.ts", folder.path, "1");
    await second.ended;
    expect(second.standardError()).toContain(`${folder.path} is in use by another process`);
    expect(second.lines()).toEqual([]);
    await killAfter(first, 1);
    openDatabase({ directory: folder.path }).close();
  });
});

describe("state over a restart", () => {
  const fifo = { FifoQueue: "true", VisibilityTimeout: "600" };
  const message = (body: string) => ({
    QueueUrl: "jobs.fifo",
    MessageBody: body,
    MessageGroupId: "a",
    MessageDeduplicationId: "same",
  });
  const open = () => {
    const database = openDatabase({ directory: folder.path });
    const options = { database, clock: new VirtualClock({ frozenAtMs: startOfWorld }) };
    return { ...options, sqs: new SqsEngine(options), s3: new S3Engine(options), secrets: new SecretsEngine(options) };
  };

  test("queues, what is in flight and the deduplication window are as they were", async () => {
    const before = open();
    await before.sqs.createQueue("jobs.fifo", fifo);
    await before.sqs.sendMessage(message("first"));
    const [held] = await receiveFrom(before.sqs, "jobs.fifo");
    before.database.close();

    const { sqs, clock, database } = open();
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    await sqs.releaseInFlight();
    const [again] = await receiveFrom(sqs, "jobs.fifo");
    expect([again!.MessageId, again!.Attributes!.ApproximateReceiveCount]).toEqual([held!.MessageId, "2"]);
    await sqs.deleteMessage({ QueueUrl: "jobs.fifo", ReceiptHandle: again!.ReceiptHandle });
    await clock.advance(4 * 60_000);
    await sqs.sendMessage(message("repeated"));
    expect(await receiveFrom(sqs, "jobs.fifo")).toEqual([]);
    database.close();
  });

  test("objects, secrets and settings are as they were", async () => {
    const before = open();
    const call = { path: "/blobs/key", headers: {}, body: Buffer.from("content") };
    await before.s3.createBucket("blobs");
    await before.s3.handle({ ...call, method: "PUT" });
    const { arn } = await before.secrets.ensureSecret("twilio", () => "first");
    await before.database.keepSetting("clock", "123");
    before.database.close();

    const after = open();
    expect((await after.s3.handle({ ...call, method: "GET" })).body.toString()).toBe("content");
    expect(await after.secrets.ensureSecret("twilio", () => "second")).toEqual({ arn, value: "first" });
    expect(after.database.setting("clock")).toBe("123");
    after.database.close();
  });

  test("work that throws is undone alone; the rest of its turn is kept", async () => {
    const { database } = open();
    const kept = database.keepSetting("kept", "yes");
    const undone = database.write(() => {
      database.statement("INSERT INTO cloud_settings (name, value) VALUES ('undone', 'yes')").run();
      throw new Error("refused");
    });
    await expect(undone).rejects.toThrow("refused");
    await kept;
    expect([database.setting("kept"), database.setting("undone")]).toEqual(["yes", undefined]);
    database.close();
  });
});

describe("DynamoDB after SIGKILL", () => {
  test(
    "port and file are free within two seconds, and every acknowledged item is there",
    { timeout: 60_000 },
    async () => {
      const acknowledged: string[] = [];
      for (let round = 0; round < rounds; round++) {
        const [endpoint, ...items] = await killAfter(start("table.ts", round), 30 + round * 11);
        const killedAt = performance.now();
        await expect.poll(() => answers(endpoint!), { timeout: 2_000, interval: 5 }).toBe(false);
        expect(performance.now() - killedAt).toBeLessThan(2_000);
        acknowledged.push(...items);
      }
      const dynamodb = await startDynamo({ clock: new VirtualClock(), directory: folder.path });
      const { Items } = await dynamodb.call<{ Items: { pk: { S: string } }[] }>("Scan", { TableName: "main" });
      const found = new Set(Items.map(({ pk }) => pk.S));
      expect(acknowledged.filter((item) => !found.has(item))).toEqual([]);
      await dynamodb.close();
      expect(await answers(dynamodb.endpoint)).toBe(false);
    },
  );

  test("a table with other keys than the template's is refused with what to do", async () => {
    const dynamodb = await startDynamo({ clock: new VirtualClock({ frozenAtMs: startOfWorld }) });
    const table = (key: string) =>
      dynamodb.createTable({
        TableName: "main",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
      });
    await table("pk");
    await table("pk");
    await expect(table("id")).rejects.toThrow("start with another --data folder");
    await dynamodb.close();
  });
});

const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );
