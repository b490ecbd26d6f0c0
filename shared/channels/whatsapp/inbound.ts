import * as z from "zod/mini";
import type { Configuration } from "../../core/configuration.ts";
import type { MessageContext } from "../../core/message.ts";
import { readable } from "../../core/text.ts";
import { isoTime } from "../../ports/clock.ts";
import { ignored, type Parsed, type WebhookRequest } from "../channel.ts";
import { unknownFields } from "../unknown-fields.ts";
import { listOf, orNothing } from "../lenient.ts";
import { readEnvelope, readEvent } from "../meta/envelope.ts";
import { changeOf, systemSchema, userIdUpdateSchema } from "./address-change.ts";
import { contentOf, wordOf } from "./content.ts";
import { documentedFields } from "./fields.ts";
import { messengerWords, optOutWordOf } from "../opt-out-words.ts";
import { contactsSchema, senderFields, senderOf, type Contact } from "./sender.ts";
import { statusOf, statusSchema } from "./status.ts";

const changeSchema = z.object({ field: z.string(), value: z.unknown() });

const list = listOf(z.unknown());
const valueSchema = z.object({
  metadata: z.object({ phone_number_id: z.string().check(z.minLength(1)) }),
  contacts: contactsSchema,
  messages: list,
  statuses: list,
  errors: list,
  user_id_update: list,
});

const text = orNothing(z.string());

/** seconds since 1970, as digits */
const seconds = z.pipe(
  z.union([z.pipe(z.number(), z.transform(String)), z.string()]),
  z.string().check(z.regex(/^\d{1,10}$/)),
);

/** What every message has, whatever its kind. */
const messageSchema = z.looseObject({
  ...senderFields,
  id: z.string().check(z.minLength(1)),
  timestamp: orNothing(seconds),
  type: z.string(),
  group_id: text,
  context: orNothing(
    z.object({
      id: text,
      forwarded: orNothing(z.boolean()),
      frequently_forwarded: orNothing(z.boolean()),
      referred_product: orNothing(z.object({ product_retailer_id: text })),
    }),
  ),
  referral: orNothing(z.object({ headline: text, body: text, source_url: text })),
});
type Message = z.infer<typeof messageSchema>;

/** What the events of one change share. */
interface Surroundings {
  accountId: string;
  inboxId: string;
  contacts: readonly Contact[];
}

/**
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 * @returns undefined where the request is Messenger's or Instagram's
 * @throws InvalidWebhook
 */
export function parse(request: WebhookRequest, config: Configuration): Parsed[] | undefined {
  return readEnvelope(request, "whatsapp_business_account")?.flatMap((entry): Parsed[] =>
    "kind" in entry
      ? [entry]
      : entry.changes.flatMap((change) =>
          readEvent(changeSchema, change, "a change", ({ field, value }) =>
            field === "messages" || field === "user_id_update"
              ? readEvent(valueSchema, value, "a change", (given) => eventsOf(given, entry.id, config))
              : [ignored(reasonOf(field))],
          ),
        ),
  );
}

const reasonOf = (field: string): string =>
  field === "user_preferences"
    ? "they stopped or resumed advertisements, which WhatsApp itself holds back: all else still reaches them"
    : `field ${wordOf(field)} is about no message of a customer's`;

function eventsOf(value: z.infer<typeof valueSchema>, accountId: string, config: Configuration): Parsed[] {
  const { contacts } = value;
  const around = { accountId, inboxId: inboxIdOf(value.metadata.phone_number_id, config), contacts };
  const events = [
    ...value.messages.flatMap((event) =>
      readEvent(messageSchema, event, "a message", (message) => [messageOf(message, around)]),
    ),
    ...value.statuses.flatMap((event) => readEvent(statusSchema, event, "a status", (report) => [statusOf(report)])),
    ...value.user_id_update.flatMap((event) =>
      readEvent(userIdUpdateSchema, event, "a change of user id", (update) => [updateOf(update, around)]),
    ),
    ...value.errors.map(() => ignored("Meta tells of a fault of its own")),
  ];
  return events.length > 0 ? events : [ignored("a change without messages")];
}

/** A number that router.yaml does not name yet is an inbox of its own: the message is kept, and only a reply has no way back. */
const inboxIdOf = (phoneNumberId: string, { inboxes }: Configuration): string =>
  inboxes.find(
    ({ channel, provider, address }) => channel === "whatsapp" && provider === undefined && address === phoneNumberId,
  )?.id ?? phoneNumberId;

function messageOf(message: Message, around: Surroundings): Parsed {
  if (message.group_id !== undefined) return ignored("a message in a group: we answer none");
  if (message.type === "system") return systemNotice(message, around);
  const sender = senderOf(message, around.contacts);
  if (!sender) return ignored("a message that names no sender");
  const content = contentOf(message.type, message[message.type]);
  if (content && "ignored" in content) return ignored(content.ignored);
  const { text = "", media = [], context, isQuiet, change } = content ?? {};
  const { address, ...also } = sender;
  const about = contextOf(message, context);
  // A template may offer its own way out, and who presses it says the same as who writes it.
  const isWord = message.type === "text" || about?.kind === "choice";
  const optOut = isWord ? optOutWordOf(text, messengerWords) : undefined;
  return {
    ...envelopeOf(message, around, change),
    from: address,
    ...also,
    text,
    media,
    ...(about && { context: about }),
    ...(isQuiet && { isQuiet }),
    ...(optOut && { optOut }),
    ...(!content && { marks: ["unsupported"] }),
    ...unknownFields(message, documentedFields),
  };
}

/** An edit or a deletion must never be taken for the message that it is about, should it come under that one's id. */
const envelopeOf = ({ id, timestamp }: Pick<Message, "id" | "timestamp">, around: Surroundings, change?: string) => ({
  kind: "message" as const,
  channel: "whatsapp",
  accountId: around.accountId,
  providerId: change === undefined ? id : `${id}/${change}/${timestamp ?? ""}`,
  inboxId: around.inboxId,
  ...(timestamp !== undefined && { providerTime: isoTime(Number(timestamp) * 1000) }),
});

function contextOf({ context, referral }: Message, own: MessageContext | undefined): MessageContext | undefined {
  const answered = context?.id === undefined ? {} : { providerId: context.id };
  if (own) return { ...answered, ...own };
  const note = referral?.headline ?? referral?.body ?? context?.referred_product?.product_retailer_id;
  const url = referral?.source_url;
  if (referral || context?.referred_product)
    return {
      kind: "referral",
      ...answered,
      ...(note !== undefined && { note: readable(note) }),
      ...(url !== undefined && url.startsWith("https://") && URL.canParse(url) && { url }),
    };
  if (context?.forwarded || context?.frequently_forwarded) return { kind: "forward" };
  return context?.id === undefined ? undefined : { kind: "reply", providerId: context.id };
}

/** Only a change of address says something about who writes; new keys of their app do not. */
function systemNotice(message: Message, around: Surroundings): Parsed {
  const result = z.safeParse(systemSchema, message["system"]);
  if (!result.success) return ignored("a system notice that can't be read");
  const { type, body, wa_id: number, user_id: userId, previous_user_id: previous } = result.data;
  if (type !== "user_changed_number" && type !== "user_changed_user_id")
    return ignored(`system notice ${wordOf(type)} says nothing about where they are`);
  const change = changeOf({
    before: [message.from, message.from_user_id, previous],
    after: [number, type === "user_changed_user_id" ? message.from : undefined, userId],
    note: body,
  });
  return change
    ? { ...envelopeOf(message, around), ...change, ...unknownFields(message, documentedFields) }
    : ignored("a change of address that does not say from where: the update of user ids does");
}

function updateOf(update: z.infer<typeof userIdUpdateSchema>, around: Surroundings): Parsed {
  const { previous, current } = update.user_id;
  const timestamp = String(update.timestamp);
  const change = changeOf({ before: [previous], after: [update.wa_id, current], note: update.detail });
  if (!change || !/^\d{1,10}$/.test(timestamp)) return ignored("a change of user id that can't be read");
  return { ...envelopeOf({ id: `${previous}/${current}`, timestamp }, around, "user-id"), ...change };
}
