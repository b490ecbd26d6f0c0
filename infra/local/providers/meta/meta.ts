import { HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import type { Deliver, ProviderClock } from "../ports.ts";
import type {
  FetchFile,
  OutboxItem,
  OverheardWebhook,
  ProvidedFile,
  ProviderAnswer,
  ProviderCall,
  SimulatedProvider,
} from "../provider.ts";
import { appTokenOf, isOfApp, Subscriptions } from "./subscriptions.ts";
import { failure, filesOrigin, graphOrigin, noSuchObject, readGraphCall, type GraphRequest } from "./graph.ts";
import { cdnOrigin, type MessagingAccount } from "./messaging/message.ts";
import { Messaging } from "./messaging/messaging.ts";
import { Notifier } from "./notifier.ts";
import { overhear } from "./overheard.ts";
import {
  honest,
  type Behaviour,
  type MetaProduct,
  type MetaWorld,
  type SimulatedApp,
  type SimulatedPhoneNumber,
  type SimulatedTemplate,
} from "./settings.ts";
import type { MetaStorage } from "./storage.ts";
import { CloudApi } from "./whatsapp/cloud-api.ts";

export interface SimulatedMetaOptions {
  clock: ProviderClock;
  storage: MetaStorage;
  deliver: Deliver;
  fetchFile: FetchFile;
  app: SimulatedApp;
  /** of WhatsApp */
  numbers: SimulatedPhoneNumber[];
  templates?: SimulatedTemplate[];
  /** of Messenger and Instagram */
  accounts?: MessagingAccount[];
}

/**
 * Meta for WhatsApp, Messenger and Instagram: the Graph API, files, webhooks. It keeps what it accepts before it answers, and
 * goes on with it after a restart.
 */
export class SimulatedMeta implements SimulatedProvider {
  readonly name = "meta";
  readonly origins = [graphOrigin, filesOrigin, cdnOrigin];
  readonly behaviour: Behaviour = honest();
  readonly whatsapp: CloudApi;
  readonly messaging: Messaging;
  readonly #world: MetaWorld;
  readonly #notifier: Notifier;
  readonly #products: MetaProduct[];

  constructor({ numbers, templates = [], accounts = [], ...world }: SimulatedMetaOptions) {
    const subscriptions = new Subscriptions({
      webhookUrl: world.app.webhookUrl,
      phoneNumberIds: numbers.map(({ phoneNumberId }) => phoneNumberId),
      pageIds: accounts.flatMap(({ channel, id }) => (channel === "messenger" ? [id] : [])),
      fetchFile: world.fetchFile,
    });
    this.#world = { ...world, subscriptions, behaviour: this.behaviour };
    this.#notifier = new Notifier(this.#world);
    this.whatsapp = new CloudApi(this.#world, this.#notifier, { numbers, templates });
    this.messaging = new Messaging(this.#world, this.#notifier, accounts);
    this.#products = [this.whatsapp, this.messaging];
  }

  /** @throws HttpOutcomeUnknown where the call was carried out and its answer is lost */
  async handle(call: ProviderCall): Promise<ProviderAnswer> {
    const { origin } = new URL(call.url);
    if (origin !== graphOrigin) return this.messaging.download(call) ?? this.whatsapp.download(call);
    const { app, subscriptions } = this.#world;
    const request = readGraphCall(call, (path) => (isOfApp(path) ? appTokenOf(app) : app.accessToken));
    if ("status" in request) return request;
    const throttled = this.#throttled(request);
    if (throttled) return throttled;
    const isSend = request.method === "POST" && request.path.endsWith("/messages");
    const { refuseWith } = this.behaviour;
    if (isSend && refuseWith)
      return failure(refuseWith.status, { ...refuseWith, message: "The simulated Meta was told to refuse" });
    const answer = isOfApp(request.path) ? await subscriptions.answerApp(request) : await this.#answer(request);
    if (!isSend || answer.status !== 200 || this.behaviour.acceptsThenTimesOut === 0) return answer;
    this.behaviour.acceptsThenTimesOut -= 1;
    throw new HttpOutcomeUnknown("The connection was cut after the message was taken.");
  }

  overhear(webhook: OverheardWebhook): void {
    overhear(webhook, this.#world);
  }

  /** Oldest first. */
  outbox(filter: { channel?: string; to?: string } = {}): OutboxItem[] {
    return this.#products.flatMap((product) => product.outbox(filter));
  }

  file(id: string): ProvidedFile | undefined {
    return this.#world.storage.file(id);
  }

  resume(): void {
    this.#notifier.resume();
  }

  close(): void {
    this.#notifier.close();
    this.#world.storage.close();
  }

  async #answer(request: GraphRequest): Promise<ProviderAnswer> {
    const { subscriptions } = this.#world;
    for (const product of [subscriptions, ...this.#products]) {
      const answer = await product.answer(request);
      if (answer) return answer;
    }
    return noSuchObject(request.path);
  }

  /** WhatsApp has a code of its own for its messages. */
  #throttled({ path }: GraphRequest): ProviderAnswer | undefined {
    const { retryAfterSeconds } = this.behaviour;
    if (this.behaviour.throttledCalls === 0) return undefined;
    this.behaviour.throttledCalls -= 1;
    const headers: Record<string, string> =
      retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
    const code = this.whatsapp.owns(path) ? 130429 : 80007;
    return failure(429, { code, message: "Rate limit hit", headers });
  }
}
