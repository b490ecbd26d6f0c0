import { carrierWordOf } from "../../../../shared/channels/twilio/keywords.ts";
import { overhear } from "./overheard.ts";
import { HttpNotSent, type HttpAnswer } from "../../../../shared/ports/http.ts";
import { InvalidInbound } from "../ports.ts";
import type { OutboxItem, OverheardWebhook, ProvidedFile, ProviderCall, SimulatedProvider } from "../provider.ts";
import { failure } from "./answers.ts";
import { answerApi, fileOrigin, type ApiHost } from "./api.ts";
import { messagingOrigin, webhookFor } from "./connections.ts";
import type { Accepted } from "./create.ts";
import { Departures } from "./departures.ts";
import { fileSaidToBeAt, readDataUrl } from "./files.ts";
import { keywordAnswers } from "./keyword-answers.ts";
import { bareAddress, inboundFields, isWhatsApp, type SimulatedMedia, type SimulatedMessage } from "./message.ts";
import { outboxItemOf } from "./outbox.ts";
import type { Behaviour, SimulatedNumber, SimulatedTwilioOptions } from "./settings.ts";
import { callWebhook } from "./webhook.ts";

/** What a customer's phone sends. */
export interface InboundText {
  from: string;
  to: string;
  body: string;
  /** where their files are; `data:` URLs among them */
  mediaUrls?: string[];
  media?: ProvidedFile[];
  /** further fields of the webhook, e.g. `ProfileName`, `ButtonPayload` or `Latitude` */
  details?: Record<string, string>;
}

const phone = /^(\+[1-9]\d{1,14}|\d{3,8})$/;
const whatsAppUser = /^(\+[1-9]\d{1,14}|[A-Z]{2}\.[0-9A-Za-z.]{1,132})$/;
const maxMedia = 10;

/**
 * Twilio for messages: its API, its webhooks, its opt-outs, its files, and WhatsApp's rules for those that it carries there.
 * It keeps what it accepts before it answers, and goes on with it after a restart. A message has no price.
 */
export class SimulatedTwilio implements SimulatedProvider {
  readonly name = "twilio";
  readonly origins = ["https://api.twilio.com", messagingOrigin, fileOrigin] as const;
  readonly behaviour: Behaviour = {
    statusOrder: "honest",
    undeliveredWith: null,
    throttledCalls: 0,
    acceptsThenTimesOut: 0,
    refuseWith: null,
    unconnectedWebhooks: 0,
    readReceipts: true,
  };
  readonly #options: SimulatedTwilioOptions;
  readonly #numbers: Map<string, SimulatedNumber>;
  readonly #host: ApiHost;
  readonly #departures: Departures;

  constructor(options: SimulatedTwilioOptions) {
    const { accounts, storage, numbers, templates = [], services = [] } = options;
    this.#options = options;
    this.#numbers = new Map(numbers.map((number) => [number.number, { ...number }]));
    this.#departures = new Departures({
      ...options,
      fetchFile: options.fetchFile,
      behaviour: this.behaviour,
      tokenOf: (message) => this.#tokenOf(message),
    });
    this.#host = {
      accounts,
      storage,
      connections: { numbers: this.#numbers, services },
      templates,
      owns: (accountSid, address) => this.#numbers.get(address)?.accountSid === accountSid,
      isOptedOut: (from, to) => storage.isOptedOut(from, to),
      throttles: () => this.behaviour.throttledCalls > 0 && this.behaviour.throttledCalls-- > 0,
      refusal: () => this.behaviour.refuseWith,
      cutsOff: () => this.behaviour.acceptsThenTimesOut > 0 && this.behaviour.acceptsThenTimesOut-- > 0,
      accept: (send) => this.#accept(send),
    };
  }

  /** Goes on with the sends that an earlier process accepted. Call it when the webhooks can be reached. */
  resume(): void {
    this.#departures.resume();
  }

  /** Nothing is sent or stored any more; the rest waits for `resume` of another. */
  close(): void {
    this.#departures.close();
    this.#options.storage.close();
  }

  /** One call of any of `origins`. @throws HttpOutcomeUnknown where the connection is cut */
  handle(call: ProviderCall): HttpAnswer & { bytes?: Uint8Array } {
    const { origin, pathname } = new URL(call.url);
    if (origin !== fileOrigin) return answerApi(call, this.#host);
    const file = this.#options.storage.fileAt(pathname.split("/").at(-1) ?? "");
    if (!file || call.method !== "GET") return failure(404, 20404, "There is no such file");
    return { status: 200, headers: { "content-type": file.contentType }, body: "", bytes: file.bytes };
  }

  /**
   * A customer's phone sends a message to one of our numbers.
   *
   * @returns its SID and the router's status; null when the router gave no answer
   * @throws InvalidInbound
   */
  async inbound(text: InboundText): Promise<{ sid: string; status: number | null }> {
    const message = await this.receive(text);
    return { sid: message.sid, status: await this.#callMessageWebhook(message) };
  }

  /** As `inbound`, but nobody tells the router: every try of the webhook was in vain. @throws InvalidInbound */
  async receive({
    from: sender,
    to,
    body,
    mediaUrls = [],
    media = [],
    details,
  }: InboundText): Promise<SimulatedMessage> {
    const number = this.#numbers.get(to);
    if (!number) throw new InvalidInbound(`to: ${to} is none of ${Array.from(this.#numbers.keys()).join(", ")}`);
    const from = isWhatsApp(to) ? `whatsapp:${bareAddress(sender)}` : sender;
    if (!(isWhatsApp(to) ? whatsAppUser : phone).test(isWhatsApp(to) ? bareAddress(from) : from))
      throw new InvalidInbound(`from: ${from} is no phone number in the form +49151…`);
    const most = isWhatsApp(to) ? 1 : maxMedia;
    if (mediaUrls.length + media.length > most)
      throw new InvalidInbound(`mediaUrls: a message to ${to} carries at most ${most}`);
    const fetched = await Promise.all(mediaUrls.map((url) => this.#fileOfCustomer(url)));
    const { storage } = this.#options;
    return storage.transaction(() => {
      const all: typeof fetched = [...fetched, ...media];
      const files = all.map((file) => ({ file, sid: storage.newSid("ME") }));
      for (const { file, sid } of files)
        if (file.bytes) storage.keepFile(sid, { contentType: file.contentType, bytes: file.bytes });
      const items = files.map(({ sid, file: { contentType } }) => ({ sid, contentType }));
      this.#heedKeyword(number, from, body);
      return this.#newMessage({ accountSid: number.accountSid, from, to, body, details }, items, "inbound");
    });
  }

  /** The same webhook once more, as after a lost answer. @throws when there is no such incoming message */
  async redeliver(sid: string): Promise<number | null> {
    const message = this.#options.storage.message(sid);
    if (message?.direction !== "inbound") throw new InvalidInbound(`sid: ${sid} is no incoming message`);
    return this.#callMessageWebhook(message);
  }

  /** Oldest first. */
  outbox({ channel, to }: { channel?: string; to?: string } = {}): OutboxItem[] {
    const { storage } = this.#options;
    const addresses = to === undefined ? [null] : [bareAddress(to), `whatsapp:${bareAddress(to)}`];
    const messages = addresses.flatMap((address) => storage.delivered(address));
    const items = messages.map(outboxItemOf);
    return items.filter((item) => channel === undefined || item.channel === channel);
  }

  overhear(webhook: OverheardWebhook): void {
    const { accounts, storage, clock } = this.#options;
    overhear(webhook, { accounts, storage, numbers: this.#numbers, now: clock.now() });
  }

  /** @param sid of the medium */
  file(sid: string): ProvidedFile | undefined {
    return this.#options.storage.file(sid);
  }

  #accept({ mediaUrls, ...content }: Accepted): SimulatedMessage {
    const { storage } = this.#options;
    const { message, begin } = storage.transaction(() => {
      const media = mediaUrls.map((url) => ({ sid: storage.newSid("ME"), url, contentType: fileSaidToBeAt(url) }));
      const message = this.#newMessage(content, media, "outbound-api");
      return { message, begin: this.#departures.enter(message) };
    });
    begin();
    return message;
  }

  #newMessage(
    { details, ...content }: Partial<SimulatedMessage> & Pick<SimulatedMessage, "accountSid" | "from" | "to" | "body">,
    media: SimulatedMedia[],
    direction: SimulatedMessage["direction"],
  ): SimulatedMessage {
    const { clock, storage } = this.#options;
    const now = clock.now();
    const message: SimulatedMessage = {
      statusCallback: null,
      ...content,
      // Text that is not well-formed can't be put into the form of a webhook.
      body: content.body.toWellFormed(),
      sid: storage.newSid(media.length > 0 ? "MM" : "SM"),
      direction,
      media,
      status: direction === "inbound" ? "received" : "queued",
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: direction === "inbound" ? now : null,
      deliveredAt: null,
      ...(details && { details }),
    };
    storage.insert(message);
    return message;
  }

  /** What can't be fetched is a file that is gone: its address leads nowhere. */
  async #fileOfCustomer(url: string): Promise<Partial<ProvidedFile> & Pick<ProvidedFile, "contentType">> {
    const isData = url.startsWith("data:");
    const { fetchFile } = this.#options;
    const file = isData ? await readDataUrl(url) : await fetchFile?.(url);
    return file ?? { contentType: fileSaidToBeAt(url) };
  }

  /** STOP and START count for the pair of numbers; on WhatsApp only where the sender's account has set its words. */
  #heedKeyword(number: SimulatedNumber, customer: string, body: string): void {
    const word = carrierWordOf(body);
    if (!word || (isWhatsApp(number.number) && !number.advancedOptOut)) return;
    const { storage } = this.#options;
    if (word !== "help") storage.setOptOut(number.number, customer, word === "stop");
    if (!number.answersKeywords) return;
    const answer = { accountSid: number.accountSid, from: number.number, to: customer, body: keywordAnswers[word] };
    this.#departures.enter(this.#newMessage(answer, [], "outbound-reply"))();
  }

  async #callMessageWebhook(message: SimulatedMessage): Promise<number | null> {
    const number = this.#numbers.get(message.to)!;
    const { advancedOptOut } = number;
    const webhook = webhookFor(number, this.#host.connections);
    if (webhook.url === "") return null;
    const optOutType = advancedOptOut ? carrierWordOf(message.body)?.toUpperCase() : undefined;
    const event = {
      fields: inboundFields(message, optOutType),
      occasion: message.sid,
      authToken: this.#tokenOf(message),
    };
    return callWebhook(webhook, event, async (...call) => {
      if (this.behaviour.unconnectedWebhooks === 0) return this.#options.deliver(...call);
      this.behaviour.unconnectedWebhooks -= 1;
      throw new HttpNotSent("There is no connection to the webhook.");
    });
  }

  #tokenOf({ accountSid }: SimulatedMessage): string {
    const account = this.#options.accounts.find((each) => each.accountSid === accountSid);
    if (!account) throw new Error(`The simulated Twilio has no account ${accountSid}`);
    return account.authToken;
  }
}
