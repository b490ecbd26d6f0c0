import { existsSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import type { Parsed } from "../../../shared/channels/channel.ts";
import { parse } from "../../../shared/channels/whatsapp/inbound.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import { whatsappExpectations, type WhatsAppExpectation } from "./expectations/whatsapp.ts";
import { readVectors, type VectorReport } from "./report.ts";

const payloads = z.record(z.string(), z.unknown());
const envelope = z.object({
  entry: z.array(z.object({ id: z.string(), changes: z.array(z.object({ value: z.unknown() })) })),
});

/** Holds the reading of WhatsApp's webhooks against payloads that others recorded; what they are was written down before. */
export function checkWhatsApp(directory: string): VectorReport[] {
  return Object.entries(whatsappExpectations).map(([name, expectations]) => {
    const file = `webhooks/${name}`;
    if (!existsSync(path.join(directory, file))) throw new Error(`${path.join(directory, file)} is missing.`);
    const given = Object.entries(payloads.parse(readVectors(directory, file))).filter(isPayload);
    const wrong = given.flatMap(([payload, content]) => {
      const expectation = expectations[payload];
      const found = expectation ? disagreements(content, expectation) : ["nobody has said what it is"];
      return found.length > 0 ? [`${payload} (${expectation?.is ?? "?"}): ${found.join("; ")}`] : [];
    });
    return { file, right: given.length - wrong.length, wrong, notBuilt: {} };
  });
}

const isPayload = ([, content]: [string, unknown]): boolean => z.safeParse(envelope, content).success;

/** Where what the payload becomes is not what a person says that it is; empty where they agree. */
export function disagreements(payload: unknown, { makes }: WhatsAppExpectation): string[] {
  const { entry } = envelope.parse(payload);
  const source = { account: entry[0]?.id, value: entry[0]?.changes[0]?.value };
  const events = eventsOf(payload);
  if (events.length !== makes.length) return [`it becomes ${events.length} things, not ${makes.length}`];
  return makes.flatMap((fields, index) =>
    Object.entries(fields).flatMap(([field, template]) => {
      const expected = filled(template, source);
      const found = valueAt(events[index], field);
      return isDeepStrictEqual(found, expected)
        ? []
        : [`${field} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
    }),
  );
}

function eventsOf(payload: unknown): Parsed[] {
  const config = { inboxes: [] } as unknown as Configuration;
  const request = { method: "POST", path: "/webhooks/meta", rawQuery: "", headers: {}, domainName: "" };
  return parse({ ...request, body: JSON.stringify(payload) }, config) ?? [];
}

/** With what the payload has at each `{path}`. */
function filled(template: unknown, source: unknown): unknown {
  if (Array.isArray(template)) return template.map((item) => filled(item, source));
  if (typeof template !== "string") return template;
  return template.replaceAll(/\{([^{}]+)\}/g, (_, place: string) => String(valueAt(source, place)));
}

const valueAt = (source: unknown, place: string): unknown =>
  place.split(".").reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], source);
