import { isoTime } from "../../../../../shared/ports/clock.ts";
import { InvalidInbound } from "../../ports.ts";
import { shownAt, type OutboxItem, type ProviderAnswer, type ProviderCall } from "../../provider.ts";
import type { GraphRequest } from "../graph.ts";
import type { Notifier } from "../notifier.ts";
import type { MetaProduct, MetaWorld } from "../settings.ts";
import { answerMessaging, type Accepted, type MessagingHost } from "./api.ts";
import { deliveryOf, echoOf, happeningOf, kept, type MessagingAction } from "./events.ts";
import {
  fileAt,
  fileOf,
  isSigned,
  objectOf,
  type MessagingAccount,
  type MessagingContent,
  type MessagingMessage,
} from "./message.ts";

const echoAfterMs = 60;
const arrivesAfterMs = 120;
const channels: readonly string[] = ["messenger", "instagram"] satisfies MessagingAccount["channel"][];

/** Messenger and Instagram: what customers do there, and what the app sends by the Graph API. */
export class Messaging implements MetaProduct {
  readonly #world: MetaWorld;
  readonly #notifier: Notifier;
  readonly #accounts: readonly MessagingAccount[];
  readonly #host: MessagingHost;
  /** `account customer` */
  readonly #blocked = new Set<string>();

  constructor(world: MetaWorld, notifier: Notifier, accounts: readonly MessagingAccount[]) {
    this.#world = world;
    this.#notifier = notifier;
    this.#accounts = accounts;
    this.#host = {
      accounts,
      storage: world.storage,
      now: () => world.clock.now(),
      isBlocked: ({ id }, customer) => this.#blocked.has(`${id} ${customer}`),
      fetchFile: world.fetchFile,
      accept: (send) => this.#accept(send),
    };
  }

  answer(request: GraphRequest): Promise<ProviderAnswer | undefined> {
    return answerMessaging(request, this.#host);
  }

  /** A file at a link that a webhook had. @returns undefined where the link is another product's */
  download({ url }: Pick<ProviderCall, "url">): ProviderAnswer | undefined {
    const named = fileAt(new URL(url));
    if (!named) return undefined;
    const file = isSigned(named, this.#key) ? this.#world.storage.file(named.id) : undefined;
    if (!file) return { status: 403, headers: { "content-type": "text/plain" }, body: "URL signature mismatch" };
    return { status: 200, headers: { "content-type": file.contentType }, bytes: file.bytes };
  }

  /**
   * A customer does something at a page or an Instagram account.
   *
   * @returns the message that it is about, and the router's status; null when it gave no answer
   * @throws InvalidInbound
   */
  async inbound(action: MessagingAction): Promise<{ providerId: string; status: number | null }> {
    const { storage, clock, behaviour } = this.#world;
    const account = this.#accounts.find(({ id }) => id === action.to);
    if (!account)
      throw new InvalidInbound(`to: ${action.to} is none of ${this.#accounts.map(({ id }) => id).join(", ")}`);
    if (!/^[1-9]\d{0,19}$/.test(action.from)) throw new InvalidInbound(`from: ${action.from} is no id of a customer`);
    const where = { account, storage, now: clock.now(), key: this.#key };
    const { providerId, event } = storage.transaction(() => happeningOf(action, where));
    if (action.reads && !behaviour.readReceipts) return { providerId, status: null };
    return { providerId, status: await this.#notifier.tell(objectOf(account), this.#entry(account.id, event)) };
  }

  /** The customer gets nothing from the account any more, or does again; nobody is told. */
  block(customer: string, accountId: string, isBlocked = true): void {
    if (isBlocked) this.#blocked.add(`${accountId} ${customer}`);
    else this.#blocked.delete(`${accountId} ${customer}`);
  }

  outbox({ channel, to }: { channel?: string; to?: string } = {}): OutboxItem[] {
    const filter = { channel: channel ?? null, to: to ?? null, now: this.#world.clock.now() };
    return this.#world.storage
      .arrived<MessagingContent>(filter)
      .filter((message) => channels.includes(message.channel))
      .map(itemOf);
  }

  get #key(): string {
    return this.#world.app.appSecret;
  }

  #accept({ account, customer, text, file, quickReplies, metadata }: Accepted): MessagingMessage {
    const { storage, clock } = this.#world;
    const now = clock.now();
    return storage.transaction(() => {
      const files = file ? [fileOf(storage.addFile(account.id, file))] : [];
      const content = { text, files, quickReplies, ...(metadata !== undefined && { metadata }) };
      const message = kept(customer, content, { account, storage, now }, "out", now + arrivesAfterMs);
      this.#report(account, message);
      return message;
    });
  }

  /** Messenger tells what it has sent and what has arrived, Instagram what it has sent. */
  #report(account: MessagingAccount, message: MessagingMessage): void {
    const { statusOrder } = this.#world.behaviour;
    if (statusOrder === "withheld") return;
    const deliveredAt = message.at + arrivesAfterMs;
    const reports = [
      echoOf(message, this.#key),
      ...(account.channel === "messenger" ? [deliveryOf(message, deliveredAt)] : []),
    ];
    const ordered = statusOrder === "reversed" ? reports.toReversed() : reports;
    for (const [index, event] of ordered.entries()) {
      const dueAt = index === 0 ? message.at + echoAfterMs : deliveredAt;
      const times = statusOrder === "duplicated" ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        this.#notifier.schedule(objectOf(account), this.#entry(account.id, event, dueAt), dueAt);
    }
  }

  #entry(id: string, event: object, time = this.#world.clock.now()): object {
    return { id, time, messaging: [event] };
  }
}

function itemOf({ id, channel, account, customer, content, arrivesAt }: MessagingMessage): OutboxItem {
  const media = content.files.map((file) => ({ contentType: file.contentType, url: shownAt("meta", file.id) }));
  return {
    channel,
    from: account,
    to: customer,
    text: content.text,
    subject: null,
    headers: {},
    providerId: id,
    at: isoTime(arrivesAt!),
    ...(media.length > 0 && { media }),
    ...(content.quickReplies.length > 0 && { buttons: content.quickReplies }),
  };
}
