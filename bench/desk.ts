/**
 * How long the desk waits for its lists and its search in a company of 100,000 conversations, on the embedded cloud, and
 * which calls of DynamoDB a view costs. Budget: p99 200 ms warm. Run: node bench/desk.ts [--conversations 100000]
 *
 * One conversation is led from its first text to its end; the others are its items again under other ids, texts and times,
 * in batches straight into the table. A twentieth of them is open and waits in the pool, by the pool's own log.
 */
import { parseArgs } from "node:util";
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type Cloud, startCloud } from "../infra/local/cloud.ts";
import { derivedId } from "../shared/core/ids.ts";
import { commandPool, createPoolMemory } from "../shared/flow/pool.ts";
import { enqueueEventOf } from "../shared/flow/pool-events.ts";
import type { App } from "../shared/ports/app.ts";
import { dynamoStores } from "../shared/stores/dynamodb/index.ts";

const { values } = parseArgs({
  allowPositionals: true,
  options: { conversations: { type: "string", default: "100000" } },
});
const conversations = Number(values.conversations);
const openShare = 20;
const budgetMs = 200;
const repetitions = 100;
const batchItems = 25;
const parallelBatches = 8;
const enqueuesPerEntry = 100;
const original = { address: "+4915100000000", text: "Hello, where is my order 0000000 please?" };

type Item = Record<string, unknown> & { pk: string; sk: string };

const cloud = await startCloud({
  configurationFile: new URL("../router.yaml", import.meta.url).pathname,
  directory: undefined,
  port: 0,
  smtpPort: 0,
  // Audit lines of each read would drown the figures.
  log: (line) => (/"level":"(WARN|ERROR)"/.test(line) ? console.error(line) : undefined),
  onFailure: (reason) => console.error(reason),
});
const smsNumber = cloud.configuration.inboxes.find(({ channel }) => channel === "sms")!.address;
const [{ input }] = cloud.blueprint.tables as [Cloud["blueprint"]["tables"][number]];
const client = new DynamoDBClient({
  endpoint: cloud.engines.dynamo.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
});
const stores = dynamoStores(client, input.TableName!);

async function call<Answer>(method: string, path: string, body?: object, user = "supervisor"): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${cloud.tokens[user]}`,
    "content-type": "application/json",
    "idempotency-key": `bench-${performance.now()}`,
  };
  const response = await fetch(`${cloud.baseUrl}/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer}`);
  return JSON.parse(answer) as Answer;
}

interface Shown {
  id: string;
  customerId: string;
}

/** A conversation from its first text to its end. @returns its items, open and resolved */
async function originalItems(): Promise<{ open: Item[]; resolved: Item[] }> {
  await call("PUT", "/agents/agent-en/presence", { status: "available" }, "agent-en");
  await cloud.providers.twilio.inbound({ from: original.address, to: smsNumber, body: original.text });
  let found: Shown | undefined;
  while (!found) [found] = (await call<{ items: Shown[] }>("GET", "/conversations?status=assigned")).items;
  await call("POST", `/conversations/${found.id}/messages`, { text: "It is on its way." }, "agent-en");
  await cloud.clock.settle();
  const ids = [found.id, found.customerId];
  const open = await itemsOf(ids);
  await call("PUT", "/agents/agent-en/presence", { status: "offline" }, "agent-en");
  await call("POST", `/conversations/${found.id}/resolve`, {});
  await cloud.clock.settle();
  return { open, resolved: await itemsOf(ids) };
}

/** Everything that names the conversation or its customer, but for the pool's log and what is due. */
async function itemsOf(ids: string[]): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: input.TableName, ConsistentRead: true }));
  const items = Items.map((item) => unmarshall(item) as Item);
  return items.filter(
    ({ pk, ...item }) =>
      /^(CNV|CUS|IDN|MSG)#/.test(pk) && ids.some((id) => JSON.stringify({ pk, ...item }).includes(id)),
  );
}

const subjects = ["bicycle", "invoice", "refund", "delivery", "password", "warranty", "umbrella", "appointment"];

/** The items again, as another customer's, minutes earlier. */
function copyOf(items: Item[], number: number): Item[] {
  const renamed = new Map<string, string>();
  const minutes = number;
  const text = JSON.stringify(items)
    .replaceAll(/\b(cnv|cus|idn|msg|snd)_[0-9a-z]{26}\b/g, (id) => {
      const other = renamed.get(id) ?? derivedId(id.slice(0, 3) as "cnv", id.slice(4), String(number));
      renamed.set(id, other);
      return other;
    })
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) =>
      new Date(Date.parse(time) - minutes * 60_000).toISOString(),
    )
    .replaceAll(original.address, `+49151${String(number).padStart(8, "0")}`)
    .replaceAll("order 0000000", `${subjects[number % subjects.length]} ${String(number).padStart(7, "0")}`);
  return JSON.parse(text) as Item[];
}

async function writeAll(items: Item[]): Promise<void> {
  const batches: WriteRequest[][] = [];
  for (let start = 0; start < items.length; start += batchItems) {
    batches.push(items.slice(start, start + batchItems).map((Item) => ({ PutRequest: { Item: marshall(Item) } })));
  }
  for (let start = 0; start < batches.length; start += parallelBatches) {
    await Promise.all(
      batches
        .slice(start, start + parallelBatches)
        .map((batch) => client.send(new BatchWriteItemCommand({ RequestItems: { [input.TableName!]: batch } }))),
    );
  }
}

/** What the pool adds is taken off, so that the pool itself adds it. */
const pooled = [
  "status",
  "queueId",
  "agentId",
  "offerId",
  "enqueuedAt",
  "poolId",
  "poolSequence",
  "listKey",
  "listOrder",
];

function beforeThePool(item: Item): Item {
  if (!item.pk.startsWith("CNV#")) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => !pooled.includes(name))) as Item;
}

async function enqueue(ids: string[]): Promise<void> {
  const nowhere = { send: async () => undefined };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const app = {
    config: cloud.configuration,
    clock: cloud.clock,
    random: { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) },
    log: silent,
    stores,
    queues: { pool: nowhere, timers: nowhere, deliveries: nowhere },
    sockets: {},
  } as unknown as App;
  const memory = createPoolMemory();
  for (let start = 0; start < ids.length; start += enqueuesPerEntry) {
    const some = await stores.conversations.many(ids.slice(start, start + enqueuesPerEntry));
    const events = some.map((each) => enqueueEventOf(each, cloud.configuration));
    await commandPool(
      events[0]!.poolId,
      events.map(({ event }) => event),
      app,
      memory,
    );
  }
}

async function fill(): Promise<Shown[]> {
  const { open, resolved } = await originalItems();
  const begun = performance.now();
  const waiting: Shown[] = [];
  let items: Item[] = [];
  for (let number = 1; number < conversations; number += 1) {
    const isOpen = number % openShare === 0;
    const copy = isOpen ? copyOf(open, number).map(beforeThePool) : copyOf(resolved, number);
    if (isOpen) {
      const { pk, customerId } = copy.find((item) => item.pk.startsWith("CNV#"))!;
      waiting.push({ id: pk.slice("CNV#".length), customerId: String(customerId) });
    }
    items.push(...copy);
    if (items.length < 2_000) continue;
    await writeAll(items);
    items = [];
    if (number % 10_000 < 400) console.error(`${number} conversations in ${Math.round(performance.now() - begun)} ms`);
  }
  await writeAll(items);
  await enqueue(waiting.map(({ id }) => id));
  console.error(`filled in ${Math.round((performance.now() - begun) / 1000)} s`);
  return waiting;
}

const quantile = (sorted: number[], share: number): number => sorted[Math.ceil(sorted.length * share) - 1]!;

/** What the functions of /v1 have cost at DynamoDB so far. */
function spent(): { calls: number; readUnits: number } {
  const lines = cloud
    .meter()
    .lines.filter(({ caller, service }) => /(api|records)$/.test(caller) && /dynamo/i.test(service));
  return {
    calls: lines.reduce((sum, line) => sum + line.calls, 0),
    readUnits: lines.reduce((sum, line) => sum + (line.units.readUnits ?? 0), 0),
  };
}

const slow: string[] = [];

/** @param before each repetition, outside of its time */
async function measure(name: string, paths: (round: number) => string[], before?: () => Promise<void>): Promise<void> {
  // Side by side as well, so that as many of the function's environments are warm as a view uses.
  await Promise.all(paths(0).map((path) => call("GET", path)));
  const times: number[] = [];
  const start = spent();
  for (let round = 1; round <= repetitions; round += 1) {
    await before?.();
    const begun = performance.now();
    await Promise.all(paths(round).map((path) => call("GET", path)));
    times.push(performance.now() - begun);
  }
  const end = spent();
  const sorted = times.toSorted((one, other) => one - other);
  const p99 = quantile(sorted, 0.99);
  if (p99 > budgetMs) slow.push(`${name}: p99 ${p99.toFixed(0)} ms`);
  const figures = [quantile(sorted, 0.5).toFixed(0), p99.toFixed(0)].map((figure) => figure.padStart(8));
  const costs = [end.calls - start.calls, end.readUnits - start.readUnits].map((sum) =>
    (sum / repetitions).toFixed(1).padStart(10),
  );
  console.log(name.padEnd(34) + figures.join("") + costs.join(""));
}

try {
  const waiting = await fill();
  const at = (round: number): Shown => waiting[(round * 37) % waiting.length]!;
  const cold = performance.now();
  await call("GET", "/search?q=umbrella");
  console.log(`search, cold: ${(performance.now() - cold).toFixed(0)} ms, ${spent().calls} calls of DynamoDB\n`);
  console.log(
    `${"warm, of".padEnd(34)}${"p50 ms".padStart(8)}${"p99 ms".padStart(8)}${"calls".padStart(10)}${"read units".padStart(10)}`,
  );
  await measure("list: waiting", () => ["/conversations?status=waiting"]);
  await measure("list: resolved of one queue", () => ["/conversations?status=resolved&queue=information"]);
  await measure("list: one customer's", (round) => [`/conversations?customer=${at(round).customerId}`]);
  const searches = (round: number) => [`/search?q=${subjects[round % subjects.length]}&limit=25`];
  await measure("search, typing on", searches);
  await measure("search, listing again", searches, () => cloud.clock.advance(5_000));
  await measure("view: the desk opens", () => [
    "/queues",
    "/conversations?status=waiting&limit=50",
    "/conversations?agent=agent-en",
    "/offers",
    "/agents/agent-en",
    "/canned-replies",
  ]);
  await measure("view: a conversation opens", (round) => [
    `/conversations/${at(round).id}`,
    `/conversations/${at(round).id}/messages`,
    `/conversations/${at(round).id}/routes`,
    `/customers/${at(round).customerId}`,
    `/customers/${at(round).customerId}/history`,
  ]);
  console.log(slow.length === 0 ? `\nall within ${budgetMs} ms` : `\nover ${budgetMs} ms: ${slow.join("; ")}`);
  if (slow.length > 0) process.exitCode = 1;
} finally {
  await cloud.stop();
  client.destroy();
}
