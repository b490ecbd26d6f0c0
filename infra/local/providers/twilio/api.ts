import type { HttpAnswer, HttpCall } from "../../../../shared/ports/http.ts";
import { resourceOf, type SimulatedMessage } from "./message.ts";
import type { TwilioStorage } from "./storage.ts";

export interface SimulatedAccount {
  accountSid: string;
  authToken: string;
}

/** What a valid request to send asks for. */
export interface Accepted {
  accountSid: string;
  from: string;
  to: string;
  body: string;
  mediaUrls: string[];
  statusCallback: string | null;
}

/** What the API needs of the rest of the simulated Twilio. */
export interface ApiHost {
  accounts: readonly SimulatedAccount[];
  storage: TwilioStorage;
  /** whether this account may send from the number */
  owns(accountSid: string, number: string): boolean;
  /** whether the account has used up what it may ask now */
  throttles(): boolean;
  accept(send: Accepted): SimulatedMessage;
}

const messagesPath =
  /^\/2010-04-01\/Accounts\/(?<account>AC[0-9a-fA-F]{32})\/Messages(?:\/(?<sid>(?:SM|MM)[0-9a-f]{32})(?:\/Media\/(?<media>ME[0-9a-f]{32}))?)?(?:\.json)?$/;
const phoneNumber = /^\+[1-9]\d{6,14}$/;
const maxBodyCharacters = 1600;
const maxPageSize = 1000;

/** The Messages resource of Twilio's REST API, 2010-04-01. Parameters that are not imitated are refused by name. */
export function answerApi(call: Pick<HttpCall, "method" | "url" | "headers" | "body">, host: ApiHost): HttpAnswer {
  const url = new URL(call.url);
  const path = messagesPath.exec(url.pathname)?.groups;
  const account = host.accounts.find(({ accountSid }) => accountSid === path?.["account"]);
  if (!path) return failure(404, 20404, `The requested resource ${url.pathname} was not found`);
  if (!account || call.headers["authorization"] !== basic(account)) return failure(401, 20003, "Authenticate");
  if (host.throttles()) return failure(429, 20429, "Too Many Requests", { "retry-after": "1" });

  if (call.method === "GET" && path["media"]) return redirectToMedia(path["sid"]!, path["media"], host);
  if (call.method === "GET" && path["sid"]) return fetchMessage(account, path["sid"], url, host);
  if (call.method === "GET") return listMessages(account, url, host);
  if (call.method === "POST" && !path["sid"]) return createMessage(account, new URLSearchParams(call.body ?? ""), host);
  return failure(405, 20004, "Method not allowed");
}

const basic = ({ accountSid, authToken }: SimulatedAccount): string =>
  `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** Twilio's error body. @see https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
const failure = (status: number, code: number, message: string, headers: Record<string, string> = {}): HttpAnswer =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

function createMessage(account: SimulatedAccount, form: URLSearchParams, host: ApiHost): HttpAnswer {
  const unknown = unknownParameter(form, ["To", "From", "Body", "MediaUrl", "StatusCallback"]);
  if (unknown) return unknown;
  const [to, from, body] = [form.get("To"), form.get("From"), form.get("Body") ?? ""];
  const mediaUrls = form.getAll("MediaUrl");
  const statusCallback = form.get("StatusCallback");
  if (!to) return failure(400, 21604, "A 'To' phone number is required");
  if (!phoneNumber.test(to)) return failure(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!from) return failure(400, 21603, "A 'From' phone number is required");
  if (!host.owns(account.accountSid, from))
    return failure(400, 21606, `The 'From' phone number ${from} can't send messages for this account`);
  if (from === to) return failure(400, 21266, "'To' and 'From' number cannot be the same");
  if (body === "" && mediaUrls.length === 0) return failure(400, 21602, "Message body is required");
  if (Array.from(body).length > maxBodyCharacters)
    return failure(400, 21617, "The message body exceeds the 1600 character limit");
  if (statusCallback !== null && !URL.canParse(statusCallback))
    return failure(400, 21609, "Invalid 'StatusCallback' URL");
  if (host.storage.isOptedOut(from, to)) return failure(400, 21610, "Attempt to send to unsubscribed recipient");
  return json(
    201,
    resourceOf(host.accept({ accountSid: account.accountSid, from, to, body, mediaUrls, statusCallback })),
  );
}

function fetchMessage(account: SimulatedAccount, sid: string, url: URL, host: ApiHost): HttpAnswer {
  const message = host.storage.message(sid);
  return message?.accountSid === account.accountSid
    ? json(200, resourceOf(message))
    : failure(404, 20404, `The requested resource ${url.pathname} was not found`);
}

function redirectToMedia(sid: string, mediaSid: string, host: ApiHost): HttpAnswer {
  const media = host.storage.message(sid)?.media.find((item) => item.sid === mediaSid);
  return media
    ? { status: 307, headers: { location: media.url }, body: "" }
    : failure(404, 20404, `The requested media ${mediaSid} was not found`);
}

function listMessages(account: SimulatedAccount, url: URL, host: ApiHost): HttpAnswer {
  const query = url.searchParams;
  const unknown = unknownParameter(query, ["To", "From", "PageSize", "Page", "PageToken"]);
  if (unknown) return unknown;
  const pageSize = Math.min(maxPageSize, Math.max(1, Number(query.get("PageSize") ?? 50)));
  const page = Number(query.get("Page") ?? 0);
  if (!Number.isInteger(pageSize) || !Number.isInteger(page) || page < 0)
    return failure(400, 20006, "Page and PageSize are whole numbers");
  const found = host.storage.list({
    accountSid: account.accountSid,
    to: query.get("To"),
    from: query.get("From"),
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

function unknownParameter(given: URLSearchParams, known: string[]): HttpAnswer | undefined {
  const name = Array.from(given.keys()).find((name) => !known.includes(name));
  return name === undefined
    ? undefined
    : failure(400, 20001, `The simulated Twilio does not know the parameter ${name}`);
}
