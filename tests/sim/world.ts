import { SimulatedTwilio } from "../../infra/local/providers/twilio/twilio.ts";
import { TwilioStorage } from "../../infra/local/providers/twilio/storage.ts";
import type { Caller } from "../../functions/api/routes.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import type { SendStatus } from "../../shared/core/message.ts";
import type { HttpReply } from "../../shared/flow/http-reply.ts";
import { HttpOutcomeUnknown } from "../../shared/ports/http.ts";
import { MediaRefused } from "../../shared/ports/media.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import { Browser } from "./actors/browser.ts";
import { accountSid, configurationOf, numbers, people, secrets } from "./configuration.ts";
import { History, type Checker } from "./history.ts";
import { SimulatedChatGateway } from "./host/chatGateway.ts";
import { Counters } from "./host/counters.ts";
import { Faults } from "./host/faults.ts";
import { publicUrl, SimulatedHost } from "./host/host.ts";
import { SimulatedMailService } from "./host/mailService.ts";
import { faultyHttp } from "./host/provider.ts";
import { faultyReceiver, receiverSecret, receiverUrl } from "./host/receiver.ts";
import { SeededRandom } from "./host/random.ts";
import { Timeline } from "./host/timeline.ts";
import { Ledger, type AcceptedMessage } from "./ledger.ts";

/** A Monday morning; each history starts within the week after it. */
const earliestStart = Date.UTC(2026, 2, 2, 8);
const minuteMs = 60_000;
export const webhookId = "whk_thesimulationsreceiver";

export interface ApiCall {
  caller: Caller;
  method: "GET" | "POST" | "PUT" | "PATCH";
  path: string;
  query?: string;
  body?: unknown;
  idempotencyKey?: string;
}

/** Everything in one history: the functions on their host, the provider, time, chance, and what the checkers look at. */
export class World {
  readonly random: SeededRandom;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly ledger = new Ledger();
  readonly counters = new Counters();
  readonly config: ReturnType<typeof configurationOf>;
  readonly host: SimulatedHost;
  readonly history: History;
  readonly twilio: SimulatedTwilio;
  readonly mail: SimulatedMailService;
  readonly chat: SimulatedChatGateway;
  readonly browsers: Browser[];
  /** another company's system takes events */
  readonly hasReceiver: boolean;
  /** milliseconds since 1970 */
  readonly receiverDownUntil: number;
  /** tasks of actors that have not ended */
  actorsAtWork = 0;
  /** agents whose presence is being set */
  readonly changingPresence = new Set<string>();
  /** replies that agents have begun */
  written = 0;

  constructor(seed: number, checkers: readonly Checker[], trace?: (line: string) => void) {
    this.random = new SeededRandom(seed);
    this.timeline = new Timeline(earliestStart + this.random.below(7 * 24 * 3600) * 1000);
    this.faults = new Faults(this.random.fork("faults"), this.counters);
    this.config = configurationOf(this.random.fork("configuration"));
    const { timeline, faults, ledger, config } = this;
    const common = { timeline, faults, ledger };
    this.mail = new SimulatedMailService({
      ...common,
      random: this.random.fork("mail"),
      take: (notification, object) => this.host.takeMail(notification, object),
    });
    this.chat = new SimulatedChatGateway({
      ...common,
      random: this.random.fork("chat"),
      chat: (event) => this.host.chat(event),
    });
    this.receiverDownUntil = timeline.now() + this.random.pick([0, 0, 15, 50]) * minuteMs;
    const stamped = trace && ((line: string) => trace(`${new Date(timeline.now()).toISOString()} ${line}`));
    this.host = new SimulatedHost({
      config,
      timeline,
      faults,
      random: this.random.fork("host"),
      secrets,
      http: faultyHttp({ ...common, answer: (call) => this.twilio.handle(call) }),
      foreignHttp: faultyReceiver({ ...common, downUntil: this.receiverDownUntil }),
      mediaHttp: {
        fetch: async ({ url }) => {
          throw new MediaRefused(`Nobody keeps a file at ${url}.`);
        },
      },
      mail: this.mail,
      chatSockets: this.chat,
      trace: stamped,
      observe: (observation) => {
        stamped?.(`${observation.functionName}: ${describeCall(observation)}`);
        this.history.record(observation);
        for (const checker of checkers) checker.onCall?.(observation, this.history);
      },
      handsOver: (departure) => {
        for (const checker of checkers) checker.onDeparture?.(departure, this.history);
      },
    });
    this.history = new History({ ledger, counters: this.counters, stores: this.host.stores, clock: timeline, config });
    this.twilio = new SimulatedTwilio({
      clock: timeline,
      storage: new TwilioStorage(":memory:", String(seed)),
      accounts: secrets.twilio.accounts,
      // Twilio tries again as often as its connection overrides allow.
      numbers: Object.values(numbers).map((number) => ({
        number,
        accountSid,
        webhookUrl: `${publicUrl}/webhooks/twilio/messages#rc=5&rp=all`,
      })),
      deliver: (url, headers, body) => this.#deliver(new URL(url), headers, body),
    });
    this.browsers = people.map((_, position) => new Browser(`browser ${position}`, this));
    this.hasReceiver = this.random.chance(0.4);
    if (this.hasReceiver) this.#registerReceiver();
  }

  close(): void {
    this.twilio.close();
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.timeline.after(milliseconds, resolve));
  }

  /** Lets an actor do something; the history ends only when it is done. */
  act(task: () => Promise<void>): void {
    this.actorsAtWork += 1;
    void task().finally(() => {
      this.actorsAtWork -= 1;
    });
  }

  call({ caller, method, path, query, body, idempotencyKey }: ApiCall): Promise<HttpReply> {
    return this.host.callApi({
      method,
      path,
      rawQuery: query ?? "",
      headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
      body: body === undefined ? "" : JSON.stringify(body),
      caller,
    });
  }

  /** As a patient client does: the same request again until the answer is none of a passing failure. */
  async insist(request: ApiCall): Promise<HttpReply> {
    for (;;) {
      const reply = await this.call(request);
      if (reply.status < 500) return reply;
      this.counters.count("work", "clients' retries");
      await this.pause(this.random.between(300, this.random.pick([3_000, 6_000, 20_000])));
    }
  }

  #registerReceiver(): void {
    const createdAt = isoTime(this.timeline.now());
    void this.host.stores.webhooks.put({
      id: webhookId,
      schemaVersion: 1,
      url: receiverUrl,
      events: ["*"],
      secrets: [receiverSecret],
      state: "active",
      createdAt,
      createdBy: "admin",
      version: 1,
    });
  }

  async #deliver(url: URL, headers: Record<string, string>, body: string): Promise<number> {
    const isStatus = url.pathname.includes("/status/");
    if (isStatus && this.faults.happens("statusLost")) throw new HttpOutcomeUnknown("lost on the way");
    if (isStatus && this.faults.happens("statusDelayed")) await this.pause(this.random.between(100, 240_000));
    if (this.faults.happens(isStatus ? "statusDuplicated" : "webhookDuplicated")) {
      this.act(async () => {
        await this.pause(this.random.below(3_000));
        await this.#post(url, headers, body);
      });
    }
    return this.#post(url, headers, body);
  }

  async #post(url: URL, headers: Record<string, string>, body: string): Promise<number> {
    const { pathname, search, hostname } = url;
    const { status } = await this.host.webhook({
      method: "POST",
      path: pathname,
      rawQuery: search.slice(1),
      headers,
      body,
      domainName: hostname,
    });
    if (status >= 200 && status < 300) this.#enter(pathname, new URLSearchParams(body));
    else this.counters.count("fault", "webhook failed");
    return status;
  }

  /** A 2xx is a promise. */
  #enter(path: string, form: URLSearchParams): void {
    const providerId = form.get("MessageSid") ?? "";
    const sendId = /\/status\/(.+)$/.exec(path)?.[1];
    const status = form.get("MessageStatus");
    if (sendId !== undefined) {
      const known: Record<string, SendStatus> = { sent: "sent", delivered: "delivered", undelivered: "failed" };
      const meant = known[status ?? ""];
      if (meant) this.ledger.acceptStatus(sendId, meant);
      return;
    }
    const messageId = messageIdOf("sms", accountSid, providerId);
    this.accept({ channel: "sms", messageId, providerId, from: form.get("From") ?? "", answers: [] });
  }

  /** A 2xx, or an acknowledgement, for a message that must be durable by then. */
  accept(message: Omit<AcceptedMessage, "times" | "at">): void {
    if (!this.history.enqueued.has(message.messageId)) {
      this.history.violate("I1", `${message.messageId} was promised before it was durable`);
    }
    this.ledger.accept({ ...message, at: this.timeline.now() });
  }
}

const describeCall = ({
  operation,
  parameters,
  result,
}: {
  operation: string;
  parameters: readonly unknown[];
  result: unknown;
}) =>
  `${operation}(${parameters.map((parameter) => JSON.stringify(parameter)).join(", ")}) → ${JSON.stringify(result)}`;
