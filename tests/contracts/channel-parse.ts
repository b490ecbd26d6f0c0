import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  InvalidWebhook,
  type ChannelWebhook,
  type Parsed,
  type WebhookRequest,
} from "../../shared/channels/channel.ts";
import { channels } from "../../shared/channels/registry.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import { describeOddFields } from "./channel-odd-fields.ts";
import { isNone, type WebhookSamples } from "./channel-samples.ts";

/** Lambda's quota for what a function is called with. */
const largestBodyBytes = 6 * 1024 * 1024;

/** How a channel reads its provider's webhooks. */
export function describeParse(webhook: ChannelWebhook, samples: WebhookSamples): void {
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

  describeOddFields(webhook, samples);
  describeBatch(webhook, samples);
  describeEchoes(webhook, samples);
  describeNeighbours(webhook, samples);

  it("ignores kinds that it does not know, with a reason", () => {
    for (const request of samples.unknownKinds)
      expect(parse(request)).toStrictEqual([{ kind: "ignored", reason: expect.stringMatching(/\S/) }]);
  });

  it("keeps fields that are new, and reads all else as ever", () => {
    const { withUnknownField, unknownFields } = samples;
    const request = samples.message("hello", 1);
    expect(parse(withUnknownField(request))).toStrictEqual(
      parse(request).map((event) => ({ ...event, unknownFields })),
    );
    expect(parse(request)).not.toContainEqual(expect.objectContaining({ unknownFields: expect.anything() }));
  });

  it("keeps a very long text whole", () => {
    const text = "ä🙂".repeat(50_000);
    expect(parse(samples.message(text, 1))).toMatchObject([{ kind: "message", text }]);
  });

  it("takes the largest body that a function can be given, or says that it can't be read", () => {
    const text = "x".repeat(largestBodyBytes - 4096);
    const largest = outcomeOf(() => parse(samples.message(text, 1)));
    expect(Array.isArray(largest) ? largest : []).toMatchObject([{ kind: "message", text }]);
    const nested = { ...samples.message("", 1), body: "[".repeat(largestBodyBytes) };
    expect(() => outcomeOf(() => parse(nested))).not.toThrow();
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

function describeBatch(webhook: ChannelWebhook, { mixed, batch, config }: WebhookSamples): void {
  it("reads all that comes in one request, and loses none to one that can't be read", () => {
    const { request, kinds } = isNone(mixed) ? { request: batch.request, kinds: ["message"] } : mixed;
    expect(webhook.parse(request, config)?.map(({ kind }) => kind)).toStrictEqual(kinds);
    expect(kinds).toContain("message");
    expect(kinds.includes("ignored")).toBe(!isNone(mixed));
  });
}

function describeEchoes(webhook: ChannelWebhook, { echoes, config }: WebhookSamples): void {
  const known = isNone(echoes) ? [] : echoes.map((request, index) => ({ index, request }));
  it.each(known)("takes what went out from our side for no customer's message: echo $index", ({ request }) => {
    expect(webhook.parse(request, config)).not.toHaveLength(0);
    expect(webhook.parse(request, config)?.map(({ kind }) => kind)).not.toContain("message");
  });
}

function describeNeighbours(webhook: ChannelWebhook, { ofOthers, config }: WebhookSamples): void {
  const foreign = isNone(ofOthers) ? [] : ofOthers;
  it("leaves to the channels at its paths what comes for them", () => {
    const paths = new Set(webhook.paths.map(({ source }) => source));
    const sharing = channels.filter(({ webhook: other }) => other?.paths.some(({ source }) => paths.has(source)));
    expect(foreign.length > 0).toBe(sharing.length > 1);
    for (const request of foreign) expect(webhook.parse(request, config)).toBeUndefined();
  });
}
