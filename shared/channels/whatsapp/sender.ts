import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { readable } from "../../core/text.ts";
import { listOf, orNothing } from "../lenient.ts";
import { personOfNumber, personOfUserId, type Person } from "./address.ts";

const text = orNothing(z.string());

/** Who wrote, as the message says; Meta leaves out a number that it may not share. */
export const senderFields = { from: text, from_user_id: text };

const contactSchema = z.object({ wa_id: text, user_id: text, profile: orNothing(z.object({ name: text })) });

export type Contact = z.infer<typeof contactSchema>;

/** The people of one change; who can't be read is left out. */
export const contactsSchema = listOf(contactSchema);

export interface Sender extends Person {
  /** the same person's other address, by Meta's word */
  aliases?: string[];
  senderName?: string;
}

interface Named {
  from?: string | undefined;
  from_user_id?: string | undefined;
}

/**
 * Who wrote: by their number where there is one, else by their user id.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 * @returns undefined where nothing names a person
 */
export function senderOf(message: Named, contacts: readonly Contact[]): Sender | undefined {
  const contact = contactOf(message, contacts);
  const byNumber = personOfNumber(message.from) ?? personOfNumber(contact?.wa_id);
  const byUserId = personOfUserId(message.from_user_id) ?? personOfUserId(contact?.user_id);
  const person = byNumber ?? byUserId;
  if (!person) return undefined;
  const senderName = readable(contact?.profile?.name ?? "")
    .trim()
    .slice(0, limits.maxNameCharacters)
    .toWellFormed();
  return {
    ...person,
    ...(byNumber && byUserId && { aliases: [byUserId.address] }),
    ...(senderName !== "" && { senderName }),
  };
}

/** The sender's, by number or by user id; of a sender who has neither, the only one that there is. */
function contactOf(message: Named, contacts: readonly Contact[]): Contact | undefined {
  const number = personOfNumber(message.from)?.address;
  const userId = personOfUserId(message.from_user_id)?.address;
  if (number === undefined && userId === undefined) return contacts.length === 1 ? contacts[0] : undefined;
  return contacts.find(
    (contact) =>
      (number !== undefined && personOfNumber(contact.wa_id)?.address === number) ||
      (userId !== undefined && contact.user_id === userId),
  );
}
