import { drainSettings, functionSettings, queueSettings } from "../../../infra/aws/settings.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import { createPoolMemory, type PoolMemory } from "../../../shared/flow/pool.ts";
import type { App } from "../../../shared/ports/app.ts";
import type { Blobs } from "../../../shared/ports/blobs.ts";
import type { ForeignHttp, Http } from "../../../shared/ports/http.ts";
import type { Mail } from "../../../shared/ports/mail.ts";
import type { MediaHttp } from "../../../shared/ports/media.ts";
import type { Delivery, PoolJob, Queue, Queues, TimerJob } from "../../../shared/ports/queues.ts";
import type { Sockets } from "../../../shared/ports/sockets.ts";
import type { Stores } from "../../../shared/ports/stores.ts";
import { memoryStores } from "../../../shared/stores/memory/index.ts";
import type { ApiRequest } from "../../../functions/routes.ts";
import { run as assign } from "../../../functions/assign/run.ts";
import { run as chat, type ChatEvent } from "../../../functions/chat/run.ts";
import { run as deliver } from "../../../functions/deliver/run.ts";
import { run as drain } from "../../../functions/drain/run.ts";
import { run as fetchMedia } from "../../../functions/fetch/run.ts";
import { run as files, type FileReply, type FileRequest } from "../../../functions/files/run.ts";
import { run as ingest } from "../../../functions/ingest/run.ts";
import { run as mail } from "../../../functions/mail/run.ts";
import { run as reconcile } from "../../../functions/reconcile/run.ts";
import { run as route } from "../../../functions/route/run.ts";
import { run as send } from "../../../functions/send/run.ts";
import { run as sweep } from "../../../functions/sweep/run.ts";
import { run as timer } from "../../../functions/timer/run.ts";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import type { HttpReply } from "../../../shared/flow/http-reply.ts";
import { kindsByQueue } from "../../../shared/flow/parked-kinds.ts";
import { callApi } from "../../flow/api.ts";
import { memoryBlobs } from "./blobs.ts";
import type { Faults } from "./faults.ts";
import { EventSourceMapping, SimulatedFunction } from "./functions.ts";
import type { Ending, Invocation, InvocationHost } from "./invocation.ts";
import { SimulatedQueue } from "./queue.ts";
import type { SeededRandom } from "./random.ts";
import { settled, type Timeline } from "./timeline.ts";

export interface HostSettings {
  config: Configuration;
  /** by name */
  secrets: Record<string, unknown>;
  timeline: Timeline;
  random: SeededRandom;
  faults: Faults;
  http: Http;
  foreignHttp: ForeignHttp;
  mediaHttp: MediaHttp;
  mail: Mail;
  chatSockets: Sockets;
  observe: InvocationHost["observe"];
  handsOver: InvocationHost["handsOver"];
  /** absent: nobody reads along */
  trace: ((line: string) => void) | undefined;
}

export const publicUrl = "https://messages.switchyard.test";

/** What a client gets when the function behind the API died: API Gateway's own answer. */
const gatewayError: HttpReply = { status: 503, headers: {}, body: '{"message":"Service Unavailable"}' };

type RunBatch<Body> = (batch: Delivery<Body>[], app: App, memory: PoolMemory) => Promise<string[]>;

/**
 * The third host: every function's `run` over memory stores and simulated queues, with each call of a port under the
 * seed's scheduling and faults. The figures (time-outs, visibility, receives) are those of the deployed stack.
 */
export class SimulatedHost {
  readonly stores: Stores = memoryStores();
  readonly blobs: Blobs = memoryBlobs();
  readonly #settings: HostSettings;
  readonly #running = new Set<Invocation>();
  /** queues give up what fails a few times, minutes after it came */
  readonly #isImpatient: boolean;
  readonly #invocationHost: InvocationHost;
  readonly #queues: SimulatedQueue<unknown>[] = [];
  readonly #app: App;
  readonly #ingest: SimulatedFunction<PoolMemory>;
  readonly #chat: SimulatedFunction<PoolMemory>;
  readonly #api: SimulatedFunction<PoolMemory>;
  readonly #files: SimulatedFunction<PoolMemory>;
  readonly #reconcile: SimulatedFunction<PoolMemory>;
  readonly #sweep: SimulatedFunction<PoolMemory>;
  /** invocations that have not ended */
  #underWay = 0;
  #invocations = 0;

  constructor(settings: HostSettings) {
    this.#settings = settings;
    this.#isImpatient = settings.random.fork("patience").chance(0.5);
    const { timeline, faults, observe, handsOver } = settings;
    this.#invocationHost = { timeline, faults, observe, handsOver, running: this.#running };
    this.#app = this.#bag();
    this.#ingest = this.#function("ingest");
    this.#chat = this.#function("chat");
    this.#api = this.#function("api");
    this.#files = this.#function("files");
    this.#reconcile = this.#function("reconcile");
    this.#sweep = this.#function("sweep");
  }

  /** A function is at work, or a pool is about to hear of something. */
  get isBusy(): boolean {
    return this.#underWay > 0 || this.#queues.some((queue) => queue.bodies().some(isForPool));
  }

  /** Jobs on any queue, but for the sweeps and timers that go on for as long as an offer is open. */
  get pendingJobs(): number {
    return this.#queues.reduce((sum, queue) => sum + queue.bodies().filter(isWork).length, 0);
  }

  webhook(request: WebhookRequest): Promise<HttpReply> {
    return this.#answerOf(this.#ingest, (app) => ingest(request, app));
  }

  chat(event: ChatEvent): Promise<HttpReply> {
    return this.#answerOf(this.#chat, (app) => chat(event, app));
  }

  /** What SES does with a mail, or tells of one: the object first, then SNS's notification on the queue. */
  async takeMail(notification: unknown, object?: { key: string; bytes: Uint8Array }): Promise<void> {
    if (object) await this.#app.blobs.putBytes(object.key, object.bytes, "message/rfc822");
    await this.#app.queues.mail.send([{ body: notification }]);
  }

  callApi(request: ApiRequest): Promise<HttpReply> {
    return this.#answerOf(this.#api, (app, memory) => callApi(request, app, memory));
  }

  files(request: FileRequest): Promise<HttpReply | FileReply> {
    return this.#answerOf(this.#files, (app) => files(request, app));
  }

  setTimer(poolId: string, delaySeconds: number): void {
    const body = { schemaVersion: 1 as const, timer: { kind: "pool-sweep" as const, poolId } };
    void this.#app.queues.timers.send([{ body, delaySeconds }]);
  }

  sweep(): void {
    this.#invoke(
      this.#sweep,
      (app) => sweep(app),
      () => {},
    );
  }

  reconcile(): void {
    this.#invoke(
      this.#reconcile,
      (app) => reconcile(app),
      () => {},
    );
  }

  /** Lets time pass, and with it everything that falls due. @param until milliseconds since 1970 */
  async passUntil(until: number): Promise<void> {
    const { timeline } = this.#settings;
    do {
      await settled();
      if (this.#running.size > 0) await this.#findOutWhatRuns();
    } while (timeline.step(until));
  }

  #bag(): App {
    const { config, timeline, random, http, foreignHttp, mediaHttp, chatSockets, secrets } = this.#settings;
    const mailService = this.#settings.mail;
    const chance = random.fork("app");
    const pushes = random.fork("sockets");
    return {
      config,
      clock: timeline,
      random: { bytes: (count) => chance.bytes(count) },
      log: this.#log(),
      stores: this.stores,
      queues: this.#connectQueues(),
      blobs: this.blobs,
      http,
      foreignHttp,
      mail: mailService,
      mediaHttp,
      secrets: { get: async (name) => secrets[name] },
      sockets: { push: async () => (pushes.chance(0.1) ? "gone" : "delivered"), close: async () => {} },
      chatSockets,
      publicUrls: [publicUrl],
      socketUrl: "wss://socket.switchyard.test/live",
    };
  }

  #log(): App["log"] {
    const { trace } = this.#settings;
    return {
      info: (event, fields) => trace?.(`info  ${event} ${JSON.stringify(fields ?? {})}`),
      warn: (event, fields) => trace?.(`warn  ${event} ${JSON.stringify(fields ?? {})}`),
      error: (event, error, fields) => trace?.(`error ${event} ${String(error)} ${JSON.stringify(fields ?? {})}`),
    };
  }

  #connectQueues(): Queues {
    return {
      inbound: this.#queue("inbound", "route", (batch, app) => route(batch, app)),
      pool: this.#queue("pool", "assign", assign),
      outbound: this.#queue("outbound", "send", (batch, app) => send(batch, app)),
      media: this.#queue("media", "fetch", (batch, app) => fetchMedia(batch, app)),
      timers: this.#queue("timers", "timer", (batch, app) => timer(batch, app)),
      mail: this.#queue("mail", "mail", (batch, app) => mail(batch, app)),
      deliveries: this.#queue("deliveries", "deliver", (batch, app) => deliver(batch, app)),
    };
  }

  #queue<Body>(
    name: keyof typeof queueSettings,
    worker: keyof typeof functionSettings,
    run: RunBatch<Body>,
  ): Queue<Body> {
    const { timeline, random } = this.#settings;
    const { fifo, visibilitySeconds, messagesPerBatch } = queueSettings[name];
    const common = {
      fifo,
      visibilityTimeoutMs: visibilitySeconds * 1000,
      // No correctness rests on the window, so half of the histories go without.
      deduplicationWindowMs: random.fork(`window of ${name}`).chance(0.5) ? 5 * 60_000 : 0,
    };
    const deadLetters = new SimulatedQueue<Body>({ ...common, name: `${name}-dead-letters` }, timeline);
    const queue = new SimulatedQueue<Body>(
      { ...common, name, maxReceiveCount: this.#patienceOf(name) },
      timeline,
      deadLetters,
    );
    this.#queues.push(queue as SimulatedQueue<unknown>, deadLetters as SimulatedQueue<unknown>);
    this.#map(queue, worker, messagesPerBatch, run);
    this.#map(deadLetters, "drain", drainSettings.messagesPerBatch, (batch, app) =>
      drain(batch, kindsByQueue[name], app),
    );
    return { send: async (entries) => entries.forEach((entry) => queue.send(entry)) };
  }

  /**
   * Nothing fails for an hour here, so half of the histories have little patience: what is dead, parked and sent on is to be
   * seen. Files and replies are given up by their functions, before SQS does.
   */
  #patienceOf(name: keyof typeof queueSettings): number {
    const { maximumReceives } = queueSettings[name];
    if (name === "outbound" || name === "media" || !this.#isImpatient) return maximumReceives;
    return name === "deliveries" ? 3 : 5;
  }

  #map<Body>(
    queue: SimulatedQueue<Body>,
    worker: keyof typeof functionSettings,
    messagesPerBatch: number,
    run: RunBatch<Body>,
  ): void {
    const { timeline, random, faults } = this.#settings;
    // Made when first used: the bag of ports is not complete while its queues are being connected.
    let made: SimulatedFunction<PoolMemory> | undefined;
    const invoke = (batch: Delivery<Body>[], onEnd: (ending: Ending) => void) => {
      made ??= this.#function(worker);
      this.#invoke(made, (app, memory) => run(batch, app, memory), onEnd);
    };
    const context = { timeline, faults, messagesPerBatch, random: random.fork(`polling ${queue.settings.name}`) };
    new EventSourceMapping(queue, 3, invoke, context).start();
  }

  #function(name: keyof typeof functionSettings): SimulatedFunction<PoolMemory> {
    const timeoutMs = functionSettings[name].timeoutSeconds * 1000;
    const random = this.#settings.random.fork(`environments of ${name}`);
    return new SimulatedFunction(
      { name, timeoutMs, createMemory: createPoolMemory },
      { base: this.#app, host: this.#invocationHost, random, nextId: () => (this.#invocations += 1) },
    );
  }

  #invoke(
    invoked: SimulatedFunction<PoolMemory>,
    run: (app: App, memory: PoolMemory) => Promise<unknown>,
    onEnd: (ending: Ending) => void,
  ): void {
    this.#underWay += 1;
    invoked.invoke(run, (ending) => {
      this.#underWay -= 1;
      this.#settings.trace?.(`${invoked.name} ${describe(ending)}`);
      onEnd(ending);
    });
  }

  #answerOf<Reply extends HttpReply | FileReply>(
    invoked: SimulatedFunction<PoolMemory>,
    run: (app: App, memory: PoolMemory) => Promise<Reply>,
  ): Promise<Reply | HttpReply> {
    return new Promise((resolve) => {
      this.#invoke(invoked, run, (ending) =>
        resolve(ending.as === "returned" ? (ending.value as Reply) : gatewayError),
      );
    });
  }

  /** A function that goes on without a port waits for something real: it is let finish, or the run is no simulation. */
  async #findOutWhatRuns(): Promise<void> {
    for (let turn = 0; this.#running.size > 0; turn += 1) {
      const names = Array.from(this.#running, ({ functionName }) => functionName).join(", ");
      if (turn === 500) throw new Error(`${names} waits for something that is no port`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const isForPool = (body: unknown): boolean => typeof body === "object" && body !== null && "event" in body;

function isWork(body: unknown): boolean {
  const { event, timer } = body as { event?: PoolJob["event"]; timer?: TimerJob["timer"] };
  return event?.kind !== "sweep" && timer?.kind !== "pool-sweep";
}

function describe(ending: Ending): string {
  if (ending.as === "threw") return `threw ${String(ending.error)}`;
  if (ending.as === "died") return `died: ${ending.why}`;
  return `returned ${JSON.stringify(ending.value) ?? ""}`.slice(0, 300);
}
