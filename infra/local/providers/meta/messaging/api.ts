import type { HttpAnswer } from "../../../../../shared/ports/http.ts";
import type { FetchFile, ProvidedFile } from "../../provider.ts";
import { failure, json, noSuchObject, type GraphRequest } from "../graph.ts";
import type { MetaStorage } from "../storage.ts";
import {
  kindOf,
  type FileKind,
  type MessagingAccount,
  type MessagingContent,
  type MessagingMessage,
} from "./message.ts";
import { objectionTo, readRequest, titlesOf, type MessagingRequest, type Refusal } from "./request.ts";

/** What a valid request to send asks for. */
export interface Accepted {
  account: MessagingAccount;
  customer: string;
  text: string;
  file?: ProvidedFile & { name: string };
  quickReplies: string[];
  metadata: string | undefined;
}

/** What the API needs of the rest of the simulated Messenger Platform. */
export interface MessagingHost {
  accounts: readonly MessagingAccount[];
  storage: MetaStorage;
  now(): number;
  isBlocked(account: MessagingAccount, customer: string): boolean;
  fetchFile: FetchFile;
  accept(send: Accepted): MessagingMessage;
}

const hourMs = 60 * 60 * 1000;
const windowMs = 24 * hourMs;
const humanAgentMs = 7 * 24 * hourMs;
/** Of older messages Meta tells no more than that they are there. */
const maxListed = 20;
const mebibyte = 1024 * 1024;
const maxFileBytes: Record<FileKind, number> = {
  image: 8 * mebibyte,
  video: 25 * mebibyte,
  audio: 25 * mebibyte,
  file: 25 * mebibyte,
};
/** What Instagram takes of files; Messenger takes any. */
const instagramTypes: Record<FileKind, RegExp> = {
  image: /^image\/(png|jpeg)/,
  video: /^video\/(mp4|ogg|x-msvideo|quicktime|webm)/,
  audio: /^audio\/(aac|mp4|x-m4a|wav|x-wav)/,
  file: /^application\/pdf/,
};

const nodeAndEdge = /^\/(?<node>me|\d+)\/(?<edge>messages|conversations)$/;

/**
 * The Send API and the Conversations API of a page and of the Instagram account that is linked to it.
 *
 * @returns undefined where the call is about something else
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversations
 */
export async function answerMessaging(request: GraphRequest, host: MessagingHost): Promise<HttpAnswer | undefined> {
  const { node, edge } = nodeAndEdge.exec(request.path)?.groups ?? {};
  // An Instagram account is spoken for by its page, and "me" is the page whose token it is.
  const isPage = node === "me" || host.accounts.some(({ channel, id }) => channel === "messenger" && id === node);
  if (!isPage) return undefined;
  if (edge === "conversations" && request.method === "GET") return conversations(request.query, host);
  if (edge === "messages" && request.method === "POST") return send(request.body, host);
  return noSuchObject(request.path);
}

/** @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes */
const refuse = (refusal: Refusal): HttpAnswer => failure(400, refusal);

async function send(body: unknown, host: MessagingHost): Promise<HttpAnswer> {
  const request = readRequest(body);
  if ("code" in request) return refuse(request);
  const customer = request.recipient.id;
  const account = host.accounts.find(({ id }) => host.storage.lastInboundAt(id, customer) !== undefined);
  if (!account) return refuse({ code: 100, subcode: 2018001, message: "No matching user found" });
  const refusal = objectionTo(request, account.channel) ?? refusalToReach(request, account, host);
  if (refusal) return refuse(refusal);
  const { text = "", attachment, metadata } = request.message;
  const file = attachment && (await fetched(attachment, account, host));
  if (file && "code" in file) return refuse(file);
  const message = host.accept({
    account,
    customer,
    text: text.toWellFormed(),
    ...(file && { file }),
    quickReplies: titlesOf(request),
    metadata,
  });
  return json(200, { recipient_id: customer, message_id: message.id });
}

function refusalToReach(
  { recipient, tag }: MessagingRequest,
  account: MessagingAccount,
  { storage, now, isBlocked }: MessagingHost,
): Refusal | undefined {
  if (isBlocked(account, recipient.id))
    return { code: 551, subcode: 1545041, message: "This person isn't available right now." };
  const age = now() - storage.lastInboundAt(account.id, recipient.id)!;
  if (age <= (tag === undefined ? windowMs : humanAgentMs)) return undefined;
  const subcode = account.channel === "messenger" ? 2018278 : 2534022;
  return { code: 10, subcode, message: "This message is sent outside of allowed window." };
}

async function fetched(
  { type, payload: { url } }: NonNullable<MessagingRequest["message"]["attachment"]>,
  { channel }: MessagingAccount,
  { fetchFile }: MessagingHost,
): Promise<NonNullable<Accepted["file"]> | Refusal> {
  const file = URL.canParse(url) ? await fetchFile(url) : undefined;
  if (!file) return { code: 100, subcode: 2018008, message: "Failed to fetch the file from the url" };
  const isOfType = type === "file" || kindOf(file.contentType) === type;
  if (!isOfType || (channel === "instagram" && !instagramTypes[type].test(file.contentType)))
    return { code: 100, subcode: 2018047, message: "Upload attachment failure" };
  if (file.bytes.length > maxFileBytes[type])
    return { code: 100, subcode: 2018109, message: "Attachment size exceeds allowable limit" };
  return { ...file, name: new URL(url).pathname.split("/").at(-1) ?? "" };
}

/** With the messages of each, as its `fields` ask: `messages.limit(n){…}` and no other. */
function conversations(query: URLSearchParams, { accounts, storage }: MessagingHost): HttpAnswer {
  const limit = /^messages\.limit\((\d+)\)\{id,created_time,from,message\}$/.exec(query.get("fields") ?? "")?.[1];
  const account = accounts.find(({ channel }) => channel === query.get("platform"));
  const customer = query.get("user_id");
  if (limit === undefined || !account || customer === null)
    return refuse({ code: 100, message: "The simulated Meta does not list conversations by these parameters" });
  const messages = storage
    .conversation<MessagingContent>(account.id, customer)
    .filter(({ content }) => !content.isUnsent)
    .toReversed();
  if (messages.length === 0) return json(200, { data: [] });
  const page = messages.slice(0, Number(limit));
  const data = page.map((message, index) => (index < maxListed ? listed(message) : { id: message.id }));
  const paging = page.length < messages.length ? { next: `${account.id}/conversations?after=${page.length}` } : {};
  return json(200, { data: [{ id: `t_${account.id}_${customer}`, messages: { data, paging } }] });
}

/** Times are in whole seconds. */
const listed = ({ id, at, direction, account, customer, content }: MessagingMessage) => ({
  id,
  created_time: new Date(at).toISOString().replace(/\.\d+Z$/, "+0000"),
  from: { id: direction === "out" ? account : customer },
  message: content.text,
});
