import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { ProviderCall } from "../provider.ts";
import { createMessage, type Creating } from "./create.ts";
import { failure, json, unknownParameter } from "./answers.ts";
import { answerMessaging, answerNumbers, messagingOrigin, type Connections } from "./connections.ts";
import { mediaResourceOf, resourceOf, type SimulatedMessage } from "./message.ts";
import type { SimulatedAccount } from "./settings.ts";
import type { TwilioStorage } from "./storage.ts";

/** What the API needs of the rest of the simulated Twilio. */
export interface ApiHost extends Creating {
  accounts: readonly SimulatedAccount[];
  storage: TwilioStorage;
  connections: Connections;
  /** whether the account has used up what it may ask now */
  throttles(): boolean;
}

/** Where Twilio's API leads for a file; it takes no credentials, and nobody can guess it. */
export const fileOrigin = "https://mms.twiliocdn.com";

const messagesPath =
  /^\/2010-04-01\/Accounts\/(?<account>AC[0-9a-fA-F]{32})\/Messages(?:\/(?<sid>(?:SM|MM)[0-9a-f]{32})(?<media>\/Media(?:\/(?<file>ME[0-9a-f]{32}))?)?)?(?<json>\.json)?$/;
const numbersPath =
  /^\/2010-04-01\/Accounts\/(?<account>AC[0-9a-fA-F]{32})\/IncomingPhoneNumbers(?:\/(?<sid>PN[0-9a-f]{32}))?\.json$/;
const maxPageSize = 1000;

/**
 * Twilio's REST API: messages with their files, numbers, senders and Messaging Services. Parameters that are not imitated are
 * refused by name.
 */
export function answerApi(call: ProviderCall, host: ApiHost): HttpAnswer {
  const url = new URL(call.url);
  const isMessaging = url.origin === messagingOrigin;
  const messages = messagesPath.exec(url.pathname)?.groups;
  const numbers = numbersPath.exec(url.pathname)?.groups;
  if (!isMessaging && !messages && !numbers) return notFound(url);
  const account = host.accounts.find((each) => call.headers["authorization"] === basic(each));
  const asked = (messages ?? numbers)?.["account"];
  if (!account || (asked !== undefined && asked !== account.accountSid)) return failure(401, 20003, "Authenticate");
  if (host.throttles()) return failure(429, 20429, "Too Many Requests", { "retry-after": "1" });
  const { accountSid } = account;
  if (messages) return answerMessages({ call, url, account, path: messages }, host);
  if (numbers) return answerNumbers({ call, url, accountSid, sid: numbers["sid"] }, host.connections);
  return answerMessaging(call, accountSid, host.connections);
}

interface MessagesCall {
  call: ProviderCall;
  url: URL;
  account: SimulatedAccount;
  path: Record<string, string | undefined>;
}

function answerMessages({ call, url, account, path }: MessagesCall, host: ApiHost): HttpAnswer {
  const { sid } = path;
  if (call.method === "POST" && !sid) return createMessage(account, new URLSearchParams(call.body ?? ""), host);
  if (call.method !== "GET") return failure(405, 20004, "Method not allowed");
  if (!sid) return listMessages(account, url, host);
  const message = host.storage.message(sid);
  if (message?.accountSid !== account.accountSid) return notFound(url);
  if (!path["media"]) return json(200, resourceOf(message));
  return path["file"]
    ? redirectToFile(path["file"], path["json"] !== undefined, message, url, host)
    : listFiles(message);
}

const basic = ({ accountSid, authToken }: SimulatedAccount): string =>
  `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;

const notFound = ({ pathname }: URL): HttpAnswer =>
  failure(404, 20404, `The requested resource ${pathname} was not found`);

/** Without an ending it is the file itself, at an address of its own. */
function redirectToFile(
  fileSid: string,
  asJson: boolean,
  message: SimulatedMessage,
  url: URL,
  { storage }: ApiHost,
): HttpAnswer {
  const media = message.media.find((item) => item.sid === fileSid);
  if (media && asJson) return json(200, mediaResourceOf(message, media));
  const file = media && storage.file(media.sid);
  if (!file) return notFound(url);
  return { status: 307, headers: { location: `${fileOrigin}/${message.accountSid}/${file.token}` }, body: "" };
}

function listFiles(message: SimulatedMessage): HttpAnswer {
  const items = message.media.map((media) => mediaResourceOf(message, media));
  const uri = `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}/Media.json`;
  const ends = { page: 0, page_size: 50, start: 0, end: Math.max(0, items.length - 1) };
  const uris = { uri, first_page_uri: uri, previous_page_uri: null, next_page_uri: null };
  return json(200, { media_list: items, ...ends, ...uris });
}

function listMessages(account: SimulatedAccount, url: URL, host: ApiHost): HttpAnswer {
  const query = url.searchParams;
  const unknown = unknownParameter(query, ["To", "From", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"]);
  if (unknown) return unknown;
  const pageSize = Math.min(maxPageSize, Math.max(1, Number(query.get("PageSize") ?? 50)));
  const page = Number(query.get("Page") ?? 0);
  if (!Number.isInteger(pageSize) || !Number.isInteger(page) || page < 0)
    return failure(400, 20006, "Page and PageSize are whole numbers");
  const [sentFrom, sentUntil] = [timeIn(query, "DateSent>"), timeIn(query, "DateSent<")];
  if (Number.isNaN(sentFrom) || Number.isNaN(sentUntil)) return failure(400, 20001, "DateSent is no date");
  const found = host.storage.list({
    accountSid: account.accountSid,
    to: query.get("To"),
    from: query.get("From"),
    sentFrom,
    sentUntil,
    afterSid: query.get("PageToken")?.replace(/^PA/, "") ?? null,
    limit: pageSize + 1,
  });
  const messages = found.slice(0, pageSize);
  const uriOf = (changes: Record<string, string>): string => {
    const next = new URLSearchParams(query);
    next.delete("PageToken");
    for (const [name, value] of Object.entries({ PageSize: String(pageSize), ...changes })) next.set(name, value);
    return `${url.pathname}?${next}`;
  };
  return json(200, {
    messages: messages.map(resourceOf),
    page,
    page_size: pageSize,
    start: page * pageSize,
    end: page * pageSize + Math.max(0, messages.length - 1),
    uri: `${url.pathname}${url.search}`,
    first_page_uri: uriOf({ Page: "0" }),
    previous_page_uri: null,
    next_page_uri:
      found.length > pageSize ? uriOf({ Page: String(page + 1), PageToken: `PA${messages.at(-1)!.sid}` }) : null,
  });
}

function timeIn(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  return value === null ? null : Date.parse(value);
}
