import type { ProvidedFile } from "../../provider.ts";
import { InvalidInbound } from "../../ports.ts";
import type { MetaStorage } from "../storage.ts";
import { fileOf, fileUrl, type MessagingAccount, type MessagingContent, type MessagingMessage } from "./message.ts";

/** What a customer does at one of our accounts. */
export interface MessagingAction {
  /** the customer's id there, in digits */
  from: string;
  /** the account's id */
  to: string;
  text?: string;
  media?: (ProvidedFile & { name?: string })[];
  /** Messenger */
  location?: { latitude: number; longitude: number; title?: string };
  /** one of the answers that were offered last */
  quickReply?: string;
  /** a button of a template or of the menu */
  postback?: { title: string; payload: string };
  /** id of the message that it answers */
  replyTo?: string;
  /** Instagram: it answers a story of the account's that is at this link */
  storyReply?: string;
  /** Instagram: a story of theirs at this link names the account */
  storyMention?: string;
  /** they came by an advertisement of this title */
  advertisement?: string;
  /** null takes the reaction back */
  reaction?: { providerId: string; emoji: string | null };
  /** id of a message of theirs that now says `text` */
  edits?: string;
  /** Instagram: id of a message of theirs that they take back */
  unsends?: string;
  /** they look at the conversation */
  reads?: true;
}

export interface Where {
  account: MessagingAccount;
  storage: MetaStorage;
  now: number;
  /** by which links to files are signed */
  key: string;
}

/** What is told of it, as an item of a webhook's `messaging`. */
export interface Happening {
  /** the message that it is about */
  providerId: string;
  event: object;
}

/** What Meta tells the app of what a customer does. @throws InvalidInbound */
export function happeningOf(action: MessagingAction, where: Where): Happening {
  const { reaction, edits, unsends, postback } = action;
  if (action.reads) return seen(action.from, where);
  if (reaction) return reacted(reaction, where);
  if (edits !== undefined) return edited(edits, action.text ?? "", where);
  if (unsends !== undefined) return unsent(unsends, where);
  if (!postback) return wrote(action, where);
  const message = kept(action.from, { text: postback.title, files: [], quickReplies: [] }, where);
  return toldOf(message, where, { postback: { mid: message.id, ...postback } });
}

const toldOf = (message: MessagingMessage, { now }: Where, what: object): Happening => ({
  providerId: message.id,
  event: { sender: { id: message.customer }, recipient: { id: message.account }, timestamp: now, ...what },
});

/** @throws InvalidInbound */
function messageIn(id: string, { storage, account }: Where): MessagingMessage {
  const message = storage.message<MessagingContent>(id);
  if (message?.account !== account.id) throw new InvalidInbound(`${id} is no message of this conversation`);
  return message;
}

/** @throws InvalidInbound */
function theirs(id: string, where: Where): MessagingMessage {
  const message = messageIn(id, where);
  if (message.direction !== "in" || message.content.isUnsent) throw new InvalidInbound(`${id} is no message of theirs`);
  return message;
}

/** Messenger names a time, Instagram the last message. */
function seen(customer: string, where: Where): Happening {
  const { account, storage, now } = where;
  const last = storage
    .conversation<MessagingContent>(account.id, customer)
    .findLast(({ direction, arrivesAt }) => direction === "out" && arrivesAt !== null && arrivesAt <= now);
  if (!last) throw new InvalidInbound("reads: there is nothing to read");
  return toldOf(last, where, { read: account.channel === "messenger" ? { watermark: now } : { mid: last.id } });
}

function reacted({ providerId: mid, emoji }: NonNullable<MessagingAction["reaction"]>, where: Where): Happening {
  const reaction = emoji === null ? { action: "unreact" } : { action: "react", reaction: "other", emoji };
  return toldOf(messageIn(mid, where), where, { reaction: { mid, ...reaction } });
}

function edited(mid: string, text: string, where: Where): Happening {
  const message = theirs(mid, where);
  if (text === "") throw new InvalidInbound("text: an edited message needs one");
  const edits = (message.content.edits ?? 0) + 1;
  where.storage.update({ ...message, content: { ...message.content, text, edits } });
  return toldOf(message, where, { message_edit: { mid, text, num_edit: edits } });
}

function unsent(mid: string, where: Where): Happening {
  if (where.account.channel !== "instagram") throw new InvalidInbound("unsends: Messenger does not tell of it");
  const message = theirs(mid, where);
  where.storage.update({ ...message, content: { ...message.content, text: "", files: [], isUnsent: true } });
  return toldOf(message, where, { message: { mid, is_deleted: true } });
}

export function kept(
  customer: string,
  content: MessagingContent,
  { account, storage, now }: Omit<Where, "key">,
  direction: MessagingMessage["direction"] = "in",
  arrivesAt = now,
): MessagingMessage {
  const { channel, id } = account;
  const mid = `m_${storage.newDigest().toString("base64url")}`;
  const message = { id: mid, channel, account: id, customer, direction, at: now, arrivesAt, content };
  storage.insert(message);
  return message;
}

function wrote(action: MessagingAction, where: Where): Happening {
  const { quickReply, replyTo, storyReply, storyMention, advertisement, location, media = [] } = action;
  const { account, storage } = where;
  const text = (quickReply ?? action.text ?? "").toWellFormed();
  if (quickReply !== undefined && !offered(action.from, where).includes(quickReply))
    throw new InvalidInbound(`quickReply: "${quickReply}" is not offered`);
  if (text === "" && media.length === 0 && storyMention === undefined && !location)
    throw new InvalidInbound("text: a message needs a text, a file or something else to say");
  if (replyTo !== undefined) messageIn(replyTo, where);
  const files = media.map((file) => fileOf(storage.addFile(account.id, file)));
  const message = kept(action.from, { text, files, quickReplies: [] }, where);
  const fields = fieldsOf(message, where.key);
  const attachments = [...(location ? [placeOf(location)] : []), ...(storyMention ? [mentionOf(storyMention)] : [])];
  return toldOf(message, where, {
    message: {
      ...fields,
      ...(attachments.length > 0 && { attachments: [...(fields.attachments ?? []), ...attachments] }),
      ...(quickReply !== undefined && { quick_reply: { payload: quickReply } }),
      ...(replyTo !== undefined && { reply_to: { mid: replyTo } }),
      ...(storyReply !== undefined && { reply_to: { story: { id: storage.newObjectId(), url: storyReply } } }),
      ...(advertisement !== undefined && { referral: referralOf(advertisement) }),
    },
  });
}

/** They go away once anything else is said. */
const offered = (customer: string, { storage, account }: Where): string[] =>
  storage.conversation<MessagingContent>(account.id, customer).at(-1)?.content.quickReplies ?? [];

/** As webhooks and echoes show a message. */
const fieldsOf = (message: MessagingMessage, key: string): { mid: string; text?: string; attachments?: object[] } => {
  const { text, files } = message.content;
  const attachments = files.map((file) => ({ type: file.kind, payload: { url: fileUrl(message, file, key) } }));
  return { mid: message.id, ...(text !== "" && { text }), ...(attachments.length > 0 && { attachments }) };
};

const placeOf = ({ latitude: lat, longitude: long, title }: NonNullable<MessagingAction["location"]>) => ({
  type: "location",
  ...(title !== undefined && { title }),
  payload: { coordinates: { lat, long } },
});

const mentionOf = (url: string) => ({ type: "story_mention", payload: { url } });

const referralOf = (title: string) => ({ source: "ADS", type: "OPEN_THREAD", ads_context_data: { ad_title: title } });

/** A copy of what the app sent, with what it gave along. */
export const echoOf = (message: MessagingMessage, key: string): object => ({
  sender: { id: message.account },
  recipient: { id: message.customer },
  timestamp: message.at,
  message: {
    ...fieldsOf(message, key),
    is_echo: true,
    app_id: 900_000_000_000_001,
    ...(message.content.metadata !== undefined && { metadata: message.content.metadata }),
  },
});

export const deliveryOf = ({ id, customer, account }: MessagingMessage, now: number): object => ({
  sender: { id: customer },
  recipient: { id: account },
  timestamp: now,
  delivery: { mids: [id], watermark: now },
});
