import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { sqsQueue } from "../../../shared/adapters/queues.ts";
import type { App } from "../../../shared/ports/app.ts";
import type { Queue, QueueEntry } from "../../../shared/ports/queues.ts";
import type { CallFault } from "./faults.ts";
import type { Invocation } from "./invocation.ts";

type Method = (...parameters: unknown[]) => Promise<unknown>;

/** What only reads can be throttled; everything else may also have been done when its answer is lost. */
const reads = new Set([
  "amount",
  "atVersion",
  "audience",
  "backlog",
  "byProviderId",
  "due",
  "get",
  "getBytes",
  "getMerge",
  "head",
  "history",
  "list",
  "many",
  "merges",
  "readAfter",
  "waiting",
  "watermark",
]);
const readFaults: CallFault[] = ["throttle"];
const writeFaults: CallFault[] = ["throttle", "time-out after commit", "retry sees its own write"];

/** The bag of ports for one invocation: each call goes through it, and so under its scheduling, faults and crashes. */
export function portsFor(invocation: Invocation, base: App): App {
  return {
    ...base,
    stores: whenAsked(base.stores, (name, store) => guarded(name, store, invocation)),
    queues: whenAsked(base.queues, (name, queue) => guardedQueue(name, queue as Queue<unknown>, invocation)),
    blobs: guarded("blobs", base.blobs, invocation),
    secrets: guarded("secrets", base.secrets, invocation),
    sockets: guarded("sockets", base.sockets, invocation),
    chatSockets: {
      push: (connectionId, data) =>
        invocation.call("chatSockets.push", [connectionId, data], writeFaults, () => {
          invocation.handsOver("chatSockets.push", [connectionId, data]);
          return base.chatSockets.push(connectionId, data);
        }),
      close: (connectionId) =>
        invocation.call("chatSockets.close", [connectionId], writeFaults, () => base.chatSockets.close(connectionId)),
    },
    http: { call: (request) => outward("http.call", request, () => base.http.call(request)) },
    mail: { send: (message) => outward("mail.send", message, () => base.mail.send(message)) },
    mediaHttp: {
      fetch: (location, from, limit) =>
        outward("mediaHttp.fetch", location, () => base.mediaHttp.fetch(location, from, limit)),
    },
    foreignHttp: {
      call: (request) => outward("foreignHttp.call", request, () => base.foreignHttp.call(request)),
      objectionTo: (url) =>
        invocation.call("foreignHttp.objectionTo", [url], readFaults, () => base.foreignHttp.objectionTo(url)),
    },
  };

  /** What can go wrong on the way out is the way's own to decide. */
  function outward<Request, Answer>(operation: string, request: Request, carryOut: () => Promise<Answer>) {
    return invocation.call(operation, [request], [], () => {
      invocation.handsOver(operation, [request]);
      return carryOut();
    });
  }
}

/** A run uses few of its ports: each is guarded when it is first asked for. */
function whenAsked<Ports extends object>(ports: Ports, guard: (name: string, port: object) => object): Ports {
  const asked = new Map<string | symbol, object>();
  return new Proxy(ports, {
    get(target, name, receiver) {
      const known = asked.get(name);
      if (known) return known;
      const guardedPort = guard(String(name), Reflect.get(target, name, receiver) as object);
      asked.set(name, guardedPort);
      return guardedPort;
    },
  });
}

function guarded<Port extends object>(name: string, port: Port, invocation: Invocation): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const method = Reflect.get(target, property, receiver) as unknown;
      if (typeof method !== "function" || typeof property !== "string") return method;
      const faults = reads.has(property) ? readFaults : writeFaults;
      return (...parameters: unknown[]) =>
        invocation.call(`${name}.${property}`, parameters, faults, () => (method as Method).apply(target, parameters));
    },
  });
}

function guardedQueue<Body>(name: string, queue: Queue<Body>, invocation: Invocation): Queue<Body> {
  return {
    send: (entries: QueueEntry<Body>[]) =>
      invocation.call(`${name}.send`, [entries], writeFaults, async () => {
        const isPartial = entries.length > 1 && invocation.happens("queueTakesPart");
        if (!isPartial) return queue.send(entries);
        const taken: QueueEntry<Body>[] = [];
        try {
          await takenInPart(
            entries,
            { send: (some) => queue.send(some).then(() => void taken.push(...some)) },
            invocation,
          );
        } catch (error) {
          invocation.carriedOut(`${name}.send`, [taken]);
          throw error;
        }
      }),
  };
}

/** What the port makes of SQS's answers where it takes any of a batch's entries and leaves any others. */
function takenInPart<Body>(entries: QueueEntry<Body>[], queue: Queue<Body>, invocation: Invocation): Promise<void> {
  const sqs = {
    async send({ input: { Entries: batch = [] } }: SendMessageBatchCommand) {
      const left = batch.filter(() => invocation.happens("queueLeavesEntry"));
      await queue.send(batch.filter((entry) => !left.includes(entry)).map(({ Id }) => entries[Number(Id)]!));
      return { Failed: left.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })) };
    },
  };
  const blobs = { put: async () => {} };
  const random = { bytes: (count: number) => new Uint8Array(count) };
  return sqsQueue<Body>(sqs as unknown as SQSClient, "simulated", blobs, random).send(entries);
}
