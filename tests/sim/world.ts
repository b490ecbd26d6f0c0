import type { Caller } from "../../functions/api/routes.ts";
import type { WebhookRequest } from "../../shared/channels/channel.ts";
import type { HttpReply } from "../../shared/flow/http-reply.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../shared/ports/http.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import { Browser } from "./actors/browser.ts";
import { configurationOf, secrets, socialInboxes, type SocialInboxId } from "./configuration.ts";
import { History, type Checker, type Departure } from "./history.ts";
import { SimulatedChatGateway } from "./host/chatGateway.ts";
import { Counters } from "./host/counters.ts";
import { Faults } from "./host/faults.ts";
import { fetchBy, faultyMediaHttp } from "./host/files.ts";
import { SimulatedHost } from "./host/host.ts";
import { SimulatedMailService } from "./host/mailService.ts";
import { faultyHttp } from "./host/provider.ts";
import { faultyReceiver, receiverSecret, receiverUrl } from "./host/receiver.ts";
import { SeededRandom } from "./host/random.ts";
import { Timeline } from "./host/timeline.ts";
import { Ledger, type AcceptedMessage, type Report } from "./ledger.ts";
import { people } from "./people.ts";
import { acceptedOf, promisedBy } from "./promises.ts";
import { Providers } from "./providers.ts";
import { sendIdIn } from "./sends.ts";

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

/** What one call of a provider's told. */
interface Told {
  accepted: ReturnType<typeof acceptedOf>[];
  reports: Report[];
  /** nothing of it was known before */
  isFirst: boolean;
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
  /** which channels beside texts, mail and the chat this history has */
  readonly social: readonly SocialInboxId[];
  readonly providers: Providers;
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
  /** by the subject: who has another number on WhatsApp by now */
  readonly movedTo = new Map<string, string>();
  /** nobody is at work: what has to be done every minute is done now and then */
  isNight = false;
  /** pictures that anybody has taken */
  pictures = 0;
  /** milliseconds since 1970 */
  #cutUntil = 0;
  /** what is about to leave */
  #departing: Departure | undefined;

  constructor(seed: number, checkers: readonly Checker[], trace?: (line: string) => void) {
    this.random = new SeededRandom(seed);
    this.timeline = new Timeline(earliestStart + this.random.below(7 * 24 * 3600) * 1000);
    this.faults = new Faults(this.random.fork("faults"), this.counters);
    const chance = this.random.fork("channels");
    // Often enough, so that many a customer of the first bot is one of the second as well.
    this.social = socialInboxes.map(({ id }) => id).filter((id) => chance.chance(id === "telegram-sales" ? 0.6 : 0.3));
    this.config = configurationOf(this.random.fork("configuration"), this.social);
    const { timeline, faults, ledger, config } = this;
    const common = { timeline, faults, ledger };
    const providerAt = (origin: string) => this.providers.at(origin);
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
      http: faultyHttp({
        ...common,
        random: this.random.fork("providers"),
        providerAt,
        sendIdIn: (request) => sendIdIn(request, this.history.claimedBy(this.#departing?.invocation)),
      }),
      foreignHttp: faultyReceiver({ ...common, downUntil: this.receiverDownUntil }),
      mediaHttp: faultyMediaHttp({ ...common, providerAt }),
      mail: this.mail,
      chatSockets: this.chat,
      trace: stamped,
      observe: (observation) => {
        stamped?.(`${observation.functionName}: ${describeCall(observation)}`);
        this.history.record(observation);
        for (const checker of checkers) checker.onCall?.(observation, this.history);
      },
      handsOver: (departure) => {
        this.#departing = departure;
        for (const checker of checkers) checker.onDeparture?.(departure, this.history);
      },
    });
    const { stores, blobs } = this.host;
    this.history = new History({ ledger, counters: this.counters, stores, blobs, clock: timeline, config });
    this.providers = new Providers({
      timeline,
      random: this.random.fork("behaviours"),
      seed: String(seed),
      deliver: (url, headers, body) => this.#deliver(new URL(url), headers, body),
      fetchFile: fetchBy((path) =>
        this.host.files({ method: "GET", path, headers: {}, bytes: new Uint8Array(), caller: undefined }),
      ),
      social: this.social,
    });
    this.browsers = people.map((_, position) => new Browser(`browser ${position}`, this));
    this.hasReceiver = this.random.chance(0.4);
    if (this.hasReceiver) this.#registerReceiver();
  }

  /** somewhere it matters when customers wrote last */
  get hasWindows(): boolean {
    const isWindowed = this.social.some((id) => !["telegram", "telegram-sales", "counter"].includes(id));
    return isWindowed || this.config.inboxes.some(({ quietHours }) => quietHours !== undefined);
  }

  close(): void {
    this.providers.close();
  }

  /** No webhook arrives for a while: what happens meanwhile comes together. */
  cutLine(milliseconds: number): void {
    this.#cutUntil = this.timeline.now() + milliseconds;
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
    const { pathname: path, search, hostname: domainName } = url;
    const request = { method: "POST", path, rawQuery: search.slice(1), headers, body, domainName };
    if (this.timeline.now() < this.#cutUntil) throw new HttpNotSent("connect ETIMEDOUT");
    const { messages } = promisedBy(request, this.config);
    const isStatus = messages.length === 0;
    if (isStatus && this.faults.happens("statusLost")) throw new HttpOutcomeUnknown("lost on the way");
    if (isStatus && this.faults.happens("statusDelayed")) await this.pause(this.random.between(100, 240_000));
    if (this.faults.happens(isStatus ? "statusDuplicated" : "webhookDuplicated")) {
      this.act(async () => {
        await this.pause(this.random.below(3_000));
        await this.#post(request);
      });
    }
    return this.#post(request);
  }

  async #post(request: WebhookRequest): Promise<number> {
    const { messages, statuses } = promisedBy(request, this.config);
    const reports = statuses.map(({ of, status }) => ({ of, status, at: this.timeline.now(), isAccepted: false }));
    this.ledger.reports.push(...reports);
    const accepted = messages.map(acceptedOf);
    const isFirst = !accepted.some(({ messageId }) => this.history.enqueued.has(messageId));
    const { status } = await this.host.webhook(request);
    if (status >= 200 && status < 300) this.#enter({ accepted, reports, isFirst });
    else this.counters.count("fault", "webhook failed");
    return status;
  }

  /** A 2xx is a promise. */
  #enter({ accepted, reports, isFirst }: Told): void {
    for (const message of accepted) this.accept(message);
    for (const report of reports) this.#promise(report);
    // What a request told before, in vain, may stand before what tells of it again.
    if (!isFirst) return;
    for (const series of Map.groupBy(accepted, ({ channel, from }) => `${channel} ${from}`).values())
      if (series.length > 1) this.ledger.series.push(series.map(({ messageId }) => messageId));
  }

  #promise(report: Report): void {
    report.isAccepted = true;
    report.at = this.timeline.now();
    if ("sendId" in report.of) this.ledger.acceptStatus(report.of.sendId, report.status);
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
