import { readable } from "../core/text.ts";
import { InvalidWebhook } from "./channel.ts";

type Reviver = (name: string, value: unknown) => unknown;

/** @returns undefined where it is no JSON */
export function readJson(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}

/** @throws InvalidWebhook where a webhook's body is no JSON */
export function readBody(body: string, reviver?: Reviver): unknown {
  const given = readJson(body, reviver);
  if (given === undefined) throw new InvalidWebhook("the body is no JSON");
  return given;
}

/** All texts as they may be kept. */
export const readableTexts: Reviver = (_, value) => (typeof value === "string" ? readable(value) : value);
