import { expect, it } from "vitest";
import {
  InvalidWebhook,
  type ChannelWebhook,
  type Parsed,
  type WebhookRequest,
} from "../../shared/channels/channel.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { isNone, type WebhookSamples } from "./channel-samples.ts";

const oddValues: unknown[] = [null, -1.5, 1e16, "", "\uD800", [], [null], {}];

/** A field that a message can do without loses neither it nor its text, whatever stands in it: nobody would ever see it. */
export function describeOddFields(webhook: ChannelWebhook, { golden, needed, config }: WebhookSamples): void {
  if (isNone(needed)) return;
  const { whose, shapes } = needed;
  const messagesIn = (request: WebhookRequest): InboundMessage[] =>
    eventsOf(() => webhook.parse(request, config)).filter((event) => event.kind === "message");
  const says = (messages: InboundMessage[]): boolean =>
    messages.length > 0 && messages.every(({ isQuiet }) => !isQuiet);
  const known = golden.filter(({ request }) => says(messagesIn(request)));

  it.each(known)("reads it whatever is odd beside it: $name", ({ request }) => {
    const before = messagesIn(request);
    const lost: string[] = [];
    for (const { path, odd, damaged, words } of damagedForms(request)) {
      if (whose.test(path)) continue;
      const after = messagesIn(damaged);
      for (const [position, { from, text }] of before.entries()) {
        const found = after[position];
        // What was damaged may be what they said, or how it reads.
        const isMeant = shapes?.test(path) || words.some((word) => text.includes(word));
        if (found?.from !== from || (found.text !== text && !isMeant)) lost.push(`${path} = ${JSON.stringify(odd)}`);
      }
      const sizes = after.flatMap(({ media }) => media.flatMap(({ bytes }) => bytes ?? []));
      if (!sizes.every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0)) lost.push(`${path} becomes a size`);
    }
    expect(lost).toEqual([]);
  });
}

interface Damaged {
  /** names and places from the top, with "." between them */
  path: string;
  odd: unknown;
  damaged: WebhookRequest;
  /** that stood there */
  words: string[];
}

const damagedForms = (request: WebhookRequest): Damaged[] =>
  request.headers["content-type"]?.includes("json") ? inJson(request) : inForm(request);

function inJson(request: WebhookRequest): Damaged[] {
  return placesIn(JSON.parse(request.body)).flatMap((place) =>
    oddValues.map((odd) => {
      const body = JSON.parse(request.body) as Record<string, unknown>;
      const holder = place.slice(0, -1).reduce((within, name) => within[name] as typeof body, body);
      const words = wordsIn(holder[place.at(-1)!]);
      holder[place.at(-1)!] = odd;
      return { path: place.join("."), odd, damaged: { ...request, body: JSON.stringify(body) }, words };
    }),
  );
}

function inForm(request: WebhookRequest): Damaged[] {
  return Array.from(new URLSearchParams(request.body), ([name, value]) =>
    ["", "\uFFFD", "-1.5", "1e16", "x".repeat(5_000)].map((odd) => {
      const form = new URLSearchParams(request.body);
      form.set(name, odd);
      return { path: name, odd, damaged: { ...request, body: form.toString() }, words: wordsIn(value) };
    }),
  ).flat();
}

const placesIn = (value: unknown): string[][] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([name, within]) => [[name], ...placesIn(within).map((place) => [name, ...place])]);

function wordsIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(wordsIn);
  return value === "" || value === null ? [] : [String(value)];
}

function eventsOf(parse: () => Parsed[] | undefined): Parsed[] {
  try {
    return parse() ?? [];
  } catch (error) {
    if (error instanceof InvalidWebhook) return [];
    throw error;
  }
}
