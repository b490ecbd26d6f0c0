import type { ChannelPorts, Parsed, SendRequest, WebhookRequest } from "../../shared/channels/channel.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { LimitsSheet } from "./channel-limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type Http, type HttpAnswer, type HttpCall } from "../../shared/ports/http.ts";

/** A webhook and what `parse` must make of it: its results, or the message of its InvalidWebhook. */
export interface GoldenSample {
  name: string;
  request: WebhookRequest;
  expected: Parsed[] | { invalid: string };
}

/** What a channel brings to the suite; all of it written by us, in the provider's documented form. */
export interface ChannelSamples {
  /** absent for a channel without webhooks */
  webhook?: WebhookSamples;
  send: SendSamples;
  /** what its README says that it takes */
  limits: LimitsSheet;
}

/** What a provider does not do, and in which words it says so. */
export interface None {
  none: string;
}

export const isNone = (shown: object): shown is None => "none" in shown;

export interface WebhookSamples {
  config: Configuration;
  publicUrl: string;
  golden: GoldenSample[];
  /** one customer's message with this text, unsigned; another `id` is another message */
  message(text: string, id: number): WebhookRequest;
  /** a request with as many events as the provider puts into one, and how many they are */
  batch: { request: WebhookRequest; count: number };
  /** several events in one request, of which one can't be read, and what they become, in order */
  mixed: { request: WebhookRequest; kinds: Parsed["kind"][] } | None;
  /** what went out from our own side, and comes back */
  echoes: WebhookRequest[] | None;
  /** requests at the same path that are for another channel */
  ofOthers: WebhookRequest[] | None;
  /** the provider's question whether the webhook is ours, what it wants to read, and questions that nobody of ours asked */
  handshake: { request: WebhookRequest; answer: string; foreign: WebhookRequest[] } | None;
  /** the same request with a field that the provider does not document yet */
  withUnknownField(request: WebhookRequest): WebhookRequest;
  /** what a message keeps of them */
  unknownFields: Record<string, unknown>;
  /**
   * Paths of fields in the body, with "." between names: those without which nobody knows what an event is and whose, and those
   * by which a text reads otherwise.
   */
  needed: { whose: RegExp; shapes?: RegExp } | None;
  /** events of kinds that the channel does not handle */
  unknownKinds: WebhookRequest[];
  /** the provider's form of a body with these fields: for bodies made up at random */
  bodyOf(fields: Record<string, string>): Pick<WebhookRequest, "headers" | "body">;
  fieldNames: string[];
  /** what a secret in rotation holds: both keys are good; `foreign` is another tenant's secret */
  secrets: { current: unknown; rotating: unknown; foreign: unknown };
  /** signs as the provider does, for a URL of this origin */
  sign(request: WebhookRequest, origin: string, key: "current" | "previous"): WebhookRequest;
  /** the bytes that the signature covers, in the provider's own normal form */
  signedContent(request: WebhookRequest, origin: string): string;
  signatureHeader: string;
  /** whether the signature is of this URL and this body alone, or good for others too: what the provider leaves open */
  signed: { url: boolean; body: boolean };
  /** milliseconds since 1970 when `sign` signs; absent: no time is signed */
  now?: number;
}

export type Behaviour = "takes" | "refuses" | "throttles" | "is not reached" | "never answers" | "answers nonsense";

/** A provider that behaves in one way, and how many hand-overs have reached it. */
export interface Provider {
  ports: ChannelPorts;
  handedOver(): number;
}

export interface SendSamples {
  request: SendRequest;
  /** a provider for each way in which it can behave so; none where it never does */
  provider(behaviour: Behaviour): Provider[];
  /** what it calls a message that it takes */
  providerId: string;
  /** our code of its refusal */
  refusedAs: string;
  /** what it asks to wait when it throttles */
  throttledMs: number;
}

/** Answers every call the same way, and keeps the calls. It is the ports of a channel that touches http alone. */
export class FakeHttp implements Http {
  readonly calls: HttpCall[] = [];
  readonly clock = { now: (): number => Date.parse("2026-11-04T10:00:00Z") };
  readonly #answer: (call: HttpCall) => HttpAnswer;

  constructor(answer: (call: HttpCall) => HttpAnswer) {
    this.#answer = answer;
  }

  get http(): Http {
    return this;
  }

  async call(request: HttpCall): Promise<HttpAnswer> {
    this.calls.push(request);
    return this.#answer(request);
  }
}

/** Ports of which only those named may be touched. */
export const portsWith = (ports: Partial<ChannelPorts>): ChannelPorts => {
  const untouchable = (name: string): never => {
    throw new Error(`${name} is none of this channel's ports`);
  };
  return {
    http: { call: () => untouchable("http") },
    mail: { send: () => untouchable("mail") },
    chatSockets: { push: () => untouchable("chatSockets"), close: () => untouchable("chatSockets") },
    clock: { now: () => untouchable("clock") },
    log: { info() {}, warn() {}, error() {} },
    get stores() {
      return untouchable("stores");
    },
    ...ports,
  };
};

type Answering = Exclude<Behaviour, "is not reached" | "never answers">;

/**
 * A provider behind the http port, by what it answers when it behaves so. To be out of reach and never to answer are the same
 * for all of them, and so it is to ask for quiet by a date in place of seconds.
 */
export function httpProvider(answers: Record<Answering, HttpAnswer[]>): SendSamples["provider"] {
  const failing = (error: Error) => () => {
    throw error;
  };
  const callsFor = (behaviour: Behaviour): ((call: HttpCall) => HttpAnswer)[] => {
    if (behaviour === "is not reached") return [failing(new HttpNotSent("connection refused"))];
    if (behaviour === "never answers") return [failing(new HttpOutcomeUnknown("time-out"))];
    const dated = behaviour === "throttles" ? answers[behaviour].flatMap(withDate) : [];
    return [...answers[behaviour], ...dated].map((answer) => () => answer);
  };
  return (behaviour) =>
    callsFor(behaviour).map((answer) => {
      const http = new FakeHttp(answer);
      return { ports: portsWith({ http, clock: http.clock }), handedOver: () => http.calls.length };
    });
}

/** The same answer, where it names seconds in its header. */
function withDate(answer: HttpAnswer): HttpAnswer[] {
  const seconds = Number(answer.headers["retry-after"]);
  if (Number.isNaN(seconds)) return [];
  const at = new Date(new FakeHttp(() => answer).clock.now() + seconds * 1000);
  return [{ ...answer, headers: { ...answer.headers, "retry-after": at.toUTCString() } }];
}
