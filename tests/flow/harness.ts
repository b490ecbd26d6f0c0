import { SimulatedTwilio } from "../../infra/local/providers/twilio/twilio.ts";
import { TwilioStorage } from "../../infra/local/providers/twilio/storage.ts";
import { VirtualClock } from "../../infra/local/clock.ts";
import type { Caller } from "../../functions/api/routes.ts";
import { channelCapabilities } from "../../shared/channels/registry.ts";
import { run as assign } from "../../functions/assign/run.ts";
import { run as handEventsOver } from "../../functions/deliver/run.ts";
import { run as drain } from "../../functions/drain/run.ts";
import { run as ingest } from "../../functions/ingest/run.ts";
import { run as route } from "../../functions/route/run.ts";
import { run as send } from "../../functions/send/run.ts";
import { run as sweep, type SweepMemory } from "../../functions/sweep/run.ts";
import { run as timer } from "../../functions/timer/run.ts";
import { messageLanguageSkill, type Configuration } from "../../shared/core/configuration.ts";
import type { ParkedKind } from "../../shared/flow/parked-kinds.ts";
import { createPoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import { HttpNotSent, type Http, type HttpCall } from "../../shared/ports/http.ts";
import type { Delivery, Queue, QueueEntry } from "../../shared/ports/queues.ts";
import { memoryStores } from "../../shared/stores/memory/index.ts";
import { callApi } from "./api.ts";
import { KeptMail, KeptMedia, KeptSockets, MemoryBlobs } from "./ports.ts";

/*
 * The functions around memory stores and plain queues, each worked off when a test says so: what came in, what is stored
 * and what went out is all there to look at.
 */

export const account = { accountSid: `AC${"5".repeat(32)}`, authToken: "token-of-the-flow-tests" };
export const origin = "https://router.example";
export const numbers = { main: "+15005550101", second: "+15005550102" };
export const anna = "+4915112345678";
export const start = Date.UTC(2026, 10, 2, 9, 0, 0);

const agentProfile = (id: string, skills: Record<string, number>) => ({
  id,
  name: id,
  skills,
  units: 2,
  weightByChannel: {},
  queueIds: ["general"],
});

export const configuration: Configuration = {
  schemaVersion: 1,
  version: "flow-1",
  defaultLanguage: "en",
  languages: ["de", "en", "zh"],
  inboxes: [
    { id: "sms-main", channel: "sms", address: numbers.main },
    { id: "sms-second", channel: "sms", address: numbers.second },
    { id: "support", channel: "email", address: "support@router.example", name: "Support" },
    { id: "web", channel: "web", address: "web", origins: ["https://shop.example"] },
  ],
  channels: channelCapabilities(),
  cannedReplies: [],
  templates: [],
  hours: [],
  pools: [
    {
      id: "service",
      agents: [agentProfile("agent-en", { en: 5 }), agentProfile("agent-de", { de: 5 })],
      queues: [{ id: "general", acceptance: "automatic", offerExpiresAfterMs: 60_000 }],
      rampUpMs: 0,
    },
  ],
  rules: [
    { id: "hours", when: { words: ["opening hours"] }, do: { reply: "hours", tags: ["hours"] }, stop: false },
    {
      id: "language",
      when: {},
      do: { steps: [{ requirements: [{ skill: messageLanguageSkill, level: 2 }] }] },
      stop: false,
    },
  ],
  defaultQueueId: "general",
  maxWaitMs: { urgent: 60_000, high: 300_000, normal: 900_000, low: 3_600_000 },
  replies: { hours: { en: "We are here from nine to five." } },
};

/** A queue whose messages wait until `settle` takes them; what fails stays, as a visibility time-out would bring it back. */
class WaitingQueue<Body> implements Queue<Body> {
  readonly waiting: Delivery<Body>[] = [];
  /** the next sends throw, as a throttled queue does */
  failures = 0;
  #sent = 0;
  readonly #seen = new Set<string>();

  /** what was sent with a delay, whenever it came */
  readonly delayed: QueueEntry<Body>[] = [];
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async send(entries: QueueEntry<Body>[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error("ThrottlingException");
    }
    const [later, now] = [
      entries.filter(({ delaySeconds }) => delaySeconds),
      entries.filter((entry) => !entry.delaySeconds),
    ];
    this.delayed.push(...later);
    for (const entry of later)
      this.#clock.at(this.#clock.now() + entry.delaySeconds! * 1000, () => this.#take([entry]));
    this.#take(now);
  }

  #take(entries: QueueEntry<Body>[]): void {
    for (const { body, groupId = "", deduplicationId } of entries) {
      const key = deduplicationId && `${groupId}\n${deduplicationId}`;
      if (key && this.#seen.has(key)) continue;
      if (key) this.#seen.add(key);
      this.#sent += 1;
      const sequence = String(this.#sent).padStart(20, "0");
      this.waiting.push({
        messageId: `q-${sequence}`,
        body: structuredClone(body),
        groupId,
        sequence,
        receiveCount: 0,
      });
    }
  }

  async work(run: (batch: Delivery<Body>[]) => Promise<string[]>): Promise<number> {
    const batch = this.waiting.splice(0, 10);
    if (batch.length === 0) return 0;
    for (const delivery of batch) delivery.receiveCount += 1;
    const failed = new Set(await run(structuredClone(batch)));
    const again = batch.filter((delivery) => failed.has(delivery.messageId));
    this.waiting.unshift(...again);
    return batch.length - again.length;
  }
}

export function createFlow(config: Configuration = configuration) {
  const clock = new VirtualClock({ frozenAtMs: start });
  const stores = memoryStores();
  const queues = {
    inbound: new WaitingQueue<never>(clock),
    media: new WaitingQueue<never>(clock),
    pool: new WaitingQueue<never>(clock),
    outbound: new WaitingQueue<never>(clock),
    timers: new WaitingQueue<never>(clock),
    deliveries: new WaitingQueue<never>(clock),
    mail: new WaitingQueue<never>(clock),
  };
  const blobs = new MemoryBlobs();
  const mail = new KeptMail();
  const media = new KeptMedia();
  const desks = new KeptSockets();
  const chats = new KeptSockets();
  const logged: string[] = [];
  let chance = 0;

  const deliver = async (url: string, headers: Record<string, string>, body: string): Promise<number> => {
    const { pathname, search } = new URL(url);
    const request = {
      method: "POST",
      path: pathname,
      rawQuery: search.slice(1),
      headers,
      body,
      domainName: "router.example",
    };
    return (await ingest(request, app)).status;
  };
  const twilio = new SimulatedTwilio({
    clock,
    storage: new TwilioStorage(":memory:", "flow"),
    deliver,
    accounts: [account],
    numbers: Object.values(numbers).map((number) => ({
      number,
      accountSid: account.accountSid,
      webhookUrl: `${origin}/webhooks/twilio/messages`,
    })),
  });
  /** what a test puts in the provider's place for the next calls */
  const network: { next: ((request: HttpCall, reach: Http["call"]) => ReturnType<Http["call"]>)[] } = { next: [] };
  const reach = async (request: HttpCall) => twilio.handle(request);
  /** what stands at an address that somebody else chose */
  const receiver: { answer: Http["call"] } = {
    answer: async ({ url }) => {
      throw new HttpNotSent(`Nobody is at ${url}.`);
    },
  };
  const secrets: Record<string, unknown> = {
    twilio: { accounts: [{ ...account, numbers: Object.values(numbers) }] },
    signing: { signingKey: "the signing key of the flow tests" },
    web: { vouchSecret: "the vouch secret of the flow tests" },
  };

  const app: App = {
    config,
    clock,
    random: {
      bytes: (count) =>
        Uint8Array.from(
          { length: count },
          () => (chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0) >>> 24,
        ),
    },
    log: {
      info: (event) => void logged.push(event),
      warn: (event) => void logged.push(event),
      error: (event, error) => void logged.push(`${event}: ${String(error)}`),
    },
    stores,
    queues: queues as unknown as App["queues"],
    blobs,
    mail,
    http: { call: (request) => (network.next.shift() ?? ((call, through) => through(call)))(request, reach) },
    foreignHttp: { call: (request) => receiver.answer(request), objectionTo: async () => undefined },
    mediaHttp: media,
    secrets: { get: async (name) => secrets[name] },
    sockets: desks,
    chatSockets: chats,
    publicUrls: [origin],
    socketUrl: "wss://router.example/live",
  };
  const memory = createPoolMemory();
  const sweeping: SweepMemory = {};

  function request(caller: Caller, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const [pathname = "", rawQuery = ""] = path.split("?", 2);
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    return callApi({ method, path: pathname, rawQuery, headers, body: text, caller }, app, memory);
  }

  /** Works every queue off until nothing moves any more; what keeps failing stays. */
  async function settle(): Promise<void> {
    for (;;) {
      const done =
        (await queues.inbound.work((batch) => route(batch, app))) +
        (await queues.pool.work((batch) => assign(batch, app, memory))) +
        (await queues.outbound.work((batch) => send(batch, app))) +
        (await queues.timers.work((batch) => timer(batch, app))) +
        (await queues.deliveries.work((batch) => handEventsOver(batch, app)));
      if (done === 0) return;
    }
  }

  return {
    app,
    clock,
    stores,
    queues,
    delayed: queues.timers.delayed,
    twilio,
    network,
    receiver,
    secrets,
    blobs,
    /** what went to the mail service */
    mail,
    /** what lies at providers */
    media,
    desks,
    chats,
    logged,
    settle,
    deliver,
    /** One delivery of a queue's messages to its function. */
    work: {
      send: (batch: Delivery<never>[]) => send(batch, app),
      route: (batch: Delivery<never>[]) => route(batch, app),
    },
    /** A customer's text, taken in and worked off. */
    async text(body: string, from = anna, to = numbers.main) {
      const answer = await twilio.inbound({ from, to, body });
      await settle();
      return answer;
    },
    request,
    /** A call whose answer is JSON, read. */
    async call(...parameters: Parameters<typeof request>) {
      const reply = await request(...parameters);
      return { status: reply.status, headers: reply.headers, body: JSON.parse(reply.body) };
    },
    sweep: () => sweep(app, sweeping),
    drain: (batch: Delivery<unknown>[], kind: ParkedKind) => drain(batch, kind, app),
    async advance(milliseconds: number) {
      await clock.advance(milliseconds);
      await settle();
    },
  };
}

export type Flow = ReturnType<typeof createFlow>;

export const agent = (id: string): Caller => ({ id, role: "agent" });
export const supervisor: Caller = { id: "sam", role: "supervisor" };
export const operator: Caller = { id: "olga", role: "operator" };

/** Makes agents available and works off what follows. */
export async function available(flow: Flow, ...ids: string[]): Promise<void> {
  for (const id of ids) await flow.call(agent(id), "PUT", `/v1/agents/${id}/presence`, { status: "available" });
  await flow.settle();
}

/** The one conversation that a caller sees in a status. */
export async function onlyConversation(flow: Flow, caller: Caller, status: string) {
  const { body } = await flow.call(caller, "GET", `/v1/conversations?status=${status}`);
  if (body.items.length !== 1) throw new Error(`${body.items.length} conversations are ${status}`);
  return body.items[0];
}

/** A conversation that agent-en holds. */
export async function started(): Promise<{ flow: Flow; id: string }> {
  const flow = createFlow();
  await available(flow, "agent-en");
  await flow.text("Hello, could you please help me with my order?");
  return { flow, id: (await onlyConversation(flow, agent("agent-en"), "assigned")).id };
}
