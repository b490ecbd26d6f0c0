import { readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import type { Channel, Parsed } from "../../../shared/channels/channel.ts";
import { instagram } from "../../../shared/channels/instagram/index.ts";
import { messenger } from "../../../shared/channels/messenger/index.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import { expectations, type Expectation } from "./expectations/messenger-platform.ts";
import { readVectors, type VectorReport } from "./report.ts";

const payloads = z.record(z.string(), z.unknown());
const envelope = z.object({ entry: z.array(z.object({ messaging: z.array(z.unknown()) })) });

/** Holds Messenger and Instagram against payloads that others recorded; what they are was written down before. */
export function checkMessengerPlatform(directory: string): VectorReport[] {
  const recordings = Object.entries(expectations).map(([name, expected]) => {
    const file = `webhooks/chat-replay/${name}`;
    const given = payloads.parse(readVectors(directory, file));
    const recorded = Object.entries(given).filter(([, payload]) => z.safeParse(envelope, payload).success);
    const wrong = recorded.flatMap(([payload, content]) => {
      const expectation = expected.find((each) => each.name === payload);
      const found = expectation ? disagreements(content, expectation) : ["nobody has said what it is"];
      return found.length > 0 ? [`${payload} (${expectation?.is ?? "?"}): ${found.join("; ")}`] : [];
    });
    const missing = expected.filter((each) => !(each.name in given)).map((each) => `${each.name} is not there`);
    return { file, right: recorded.length - wrong.length, wrong: [...wrong, ...missing], notBuilt: {} };
  });
  return [...recordings, requests(directory)];
}

/** Of the Send API there is no description to hold our requests against; should there be one, this says so. */
function requests(directory: string): VectorReport {
  const file = "openapi/business-messaging-api_v23.0.yaml";
  const isDescribed = readFileSync(path.join(directory, file), "utf8").includes("messaging_type");
  const report = { file: `${file}, Messenger and Instagram`, right: 0, notBuilt: {} };
  if (isDescribed) return { ...report, wrong: ["it describes the Send API now: hold our requests against it"] };
  const note =
    "it describes WhatsApp alone: requests of these two are held to the simulated Meta, which refuses what is not documented";
  return { ...report, wrong: [], notes: [note] };
}

/** Where what the payload becomes is not what a person says that it is; empty where they agree. */
export function disagreements(payload: unknown, { kind, same = {}, has = {} }: Expectation): string[] {
  const [event] = envelope.parse(payload).entry[0]?.messaging ?? [];
  const [made, ...others] = [messenger, instagram].flatMap((channel) => readBy(channel, payload));
  if (others.length > 0) return [`it becomes ${others.length + 1} things, not one`];
  const expected = {
    kind,
    ...Object.fromEntries(Object.entries(same).map(([field, place]) => [field, valueAt(event, place)])),
    ...has,
    ...(kind === "message" && { providerTime: valueAt(event, "timestamp") }),
  };
  return Object.entries(expected).flatMap(([field, value]) => {
    const found = valueAt(made, field);
    return isSame(found, value) ? [] : [`${field} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`];
  });
}

function readBy({ webhook }: Channel, payload: unknown): Parsed[] {
  const config = { inboxes: [] } as unknown as Configuration;
  const request = { method: "POST", path: "/webhooks/meta", rawQuery: "", headers: {}, domainName: "" };
  return webhook?.parse({ ...request, body: JSON.stringify(payload) }, config) ?? [];
}

/** Times are numbers there, and text with us. */
const isSame = (found: unknown, value: unknown): boolean =>
  isDeepStrictEqual(found, value) ||
  (typeof found === "string" && typeof value === "number" && Date.parse(found) === value);

const valueAt = (source: unknown, place: string): unknown =>
  place.split(".").reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], source);
