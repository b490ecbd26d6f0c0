import * as z from "zod/mini";
import type { Configuration } from "../../../shared/core/configuration.ts";
import { telegram } from "../../../shared/channels/telegram/index.ts";
import { expectedUpdates, type ExpectedUpdate } from "./expectations/telegram.ts";
import { readVectors, type VectorReport } from "./report.ts";

const deliveries = z.record(z.string(), z.unknown());
const update = z.looseObject({ update_id: z.number() });

/** Holds Telegram against updates that others recorded; what they are was written down before. */
export const checkTelegram = (directory: string): VectorReport[] =>
  Object.entries(expectedUpdates).map(([file, expected]) => {
    const given = Object.entries(deliveries.parse(readVectors(directory, file)));
    const updates = given.filter(([, content]) => z.safeParse(update, content).success);
    const wrong = updates.flatMap(([name, content]) => {
      const expectation = Object.hasOwn(expected, name) ? expected[name] : undefined;
      const found = expectation ? disagreements(content, expectation) : ["nobody has said what it is"];
      return found.length > 0 ? [`${name} (${expectation?.is ?? "?"}): ${found.join("; ")}`] : [];
    });
    const names = new Set(updates.map(([name]) => name));
    const missing = Object.keys(expected).filter((name) => !names.has(name));
    const all = [...wrong, ...missing.map((name) => `${name} is not there`)];
    return { file, right: updates.length - wrong.length, wrong: all, notBuilt: {} };
  });

/** Where what an update becomes is not what a person says that it is; empty where they agree. */
export function disagreements(content: unknown, { same }: ExpectedUpdate): string[] {
  const config = { inboxes: [] } as unknown as Configuration;
  const request = { method: "POST", path: "/webhooks/telegram/bot", rawQuery: "", headers: {}, domainName: "" };
  const [made] = telegram.webhook?.parse({ ...request, body: JSON.stringify(content) }, config) ?? [];
  if (made?.kind !== "message") return [`it is no message but ${JSON.stringify(made)}`];
  return Object.entries(same).flatMap(([field, place]) => {
    const [found, value] = [valueAt(made, field), valueAt(content, place)];
    return isSame(found, value) ? [] : [`${field} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`];
  });
}

/** Ids are numbers there and times are seconds, and both are text with us. */
const isSame = (found: unknown, value: unknown): boolean =>
  found !== undefined &&
  (found === value ||
    found === String(value) ||
    (typeof value === "number" && Date.parse(String(found)) === value * 1000));

const valueAt = (source: unknown, place: string): unknown =>
  place.split(".").reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], source);
