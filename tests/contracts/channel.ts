import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  InvalidWebhook,
  type Channel,
  type ChannelPorts,
  type ChannelWebhook,
  type Parsed,
  type SendRequest,
  type WebhookRequest,
} from "../../shared/channels/channel.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import type { Http, HttpAnswer, HttpCall } from "../../shared/ports/http.ts";

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
}

export interface WebhookSamples {
  config: Configuration;
  publicUrl: string;
  golden: GoldenSample[];
  /** one customer's message with this text, unsigned; another `id` is another message */
  message(text: string, id: number): WebhookRequest;
  /** a request with as many events as the provider puts into one, and how many they are */
  batch: { request: WebhookRequest; count: number };
  /** the same request with a field that the provider does not document yet */
  withUnknownField(request: WebhookRequest): WebhookRequest;
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

/** Providers behind the http port, one for each of these answers. */
export const httpProviders = (...answers: ((call: HttpCall) => HttpAnswer)[]): Provider[] =>
  answers.map((answer) => {
    const http = new FakeHttp(answer);
    return { ports: portsWith({ http }), handedOver: () => http.calls.length };
  });

const foreignOrigin = "https://elsewhere.example";

/** What every channel must hold to (shared/channels/channel.ts). */
export function describeChannel(name: string, channel: Channel, samples: ChannelSamples): void {
  describe(`channel contract: ${name}`, () => {
    if (channel.webhook && samples.webhook) {
      describeParse(channel.webhook, samples.webhook);
      describeVerify(channel.webhook, samples.webhook);
    }
    it("brings samples of its webhooks where it has some", () => {
      expect(samples.webhook !== undefined).toBe(channel.webhook !== undefined);
    });
    describeSend(channel, samples.send);
  });
}

function describeParse(webhook: ChannelWebhook, samples: WebhookSamples): void {
  const parse = (request: WebhookRequest): Parsed[] => webhook.parse(request, samples.config) ?? [];
  const idsOf = (request: WebhookRequest): string[] =>
    parse(request).flatMap((event) =>
      event.kind === "message" ? [messageIdOf(event.channel, event.accountId, event.providerId)] : [],
    );

  it.each(samples.golden)("reads: $name", (sample) => {
    expect(outcomeOf(() => parse(sample.request))).toStrictEqual(sample.expected);
  });

  it("has its webhooks on the paths it names", () => {
    for (const { request } of samples.golden) expect(webhook.paths.some((path) => path.test(request.path))).toBe(true);
    expect(webhook.paths.some((path) => path.test("/webhooks/nobody"))).toBe(false);
  });

  it("gives a message that comes twice the same id, and another message another", () => {
    expect(idsOf(samples.message("hello", 1))).toStrictEqual(idsOf(samples.message("hello", 1)));
    expect(idsOf(samples.message("hello", 1))).not.toStrictEqual(idsOf(samples.message("hello", 2)));
  });

  it("does not depend on what came before: any order, any number of times", () => {
    const requests = [1, 2, 3, 4].map((id) => samples.message(`text ${id}`, id));
    const inOrder = requests.map(parse);
    expect(requests.toReversed().map(parse)).toStrictEqual(inOrder.toReversed());
    expect(requests.map(parse)).toStrictEqual(inOrder);
  });

  it("leaves the request and the configuration as they were", () => {
    const request = samples.message("hello", 1);
    const before = structuredClone({ request, config: samples.config });
    parse(request);
    expect({ request, config: samples.config }).toStrictEqual(before);
  });

  it("reads every event of a request, each with an id of its own", () => {
    const { request, count } = samples.batch;
    expect(parse(request)).toHaveLength(count);
    expect(new Set(idsOf(request)).size).toBe(count);
  });

  it("ignores kinds that it does not know, with a reason", () => {
    for (const request of samples.unknownKinds)
      expect(parse(request)).toStrictEqual([{ kind: "ignored", reason: expect.stringMatching(/\S/) }]);
  });

  it("takes no harm from fields that are new", () => {
    const request = samples.message("hello", 1);
    expect(parse(samples.withUnknownField(request))).toStrictEqual(parse(request));
  });

  it("keeps a very long text whole", () => {
    const text = "ä🙂".repeat(50_000);
    expect(parse(samples.message(text, 1))).toMatchObject([{ kind: "message", text }]);
  });

  it("throws InvalidWebhook or nothing, whatever the body; its texts are well-formed", () => {
    const known = fc.constantFrom(...samples.fieldNames);
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "0", "1", "99", "+15550100001", "sent"));
    const body = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => ({ ...samples.message("", 1), body: text })),
      fc
        .dictionary(fc.oneof(known, fc.string()), value)
        .map((fields) => ({ ...samples.message("", 1), ...samples.bodyOf(fields) })),
    );
    const holds = fc.property(body, (request) => {
      const outcome = outcomeOf(() => parse(request));
      const events = Array.isArray(outcome) ? outcome : [];
      return events.every((event) => event.kind !== "message" || event.text.isWellFormed());
    });
    expect(() => fc.assert(holds, { numRuns: 500 })).not.toThrow();
  });
}

function outcomeOf(parse: () => Parsed[]): Parsed[] | { invalid: string } {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidWebhook) return { invalid: error.message };
    throw error;
  }
}

function describeVerify(webhook: ChannelWebhook, samples: WebhookSamples): void {
  const { publicUrl, secrets } = samples;
  const verify = (request: WebhookRequest, secret: unknown = secrets.current, publicUrls = [publicUrl]) =>
    webhook.verify(request, { secret, publicUrls, now: samples.now ?? 0 });
  const refused = { ok: false, reason: expect.stringMatching(/\S/) };
  const request = samples.message("hello", 1);
  const signed = samples.sign(request, publicUrl, "current");

  it("takes what the provider signed, at any of our origins", () => {
    expect(verify(signed)).toStrictEqual({ ok: true });
    expect(verify(signed, secrets.current, ["https://first.example", publicUrl])).toStrictEqual({ ok: true });
  });

  it("refuses what is not signed, or signed with nonsense", () => {
    expect(verify(request)).toStrictEqual(refused);
    for (const signature of ["", "nonsense", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
      expect(verify({ ...signed, headers: { ...signed.headers, [samples.signatureHeader]: signature } })).toStrictEqual(
        refused,
      );
  });

  it("refuses what was signed for another URL", () => {
    expect(verify(samples.sign(request, foreignOrigin, "current"))).toStrictEqual(refused);
    expect(verify(signed, secrets.current, [foreignOrigin])).toStrictEqual(refused);
    expect(verify(signed, secrets.current, [])).toStrictEqual(refused);
  });

  it("never asks the request's own headers where it was sent", () => {
    const elsewhere = samples.sign(request, foreignOrigin, "current");
    const host = new URL(foreignOrigin).host;
    const headers = {
      ...elsewhere.headers,
      host,
      "x-forwarded-host": host,
      "x-forwarded-proto": "https",
      forwarded: `host=${host}`,
    };
    expect(verify({ ...elsewhere, headers })).toStrictEqual(refused);
  });

  it("takes the old and the new key while a secret is rotated, and the old one no longer", () => {
    const byPrevious = samples.sign(request, publicUrl, "previous");
    expect(verify(signed, secrets.rotating)).toStrictEqual({ ok: true });
    expect(verify(byPrevious, secrets.rotating)).toStrictEqual({ ok: true });
    expect(verify(byPrevious, secrets.current)).toStrictEqual(refused);
  });

  it("refuses what was signed with somebody else's secret", () => {
    expect(verify(signed, secrets.foreign)).toStrictEqual(refused);
  });

  it("says with an error that the secret can't be used, and does not show it", () => {
    const secret = { accounts: [{ authToken: "hush-hush" }], appSecret: "hush-hush" };
    expect(() => verify(signed, secret)).toThrow(/secret/i);
    expect(() => verify(signed, secret)).not.toThrow(/hush-hush/);
  });

  it("refuses every change to the signed bytes", () => {
    const { body } = signed;
    const changed = fc.oneof(
      fc
        .tuple(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, character]) => body.slice(0, at) + character + body.slice(at + 1)),
      fc
        .tuple(fc.nat(body.length), fc.string({ minLength: 1 }))
        .map(([at, text]) => body.slice(0, at) + text + body.slice(at)),
      fc
        .tuple(fc.nat(body.length - 1), fc.integer({ min: 1, max: 20 }))
        .map(([at, count]) => body.slice(0, at) + body.slice(at + count)),
    );
    const content = samples.signedContent(signed, publicUrl);
    fc.assert(
      fc.property(changed, (mutated) => {
        const request = { ...signed, body: mutated };
        fc.pre(samples.signedContent(request, publicUrl) !== content);
        expect(verify(request)).toStrictEqual(refused);
      }),
      { numRuns: 500 },
    );
  });
}

function describeSend(channel: Channel, { request, provider, providerId, refusedAs, throttledMs }: SendSamples): void {
  const error = { code: expect.stringMatching(/^[a-z-]+$/), message: expect.stringMatching(/\S/) };
  const expected: Record<Behaviour, unknown> = {
    takes: { outcome: "sent", providerId },
    refuses: { outcome: "refused", error: { ...error, code: refusedAs } },
    throttles: { outcome: "notSent", error, retryAfterMs: throttledMs },
    "is not reached": { outcome: "notSent", error, retryAfterMs: expect.any(Number) },
    "never answers": { outcome: "unknown", error },
    "answers nonsense": { outcome: "unknown", error },
  };
  const behaviours = Object.keys(expected) as Behaviour[];
  const known = behaviours.flatMap((behaviour) => provider(behaviour).map((each) => ({ behaviour, ...each })));

  it.each(known)("hands over at most once when the provider $behaviour", async ({ behaviour, ports, handedOver }) => {
    expect(await channel.send(request, ports)).toMatchObject(expected[behaviour] as object);
    expect(handedOver()).toBeLessThanOrEqual(1);
  });

  it("knows a provider that takes what it is given", () => {
    expect(known.map(({ behaviour }) => behaviour)).toContain("takes");
  });
}
