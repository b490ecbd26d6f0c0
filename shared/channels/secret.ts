import * as z from "zod/mini";
import type { App } from "../ports/app.ts";
import { UnusableSecret, type Channel } from "./channel.ts";
import { problemsOf } from "./problems.ts";

/**
 * A channel's secret.
 *
 * @param what names it at the beginning of a sentence
 * @param form what it must be
 * @throws UnusableSecret where it is not of that form; names the field, never its value
 */
export function secretOf<Schema extends z.ZodMiniType>(
  schema: Schema,
  secret: unknown,
  { what, form }: { what: string; form: string },
): z.infer<Schema> {
  const result = z.safeParse(schema, secret);
  if (result.success) return result.data;
  throw new UnusableSecret(`${what} can't be used (${problemsOf(result.error)}). It must be ${form}.`);
}

/** A channel's document in the secrets port, unread; null where it has none. */
export const secretFor = async (
  { secretName }: Pick<Channel, "secretName">,
  { secrets }: Pick<App, "secrets">,
): Promise<unknown> => (secretName === null ? null : secrets.get(secretName));
