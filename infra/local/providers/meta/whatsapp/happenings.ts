import { InvalidInbound } from "../../ports.ts";
import type { MetaFile, MetaMessage, MetaStorage } from "../storage.ts";
import { digitsOf, isNumber, senderFields, userIdOf, type CustomerAction } from "./customer.ts";

/** A message as the simulated WhatsApp keeps it. */
export interface WhatsAppContent {
  text: string;
  /** id of a stored file */
  fileId?: string;
  choices?: { id: string; title: string }[];
}

/** A message in a webhook but for its sender and time, and what is kept of it. */
interface Said {
  fields: Record<string, unknown>;
  content: WhatsAppContent;
}

/** What the webhook says of an action: a message each. @throws InvalidInbound */
export function happeningsOf(action: CustomerAction, storage: MetaStorage): Said[] {
  const { from, to, location, contact, reaction, choice, edits, deletes, newNumber } = action;
  const text = (action.text ?? "").toWellFormed();
  if (newNumber !== undefined) return [numberChange(from, newNumber)];
  if (reaction) return [reacted(reaction, storage)];
  if (choice) return [chosen(choice, storage)];
  if (edits !== undefined) return [edited(own(edits, from, storage), text)];
  if (deletes !== undefined) {
    const { id } = own(deletes, from, storage);
    return [{ fields: { type: "revoke", revoke: { original_message_id: id } }, content: { text: "" } }];
  }
  const around = aroundOf(action);
  if (location) return [{ fields: { type: "location", location, ...around }, content: { text: "" } }];
  if (contact) {
    const contacts = [{ name: { formatted_name: contact.name }, phones: [{ phone: contact.phone, type: "CELL" }] }];
    return [{ fields: { type: "contacts", contacts, ...around }, content: { text: "" } }];
  }
  const files = (action.media ?? []).map((file) => storage.addFile(to, file));
  if (files.length > 0)
    return files.map((file, index) => fileMessage(file, index === 0 ? text : "", index === 0 ? around : {}));
  if (text === "") throw new InvalidInbound("text: a message needs a text, a file or something else to say");
  return [{ fields: { type: "text", text: { body: text }, ...around }, content: { text } }];
}

const aroundOf = ({ replyTo, referral, to }: CustomerAction): Record<string, unknown> => ({
  ...(replyTo !== undefined && { context: { from: to, id: replyTo } }),
  ...(referral && {
    referral: { source_url: referral.sourceUrl, source_type: "ad", headline: referral.headline, media_type: "image" },
  }),
});

function fileMessage(file: MetaFile, caption: string, around: Record<string, unknown>): Said {
  const type = typeOf(file.contentType);
  const takesCaption = type !== "audio" && type !== "sticker";
  const about = {
    id: file.id,
    mime_type: file.contentType,
    sha256: "simulated",
    ...(caption !== "" && takesCaption && { caption }),
    ...(type === "document" && { filename: file.name ?? "file" }),
    ...(type === "audio" && { voice: file.contentType.startsWith("audio/ogg") }),
    ...(type === "sticker" && { animated: false }),
  };
  return {
    fields: { type, [type]: about, ...around },
    content: { text: takesCaption ? caption : "", fileId: file.id },
  };
}

function typeOf(contentType: string): string {
  if (contentType.startsWith("image/webp")) return "sticker";
  const family = contentType.split("/", 1)[0]!;
  return ["image", "video", "audio"].includes(family) ? family : "document";
}

function known(id: string, storage: MetaStorage): MetaMessage<WhatsAppContent> {
  const message = storage.message<WhatsAppContent>(id);
  if (!message) throw new InvalidInbound(`providerId: there is no message ${id}`);
  return message;
}

function own(id: string, from: string, storage: MetaStorage): MetaMessage<WhatsAppContent> {
  const message = known(id, storage);
  if (message.direction !== "in" || message.customer !== from)
    throw new InvalidInbound(`providerId: ${id} is no message of theirs`);
  return message;
}

function reacted({ providerId, emoji }: NonNullable<CustomerAction["reaction"]>, storage: MetaStorage): Said {
  const { id } = known(providerId, storage);
  const reaction = { message_id: id, ...(emoji !== null && { emoji }) };
  return { fields: { type: "reaction", reaction }, content: { text: emoji ?? "" } };
}

function chosen({ providerId, title }: NonNullable<CustomerAction["choice"]>, storage: MetaStorage): Said {
  const { id, account, content } = known(providerId, storage);
  const choices = content.choices ?? [];
  const choice = choices.find((each) => each.title === title);
  if (!choice) throw new InvalidInbound(`choice: the message offers no "${title}"`);
  const type = choices.length > 3 ? "list_reply" : "button_reply";
  const fields = { type: "interactive", context: { from: account, id }, interactive: { type, [type]: choice } };
  return { fields, content: { text: title } };
}

function edited({ id, content }: MetaMessage<WhatsAppContent>, text: string): Said {
  const message =
    content.fileId === undefined
      ? { type: "text", text: { body: text } }
      : { type: "image", image: { caption: text, id: content.fileId } };
  return { fields: { type: "edit", edit: { original_message_id: id, message } }, content: { text } };
}

/** The notice names the number before as its sender. */
function numberChange(from: string, to: string): Said {
  if (!isNumber(from) || !isNumber(to))
    throw new InvalidInbound("newNumber: only a number can be changed for a number");
  const body = `User changed from ${digitsOf(from)} to ${digitsOf(to)}`;
  const system = { body, wa_id: digitsOf(to), user_id: userIdOf(to), type: "user_changed_number" };
  return { fields: { type: "system", system, ...senderFields(from) }, content: { text: body } };
}
