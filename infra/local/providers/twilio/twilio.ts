import { optOutWordOf } from "../../../../shared/channels/twilio/keywords.ts";
import type { Clock } from "../../../../shared/ports/clock.ts";
import { isoTime } from "../../../../shared/ports/clock.ts";
import type { HttpAnswer, HttpCall } from "../../../../shared/ports/http.ts";
import { answerApi, type Accepted, type ApiHost, type SimulatedAccount } from "./api.ts";
import { advanced, inboundFields, statusFields, type SimulatedMessage, type Step } from "./message.ts";
import type { TwilioStorage } from "./storage.ts";
import { callWebhook, type Deliver } from "./webhook.ts";

/** The part of a clock that the provider needs; the embedded cloud's virtual clock is one. */
export interface ProviderClock extends Clock {
  at(dueMs: number, run: () => void | Promise<void>): unknown;
}

export interface SimulatedNumber {
  /** E.164 */
  number: string;
  accountSid: string;
  /** where messages to it go; its fragment may carry connection overrides */
  webhookUrl: string;
  /** names the kind of an opt-out word in the webhook, as Advanced Opt-Out does */
  advancedOptOut?: boolean;
}

/** How the provider treats what it is given from now on. */
export interface Behaviour {
  /** callbacks in the order of the statuses, in the opposite one, each twice, or none at all */
  statusOrder: "honest" | "reversed" | "duplicated" | "withheld";
  /** sends end as undelivered with this error code; null: they are delivered */
  undeliveredWith: number | null;
  /** so many calls of the API are answered with 429 */
  throttledCalls: number;
}

export interface SimulatedTwilioOptions {
  clock: ProviderClock;
  storage: TwilioStorage;
  deliver: Deliver;
  accounts: SimulatedAccount[];
  numbers: SimulatedNumber[];
}

/** What a customer's phone has received, as `/sim/outbox` shows it. */
export interface OutboxItem {
  channel: string;
  from: string;
  to: string;
  text: string;
  subject: null;
  headers: Record<string, never>;
  providerId: string;
  /** ISO 8601 */
  at: string;
}

/** A message from a phone that no network would carry. */
export class InvalidInbound extends Error {
  override name = "InvalidInbound";
}

const sentAfterMs = 40;
const deliveredAfterMs = 120;
const phone = /^(\+[1-9]\d{1,14}|\d{3,8})$/;
const maxMedia = 10;

/**
 * Twilio for messages: its API, its webhooks, its opt-outs. It keeps what it accepts before it answers, and goes on with it
 * after a restart. It does not answer STOP, START and HELP to the customer by itself, and a message has no price.
 */
export class SimulatedTwilio {
  readonly behaviour: Behaviour = { statusOrder: "honest", undeliveredWith: null, throttledCalls: 0 };
  readonly #clock: ProviderClock;
  readonly #storage: TwilioStorage;
  readonly #deliver: Deliver;
  readonly #accounts: SimulatedAccount[];
  readonly #numbers: Map<string, SimulatedNumber>;
  readonly #host: ApiHost;
  #closed = false;

  constructor({ clock, storage, deliver, accounts, numbers }: SimulatedTwilioOptions) {
    this.#clock = clock;
    this.#storage = storage;
    this.#deliver = deliver;
    this.#accounts = accounts;
    this.#numbers = new Map(numbers.map((number) => [number.number, number]));
    this.#host = {
      accounts,
      storage,
      owns: (accountSid, number) => this.#numbers.get(number)?.accountSid === accountSid,
      throttles: () => this.behaviour.throttledCalls > 0 && this.behaviour.throttledCalls-- > 0,
      accept: (send) => this.#accept(send),
    };
  }

  /** Goes on with the sends that an earlier process accepted. Call it when the webhooks can be reached. */
  resume(): void {
    for (const step of this.#storage.steps()) this.#schedule(step);
  }

  /** Nothing is sent or stored any more; the rest waits for `resume` of another. */
  close(): void {
    this.#closed = true;
    this.#storage.close();
  }

  /** One call of https://api.twilio.com. */
  handle(call: Pick<HttpCall, "method" | "url" | "headers" | "body">): HttpAnswer {
    return answerApi(call, this.#host);
  }

  /**
   * A customer's phone sends a text to one of our numbers.
   *
   * @returns its SID and the router's status; null when the router gave no answer
   * @throws InvalidInbound
   */
  async inbound(text: {
    from: string;
    to: string;
    body: string;
    mediaUrls?: string[];
  }): Promise<{ sid: string; status: number | null }> {
    const { from, to, body, mediaUrls = [] } = text;
    const number = this.#numbers.get(to);
    if (!number) throw new InvalidInbound(`to: ${to} is none of ${Array.from(this.#numbers.keys()).join(", ")}`);
    if (!phone.test(from)) throw new InvalidInbound(`from: ${from} is no phone number in the form +49151…`);
    if (mediaUrls.length > maxMedia) throw new InvalidInbound(`mediaUrls: a message carries at most ${maxMedia}`);
    const { accountSid } = number;
    const message = this.#storage.transaction(() => {
      const word = optOutWordOf(body);
      if (word === "stop" || word === "start") this.#storage.setOptOut(to, from, word === "stop");
      return this.#newMessage({ accountSid, from, to, body, mediaUrls, statusCallback: null }, "inbound");
    });
    return { sid: message.sid, status: await this.#callMessageWebhook(message) };
  }

  /** The same webhook once more, as after a lost answer. @throws when there is no such incoming message */
  async redeliver(sid: string): Promise<number | null> {
    const message = this.#storage.message(sid);
    if (message?.direction !== "inbound") throw new InvalidInbound(`sid: ${sid} is no incoming message`);
    return this.#callMessageWebhook(message);
  }

  /** Oldest first. */
  outbox(filter: { channel?: string; to?: string } = {}): OutboxItem[] {
    if ((filter.channel ?? "sms") !== "sms") return [];
    return this.#storage.delivered(filter.to ?? null).map((message) => ({
      channel: "sms",
      from: message.from,
      to: message.to,
      text: message.body,
      subject: null,
      headers: {},
      providerId: message.sid,
      at: isoTime(message.deliveredAt!),
    }));
  }

  #accept(send: Accepted): SimulatedMessage {
    const { message, steps } = this.#storage.transaction(() => {
      const message = this.#newMessage(send, "outbound-api");
      return { message, steps: this.#stepsOf(message).map((step) => this.#storage.addStep(step)) };
    });
    for (const step of steps) this.#schedule(step);
    return message;
  }

  #newMessage(content: Accepted, direction: SimulatedMessage["direction"]): SimulatedMessage {
    const { mediaUrls, ...rest } = content;
    const now = this.#clock.now();
    const message: SimulatedMessage = {
      ...rest,
      // Text that is not well-formed can't be put into the form of a webhook.
      body: content.body.toWellFormed(),
      sid: this.#storage.newSid(mediaUrls.length > 0 ? "MM" : "SM"),
      direction,
      media: mediaUrls.map((url) => ({ sid: this.#storage.newSid("ME"), url })),
      status: direction === "inbound" ? "received" : "queued",
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: direction === "inbound" ? now : null,
      deliveredAt: null,
    };
    this.#storage.insert(message);
    return message;
  }

  /** The initial status, queued, is in the API's answer and has no callback of its own. */
  #stepsOf(message: SimulatedMessage): Omit<Step, "id">[] {
    const { statusOrder, undeliveredWith } = this.behaviour;
    const last = undeliveredWith === null ? ("delivered" as const) : ("undelivered" as const);
    const callback = statusOrder !== "withheld" && message.statusCallback !== null;
    const inOrder = [
      { sid: message.sid, status: "sent" as const, errorCode: null, callback },
      { sid: message.sid, status: last, errorCode: undeliveredWith, callback },
    ];
    const ordered = statusOrder === "reversed" ? inOrder.toReversed() : inOrder;
    const times = [message.createdAt + sentAfterMs, message.createdAt + deliveredAfterMs];
    const steps = ordered.map((step, index) => ({ ...step, dueAt: times[index]! }));
    return statusOrder === "duplicated" ? steps.flatMap((step) => [step, step]) : steps;
  }

  #schedule(step: Step): void {
    this.#clock.at(step.dueAt, () => this.#take(step));
  }

  /** A process that dies on the way takes the step again: the callback then comes twice, as it does from Twilio. */
  async #take(step: Step): Promise<void> {
    if (this.#closed) return;
    const message = this.#storage.transaction(() => {
      const changed = advanced(this.#storage.message(step.sid)!, step, this.#clock.now());
      this.#storage.update(changed);
      return changed;
    });
    if (step.callback)
      await callWebhook(
        message.statusCallback!,
        statusFields(message, step),
        `${message.sid}:${step.status}`,
        this.#tokenOf(message),
        this.#deliver,
      );
    if (!this.#closed) this.#storage.removeStep(step.id);
  }

  #callMessageWebhook(message: SimulatedMessage): Promise<number | null> {
    const number = this.#numbers.get(message.to)!;
    const optOutType = number.advancedOptOut ? optOutWordOf(message.body)?.toUpperCase() : undefined;
    const fields = inboundFields(message, optOutType);
    return callWebhook(number.webhookUrl, fields, message.sid, this.#tokenOf(message), this.#deliver);
  }

  #tokenOf({ accountSid }: SimulatedMessage): string {
    const account = this.#accounts.find((account) => account.accountSid === accountSid);
    if (!account) throw new Error(`The simulated Twilio has no account ${accountSid}`);
    return account.authToken;
  }
}
