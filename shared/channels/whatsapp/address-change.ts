import * as z from "zod/mini";
import type { InboundMessage } from "../../core/message.ts";
import { readable } from "../../core/text.ts";
import { orNothing } from "../lenient.ts";
import { isUserId, personOfNumber, personOfUserId } from "./address.ts";

const text = orNothing(z.string());

/**
 * A notice of WhatsApp's about a customer.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
 */
export const systemSchema = z.object({
  type: z.string(),
  body: text,
  wa_id: text,
  user_id: text,
  previous_user_id: text,
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (user_id_update) */
export const userIdUpdateSchema = z.object({
  wa_id: text,
  detail: text,
  user_id: z.object({ previous: z.string(), current: z.string() }),
  timestamp: z.union([z.string(), z.number()]),
});

type Change = Pick<InboundMessage, "from" | "aliases" | "leaves" | "text" | "media" | "context" | "isQuiet"> & {
  replyTo?: string;
};

/** Addresses of one person, before and after; each a number without its "+" or a user id. */
interface Addresses {
  before: (string | undefined)[];
  after: (string | undefined)[];
  /** what Meta says of it */
  note: string | undefined;
}

const personOf = (given: string | undefined) => personOfUserId(given) ?? personOfNumber(given);

/** @returns undefined where one side names nobody */
export function changeOf({ before, after, note }: Addresses): Change | undefined {
  const old = before.flatMap((given) => personOf(given) ?? []);
  const [now, ...others] = after.flatMap((given) => personOf(given) ?? []);
  const previous = old.find(({ address }) => address !== now?.address);
  if (!now || !previous) return undefined;
  const aliases = new Set([...old, ...others].map(({ address }) => address));
  aliases.delete(now.address);
  // Carriers give numbers out again; a user id is nobody else's ever.
  const numbers = old.map(({ address }) => address).filter((address) => !isUserId(address));
  const leaves = numbers.filter((number) => ![now, ...others].some(({ address }) => address === number));
  return {
    from: now.address,
    ...(now.replyTo !== undefined && { replyTo: now.replyTo }),
    aliases: Array.from(aliases),
    ...(leaves.length > 0 && { leaves: Array.from(new Set(leaves)) }),
    text: `${previous.address} → ${now.address}`,
    media: [],
    isQuiet: true,
    context: { kind: "address-change", ...(note !== undefined && { note: readable(note) }) },
  };
}
