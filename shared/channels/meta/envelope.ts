import * as z from "zod/mini";
import type { Ignored } from "../../core/message.ts";
import { ignored, InvalidWebhook, type Parsed, type WebhookRequest } from "../channel.ts";
import { readBody } from "../json.ts";
import { listOf } from "../lenient.ts";
import { problemsOf } from "../problems.ts";

/** The one path at which Meta calls us for WhatsApp, Messenger and Instagram; `object` says which it is. */
export const metaPaths = [/^\/webhooks\/meta$/];

export const acknowledgement = { contentType: "text/plain; charset=utf-8", body: "EVENT_RECEIVED" };

/** What happened at one of our accounts. */
export interface Entry {
  /** WhatsApp Business account, page or Instagram account */
  id: string;
  /** changes of fields that the webhook is subscribed to */
  changes: readonly unknown[];
  /** events of Messenger and Instagram */
  messaging: readonly unknown[];
  /** the same, of conversations that another app has in hand */
  standby: readonly unknown[];
}

const envelope = z.looseObject({ object: z.string(), entry: z.array(z.unknown()) });

const entry = z.object({
  id: z.union([z.string(), z.pipe(z.number(), z.transform(String))]),
  changes: listOf(z.unknown()),
  messaging: listOf(z.unknown()),
  standby: listOf(z.unknown()),
});

/**
 * A request of Meta's, which may hold events of several accounts.
 *
 * @param object whose events the caller reads, e.g. `page`
 * @returns undefined where they are of another object
 * @throws InvalidWebhook where it is no envelope of Meta's at all
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications
 */
export function readEnvelope(request: WebhookRequest, object: string): (Entry | Ignored)[] | undefined {
  const given = envelopeOf(request.body);
  if (given.object !== object) return undefined;
  return given.entry.map((item, index) => {
    const result = z.safeParse(entry, item);
    return result.success ? result.data : ignored(`entry ${index} can't be read: ${problemsOf(result.error)}`);
  });
}

function envelopeOf(body: string): z.infer<typeof envelope> {
  const result = z.safeParse(envelope, readBody(body));
  if (!result.success) throw new InvalidWebhook(`the body is no event of Meta's: ${problemsOf(result.error)}`);
  return result.data;
}

/**
 * One event of a batch, read so that a bad one never loses the others: what can't be read is ignored with its reason.
 *
 * @param what names the event in that reason
 */
export function readEvent<Schema extends z.ZodMiniType>(
  schema: Schema,
  event: unknown,
  what: string,
  read: (event: z.infer<Schema>) => Parsed[],
): Parsed[] {
  const result = z.safeParse(schema, event);
  return result.success ? read(result.data) : [ignored(`${what} can't be read: ${problemsOf(result.error)}`)];
}
