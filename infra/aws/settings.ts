import { channelOf } from "../../shared/channels/registry.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { rawMailPrefix } from "../../shared/ports/blobs.ts";

/*
 * The figures of the deployment in one place: what a function may use, and how a queue hands out its messages.
 */

export interface FunctionSettings {
  description: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
}

/** A function's folder under functions/ → what it may use. CPU comes with memory: 1,769 MB are one core. */
export const functionSettings = {
  ingest: { description: "Takes webhooks in", timeoutSeconds: 10, memoryMegabytes: 512 },
  route: { description: "Decides about inbound messages", timeoutSeconds: 10, memoryMegabytes: 512 },
  assign: { description: "Gives conversations to agents", timeoutSeconds: 10, memoryMegabytes: 1024 },
  send: { description: "Hands replies to providers", timeoutSeconds: 30, memoryMegabytes: 512 },
  // A mail has up to 40 MB, and parsing holds it several times.
  mail: { description: "Takes mail in, and what became of mail sent", timeoutSeconds: 60, memoryMegabytes: 2048 },
  chat: { description: "Opens customers' chats and takes their messages in", timeoutSeconds: 10, memoryMegabytes: 512 },
  // A file has up to 100 MB, and fetching holds it twice for a moment.
  fetch: { description: "Takes customers' files over from providers", timeoutSeconds: 90, memoryMegabytes: 1024 },
  deliver: { description: "Hands events to webhooks", timeoutSeconds: 60, memoryMegabytes: 512 },
  timer: { description: "Does what was delayed", timeoutSeconds: 10, memoryMegabytes: 512 },
  sweep: { description: "Does what is due, every minute", timeoutSeconds: 50, memoryMegabytes: 512 },
  // A mail of 40 MB is copied with its dead letter.
  drain: { description: "Parks dead letters", timeoutSeconds: 60, memoryMegabytes: 512 },
  reconcile: { description: "Compares providers' lists with ours", timeoutSeconds: 120, memoryMegabytes: 256 },
  files: {
    description: "Takes agents' files in, and hands them to providers",
    timeoutSeconds: 20,
    memoryMegabytes: 512,
  },
  api: { description: "Serves agents and conversations under /v1", timeoutSeconds: 20, memoryMegabytes: 1024 },
  records: { description: "Serves what is known of customers under /v1", timeoutSeconds: 20, memoryMegabytes: 512 },
  socket: { description: "Opens and closes the desk's sockets", timeoutSeconds: 10, memoryMegabytes: 256 },
  pages: { description: "Serves the desk's pages", timeoutSeconds: 10, memoryMegabytes: 256 },
} as const satisfies Record<string, FunctionSettings>;

export type FunctionName = keyof typeof functionSettings;

export const functionNames = Object.keys(functionSettings) as FunctionName[];

/** Functions, with their queues, that are there only where router.yaml has such an inbox. */
const neededBy = {
  mail: ({ channel }) => channel === "email",
  chat: ({ channel }) => channel === "web",
  fetch: (inbox) => channelOf(inbox)?.media !== undefined,
  reconcile: (inbox) => channelOf(inbox)?.listInbound !== undefined,
} satisfies Partial<Record<FunctionName, (inbox: Carried) => boolean>>;

type Carried = Pick<Inbox, "channel" | "provider">;

type ChannelFunction = keyof typeof neededBy;

/** One of each function that is deployed. */
export type EachFunction<Value> = Record<Exclude<FunctionName, ChannelFunction>, Value> &
  Partial<Record<ChannelFunction, Value>>;

/** @param inboxes of router.yaml */
export function functionsFor(inboxes: Carried[]): FunctionName[] {
  const isNeeded = (name: FunctionName) => !(name in neededBy) || inboxes.some(neededBy[name as ChannelFunction]);
  return functionNames.filter(isNeeded);
}

export interface QueueSettings {
  fifo: boolean;
  worker: FunctionName;
  /** Invocations at a time at most, so that workers leave the account's concurrency to webhooks. */
  maximumConcurrency: number;
  messagesPerBatch: number;
  /** deliveries without success, after which a message goes to the dead letters */
  maximumReceives: number;
  visibilitySeconds: number;
}

/**
 * So long a queue brings back what fails before it is a dead letter: when an outage of minutes is over, all is done that came
 * meanwhile, and nobody has anything to send on. The alarm on a queue's age is on long before.
 */
const patienceSeconds = 60 * 60;

/** AWS asks for six times the function's time-out, so that a throttled batch is not handed out twice (Lambda guide, "SQS"). */
function usual<Worker extends FunctionName>(worker: Worker) {
  const visibilitySeconds = 6 * functionSettings[worker].timeoutSeconds;
  return { worker, messagesPerBatch: 10, maximumReceives: patienceSeconds / visibilitySeconds, visibilitySeconds };
}

/**
 * What waits behind a message of its group that fails comes as often without being tried. So `route` counts each message's
 * own tries, and parks it itself (`limits.maxRouteTries`); SQS's most receives stand behind that, for as long as not even a
 * try can be counted. `assign` parks what fails alone, while its pool takes what stands behind it.
 *
 * The outbound queue is the retry loop of replies: an attempt that must be looked up comes again after a minute, whatever
 * `send` may take for its batch, and `send` itself parks what the provider does not take (`limits.sendNotTakenAtMostMs`). A
 * reply may wait that long behind each of the others in its batch before it has its own time.
 *
 * A file that its provider does not hand out yet comes again three minutes later, until `fetch` itself gives it up
 * (`limits.maxMediaReceives`). One at a time, since each may be large.
 *
 * Deliveries are not tried again by their queue: what a receiver did not take waits in the due index, so that a message
 * comes back only where `deliver` itself broke down. Batches are small where one job may take long.
 */
export const queueSettings = {
  inbound: { fifo: true, maximumConcurrency: 50, ...usual("route"), maximumReceives: 1_000 },
  pool: { fifo: true, maximumConcurrency: 20, ...usual("assign") },
  outbound: {
    fifo: true,
    maximumConcurrency: 50,
    ...usual("send"),
    messagesPerBatch: 5,
    maximumReceives: 200,
    visibilitySeconds: 60,
  },
  media: {
    fifo: false,
    maximumConcurrency: 10,
    ...usual("fetch"),
    messagesPerBatch: 1,
    maximumReceives: 20,
    visibilitySeconds: 180,
  },
  timers: { fifo: false, maximumConcurrency: 10, ...usual("timer") },
  mail: { fifo: false, maximumConcurrency: 10, ...usual("mail"), messagesPerBatch: 5 },
  deliveries: {
    fifo: true,
    maximumConcurrency: 20,
    ...usual("deliver"),
    messagesPerBatch: 5,
  },
} as const satisfies Record<string, QueueSettings>;

export type QueueName = keyof typeof queueSettings;

export const queueNames = Object.keys(queueSettings) as QueueName[];

type ChannelQueue = {
  [Name in QueueName]: (typeof queueSettings)[Name]["worker"] extends ChannelFunction ? Name : never;
}[QueueName];

/** One of each queue that is deployed. */
export type EachQueue<Value> = Record<Exclude<QueueName, ChannelQueue>, Value> & Partial<Record<ChannelQueue, Value>>;

/** @param inboxes of router.yaml */
export function queuesFor(inboxes: Carried[]): QueueName[] {
  const workers = functionsFor(inboxes);
  return queueNames.filter((name) => workers.includes(queueSettings[name].worker));
}

/** Drains are rare and never urgent. Two is the least that SQS event sources take (Lambda guide, "maximum concurrency"). */
export const drainSettings = { maximumConcurrency: 2, messagesPerBatch: 10 };

export const drainVisibilitySeconds = 6 * functionSettings.drain.timeoutSeconds;

export const logRetentionDays = 30;

/** Where mail lies as it came. Its notification waits 14 days at most and as dead letter 14 more; a parked one waits for a person. */
export const mailSettings = { rawPrefix: rawMailPrefix, rawDays: 90 };

/** What an agent uploaded and sent with no reply is gone after this. */
export const uploadDays = 7;

/** Providers' lists reach back a day; what is missing is found this long after it came. */
export const reconcileMinutes = 15;

/** Bundle budgets in bytes: what we wrote, and everything with the SDK inside. */
export const bundleBudget = { ownBytes: 150 * 1024, wholeBytes: 700 * 1024 };
