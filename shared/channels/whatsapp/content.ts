import * as z from "zod/mini";
import type { MediaReference, MessageContext } from "../../core/message.ts";
import { readable } from "../../core/text.ts";
import { listOf, orNothing } from "../lenient.ts";
import { placeText } from "../place.ts";

/** What one kind of message says. */
export interface Content {
  text: string;
  media?: MediaReference[];
  /** instead of what the message itself answers */
  context?: Omit<MessageContext, "providerId"> & { providerId?: string };
  isQuiet?: true;
  /** it changes a message that has this id already: what tells it apart */
  change?: string;
}

/** @returns undefined where what the kind promises is not there; a reason where there is nothing for a person */
type Reader = (given: unknown) => Content | { ignored: string } | undefined;

const optionalText = orNothing(z.string());

/** A reader of what lies under the kind's own name. */
const reads =
  <Schema extends z.ZodMiniType>(schema: Schema, read: (content: z.infer<Schema>) => ReturnType<Reader>): Reader =>
  (given) => {
    const result = z.safeParse(schema, given);
    return result.success ? read(result.data) : undefined;
  };

/** What stands below a file that can't be had is read all the same. */
const file = reads(
  z.object({ id: optionalText, mime_type: optionalText, caption: optionalText, filename: optionalText }),
  ({ id, mime_type: contentType = "application/octet-stream", caption = "", filename }) => ({
    text: readable(caption),
    media: [
      {
        contentType,
        ...(id === undefined ? { problem: noFile } : { providerId: id }),
        ...(filename !== undefined && { name: readable(filename) }),
      },
    ],
  }),
);

const noFile = "WhatsApp does not say which file it is. Ask the customer to send it again.";

const contacts = listOf(
  z.object({
    name: orNothing(z.object({ formatted_name: optionalText })),
    phones: listOf(z.object({ phone: optionalText, wa_id: optionalText })),
  }),
);

function contactLine({ name, phones }: z.infer<typeof contacts>[number]): string {
  const numbers = phones.flatMap(({ phone, wa_id: id }) => phone ?? (id === undefined ? [] : `+${id}`)).join(", ");
  return [name?.formatted_name, numbers].filter((part) => part !== undefined && part !== "").join(": ");
}

const order = z.object({
  text: optionalText,
  product_items: listOf(
    z.object({
      product_retailer_id: z.string(),
      quantity: z.union([z.number(), z.string()]),
      item_price: orNothing(z.union([z.number(), z.string()])),
      currency: optionalText,
    }),
  ),
});

function orderLine(item: z.infer<typeof order>["product_items"][number]): string {
  const price = item.item_price === undefined ? "" : ` (${item.item_price} ${item.currency ?? ""})`.replace(" )", ")");
  return `${item.quantity} × ${item.product_retailer_id}${price}`;
}

const inLines = (lines: string[]): Content | undefined => {
  const text = readable(lines.filter(Boolean).join("\n"));
  return text === "" ? undefined : { text };
};

const choice = (text: string, choiceId: string | undefined): Content => ({
  text: readable(text),
  context: { kind: "choice", ...(choiceId !== undefined && { choiceId: readable(choiceId) }) },
});

const chosen = z.object({ id: optionalText, title: z.string(), description: optionalText });
const form = z.object({ response_json: z.string(), body: optionalText, name: optionalText });

/** By `interactive.type`. */
const answers: Record<string, Reader> = {
  button_reply: reads(chosen, ({ id, title }) => choice(title, id)),
  list_reply: reads(chosen, ({ id, title, description }) => {
    const { text, context } = choice(title, id);
    return { text, context: { ...context!, ...(description !== undefined && { note: readable(description) }) } };
  }),
  nfm_reply: reads(form, filledIn),
  call_permission_reply: () => ({ ignored: "an answer whether they may be called: no call of ours asks" }),
};

/** A flow's answers by their names; of any other form what Meta wrote of it, e.g. an address. */
function filledIn({ response_json: json, body = "", name = "flow" }: z.infer<typeof form>): Content | undefined {
  const answer = answersOf(json);
  return answer && choice(name === "flow" ? answer.lines.join("\n") : body, answer.token);
}

/** @returns undefined where it is no JSON of an object, or is nested so deep that it can't be written again */
function answersOf(json: string): { lines: string[]; token: string | undefined } | undefined {
  try {
    const given: unknown = JSON.parse(json);
    if (typeof given !== "object" || given === null) return undefined;
    const { flow_token: token, ...fields } = given as Record<string, unknown>;
    const lines = Object.entries(fields).map(
      ([field, value]) => `${field}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    return { lines, token: typeof token === "string" ? token : undefined };
  } catch {
    return undefined;
  }
}

const edited = z.object({
  original_message_id: optionalText,
  message: z.object({
    text: orNothing(z.object({ body: z.string() })),
    image: orNothing(z.object({ caption: optionalText })),
    video: orNothing(z.object({ caption: optionalText })),
    document: orNothing(z.object({ caption: optionalText })),
  }),
});

/**
 * By `type`, what lies under the field of that name.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages (a page each)
 */
const readers: Record<string, Reader> = {
  text: reads(z.object({ body: z.string() }), ({ body }) => ({ text: readable(body) })),
  image: file,
  video: file,
  audio: file,
  voice: file,
  document: file,
  sticker: file,
  location: reads(
    z.object({ latitude: z.number(), longitude: z.number(), name: optionalText, address: optionalText }),
    (place) => ({ text: readable(placeText(place)) }),
  ),
  contacts: reads(contacts, (people) => inLines(people.map(contactLine))),
  order: reads(order, ({ text = "", product_items: items }) => inLines([text, ...items.map(orderLine)])),
  reaction: reads(
    z.object({ message_id: optionalText, emoji: optionalText }),
    ({ message_id: providerId, emoji = "" }) =>
      emoji === ""
        ? { ignored: "a reaction taken back" }
        : {
            text: readable(emoji),
            isQuiet: true,
            context: { kind: "reaction", ...(providerId !== undefined && { providerId }) },
          },
  ),
  button: reads(z.object({ text: z.string(), payload: optionalText }), ({ text, payload }) => choice(text, payload)),
  interactive: reads(z.looseObject({ type: z.string() }), ({ type, ...given }) =>
    Object.hasOwn(answers, type)
      ? answers[type]!(given[type])
      : { ignored: `an answer of an unknown kind ${wordOf(type)}` },
  ),
  // The files are those of the message that it changes: only words can be edited.
  edit: reads(edited, ({ original_message_id: providerId, message: { text, image, video, document } }) => ({
    text: readable(text?.body ?? (image ?? video ?? document)?.caption ?? ""),
    change: "edit",
    context: { kind: "edit", ...(providerId !== undefined && { providerId }) },
  })),
  revoke: reads(z.object({ original_message_id: z.string() }), ({ original_message_id: providerId }) => ({
    text: "",
    isQuiet: true,
    change: "revoke",
    context: { kind: "deletion", providerId },
  })),
  request_welcome: () => ({ ignored: "they opened the chat for the first time, and wrote nothing" }),
  unsupported: () => undefined,
  unknown: () => undefined,
};

/** What a message may be, but for notices of Meta's own. */
export const kinds: readonly string[] = Object.keys(readers);

/** @returns undefined where Meta can't hand on, or does not say, what was sent */
export const contentOf = (type: string, given: unknown): ReturnType<Reader> =>
  Object.hasOwn(readers, type) ? readers[type]!(given) : { ignored: `a message of an unknown kind ${wordOf(type)}` };

/** A name of Meta's, for a reason: whatever else stands there is nobody's business. */
export const wordOf = (name: string): string => (/^[A-Za-z0-9_]{1,40}$/.test(name) ? `"${name}"` : "without a name");
