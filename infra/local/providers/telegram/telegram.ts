import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import { isoTime } from "../../../../shared/ports/clock.ts";
import { InvalidInbound, type Deliver, type ProviderClock } from "../ports.ts";
import {
  shownAt,
  type FetchFile,
  type OutboxItem,
  type OverheardWebhook,
  type ProvidedFile,
  type ProviderAnswer,
  type ProviderCall,
  type SimulatedProvider,
} from "../provider.ts";
import { answerApi, apiOrigin, type Accepted, type ApiHost } from "./api.ts";
import { Chats } from "./chats.ts";
import { fileFields, type BotMessage, type CustomerAction, type PendingUpdate } from "./message.ts";
import type { TelegramStorage } from "./storage.ts";
import { happeningsOf } from "./updates.ts";
import { failedDelivery, isWanted, untouchedWebhook, type Webhook } from "./webhooks.ts";

export interface SimulatedBot {
  /** without "@" */
  userName: string;
  token: string;
  /** where its updates go until setWebhook says otherwise; "": nowhere */
  webhookUrl: string;
  /** what they carry in X-Telegram-Bot-Api-Secret-Token until then */
  secretToken: string;
}

/** How the provider treats what it is given from now on. */
export interface Behaviour {
  /** so many calls of the API are answered with 429 */
  throttledCalls: number;
  /** what such an answer asks to wait */
  retryAfterSeconds: number;
  /** so many sends are accepted, and then the connection is cut */
  acceptsThenTimesOut: number;
  /** sends are refused with 400 and this description; null: they are taken */
  refuseWith: string | null;
}

export interface SimulatedTelegramOptions {
  clock: ProviderClock;
  storage: TelegramStorage;
  deliver: Deliver;
  fetchFile: FetchFile;
  bots: SimulatedBot[];
}

/** An update that the router does not take comes again after these (milliseconds), then Telegram gives it up. */
const redeliverAfterMs = [1_000, 5_000, 30_000, 120_000, 600_000];

/**
 * Telegram for bots in private chats: its API, its files, its updates. It keeps what it accepts before it answers, and goes on
 * with it after a restart.
 */
export class SimulatedTelegram implements SimulatedProvider {
  readonly name = "telegram";
  readonly origins = [apiOrigin];
  readonly behaviour: Behaviour = {
    throttledCalls: 0,
    retryAfterSeconds: 3,
    acceptsThenTimesOut: 0,
    refuseWith: null,
  };
  readonly #options: SimulatedTelegramOptions;
  readonly #chats: Chats;
  readonly #host: ApiHost;
  /** by bot; changes last until the process ends */
  readonly #webhooks: Map<string, Webhook>;
  #closed = false;

  constructor(options: SimulatedTelegramOptions) {
    this.#options = options;
    this.#chats = new Chats(options.storage, options.clock);
    this.#webhooks = new Map(
      options.bots.map(({ userName, webhookUrl, secretToken }) => [
        userName,
        untouchedWebhook(webhookUrl, secretToken),
      ]),
    );
    this.#host = {
      storage: options.storage,
      fetchFile: options.fetchFile,
      botOf: (token) => options.bots.find((bot) => bot.token === token)?.userName,
      throttles: () =>
        this.behaviour.throttledCalls > 0 && this.behaviour.throttledCalls-- > 0
          ? this.behaviour.retryAfterSeconds
          : undefined,
      refusal: () => this.behaviour.refuseWith ?? undefined,
      webhookOf: (bot) => this.#webhooks.get(bot)!,
      setWebhook: (bot, webhook) => this.#setWebhook(bot, webhook),
      objectOf: (message) => this.#chats.object(message),
      accept: (send) => this.#accept(send),
    };
  }

  /** @throws HttpOutcomeUnknown where the call was carried out and its answer is lost */
  async handle(call: ProviderCall): Promise<ProviderAnswer> {
    const isSend = /\/send[A-Z][A-Za-z]+$/.test(new URL(call.url).pathname);
    const answer = await answerApi(call, this.#host);
    if (!isSend || answer.status !== 200 || this.behaviour.acceptsThenTimesOut === 0) return answer;
    this.behaviour.acceptsThenTimesOut -= 1;
    throw new HttpOutcomeUnknown("The connection was cut after the message was taken.");
  }

  /**
   * A customer does something in their chat with a bot.
   *
   * @returns each update's message as `chat:message`, and the router's status; null where it gave no answer
   * @throws InvalidInbound
   */
  async inbound(action: CustomerAction): Promise<{ providerId: string; status: number | null }[]> {
    const bot = this.#botNamed(action.to);
    const chat = Number(action.from);
    if (!/^[1-9]\d{0,15}$/.test(action.from)) throw new InvalidInbound(`from: ${action.from} is no id of a user`);
    if (action.name !== undefined) this.#chats.rename(chat, action.name);
    const { storage, clock } = this.#options;
    const where = { bot: bot.userName, chat, chats: this.#chats, storage, now: clock.now() };
    const webhook = this.#webhooks.get(bot.userName)!;
    const kept = happeningsOf(action, where)
      .filter(({ update }) => Object.keys(update).every((kind) => isWanted(kind, webhook)))
      .map(({ providerId, update }) => ({ providerId, update: this.#keep(bot, update) }));
    // An album's come side by side: Telegram opens up to 40 connections (setWebhook, max_connections).
    return Promise.all(
      kept.map(async ({ providerId, update }) => ({ providerId, status: await this.#deliver(update) })),
    );
  }

  /** A script that knows our secret token may be a customer too: whoever writes has begun the chat. */
  overhear({ path, headers, body }: OverheardWebhook): void {
    const bot = this.#options.bots.find(({ userName }) => this.#webhooks.get(userName)!.url.endsWith(path));
    if (!bot || headers["x-telegram-bot-api-secret-token"] !== this.#webhooks.get(bot.userName)!.secretToken) return;
    const chat = chatOf(body.toString("utf8"));
    const { storage } = this.#options;
    if (chat !== undefined && storage.isBlocked(bot.userName, chat) === undefined)
      storage.setBlocked(bot.userName, chat, false);
  }

  /** Oldest first. */
  outbox({ channel = "telegram", to }: { channel?: string; to?: string } = {}): OutboxItem[] {
    if (channel !== "telegram" || (to !== undefined && !/^\d+$/.test(to))) return [];
    return this.#options.storage.sent(to === undefined ? null : Number(to)).map((message) => ({
      channel: "telegram",
      from: message.bot,
      to: String(message.chat),
      text: message.text,
      subject: null,
      headers: {},
      providerId: `${message.chat}:${message.messageId}`,
      at: isoTime(message.at),
      ...(message.file && {
        media: [{ contentType: message.file.contentType, url: shownAt("telegram", message.file.fileId) }],
      }),
      ...(message.buttons && { buttons: message.buttons }),
    }));
  }

  file(fileId: string): ProvidedFile | undefined {
    return this.#options.storage.file({ fileId });
  }

  resume(): void {
    const { storage, bots } = this.#options;
    const names = new Set(bots.map(({ userName }) => userName));
    for (const update of storage.updates()) if (names.has(update.bot)) void this.#deliver(update);
  }

  close(): void {
    this.#closed = true;
    this.#options.storage.close();
  }

  /** What waited for an address goes there. */
  #setWebhook(bot: string, webhook: Webhook): void {
    const waited = this.#webhooks.get(bot)!.url === "";
    this.#webhooks.set(bot, webhook);
    if (!waited) return;
    for (const update of this.#options.storage.updates()) if (update.bot === bot) void this.#deliver(update);
  }

  #botNamed(userName: string): SimulatedBot {
    const bot = this.#options.bots.find((each) => each.userName === userName);
    if (bot) return bot;
    throw new InvalidInbound(
      `to: ${userName} is none of ${this.#options.bots.map((each) => each.userName).join(", ")}`,
    );
  }

  #accept({ file, ...send }: Accepted): BotMessage {
    if (!file) return this.#chats.add({ ...send, fields: { text: send.text } }, "bot");
    const { contentType, name } = file;
    const stored = this.#chats.keepFile(send.bot, { contentType, bytes: Uint8Array.from(file.bytes) });
    const caption = send.text === "" ? {} : { caption: send.text };
    const kept = { fileId: stored.fileId, path: stored.path, contentType, name };
    return this.#chats.add({ ...send, file: kept, fields: { ...fileFields(stored, name), ...caption } }, "bot");
  }

  #keep({ userName: bot }: SimulatedBot, update: Record<string, unknown>): PendingUpdate {
    const id = this.#options.storage.newUpdateId();
    const pending = { id, bot, body: JSON.stringify({ update_id: id, ...update }) };
    this.#options.storage.addUpdate(pending);
    return { ...pending, tries: 0 };
  }

  /** @see https://core.telegram.org/bots/api#setwebhook */
  async #deliver(update: PendingUpdate): Promise<number | null> {
    const { storage, clock, deliver } = this.#options;
    const { url, secretToken } = this.#webhooks.get(update.bot)!;
    if (url === "") return null;
    const headers = { "content-type": "application/json", "x-telegram-bot-api-secret-token": secretToken };
    const status = await deliver(url, headers, update.body).catch((error: unknown) => {
      if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown) return null;
      throw error;
    });
    if (this.#closed) return status;
    const waitMs = redeliverAfterMs[update.tries];
    const isTaken = status !== null && status >= 200 && status < 300;
    if (isTaken || waitMs === undefined) storage.removeUpdate(update.id);
    else {
      storage.countTry(update.id);
      this.#webhooks.get(update.bot)!.lastError = failedDelivery(status, clock);
      const again = { ...update, tries: update.tries + 1 };
      clock.at(clock.now() + waitMs, async () => void (this.#closed || (await this.#deliver(again))));
    }
    return status;
  }
}

/** The private chat in which an update's message is. */
function chatOf(update: string): number | undefined {
  try {
    const { message } = JSON.parse(update) as { message?: { chat?: { id?: unknown } } };
    const id = message?.chat?.id;
    return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : undefined;
  } catch {
    return undefined;
  }
}
