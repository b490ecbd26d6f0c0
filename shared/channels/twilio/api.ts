import * as z from "zod/mini";
import { MessageListInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import { limits } from "../../core/limits.ts";
import { HttpOutcomeUnknown, type Http, type HttpAnswer } from "../../ports/http.ts";
import { readJson } from "../json.ts";
import { providerIdSchema } from "../provider-id.ts";
import type { TwilioAccount } from "./account.ts";

const origin = "https://api.twilio.com";

/** Twilio answered, and did not take the request. */
export class TwilioRefusal extends Error {
  override name = "TwilioRefusal";
  readonly status: number;
  /** Twilio's own code, where its body names one */
  readonly code: string | undefined;
  /** the header, as it came */
  readonly retryAfter: string | undefined;

  constructor(answer: HttpAnswer) {
    super(`Twilio answered ${answer.status}`);
    this.status = answer.status;
    const code = (readJson(answer.body) as { code?: unknown } | undefined)?.code;
    this.code = typeof code === "number" || typeof code === "string" ? String(code) : undefined;
    this.retryAfter = answer.headers["retry-after"];
  }
}

interface Operation {
  uri: string;
  data?: Record<string, unknown>;
  params?: Record<string, unknown>;
}

/** Basic, by the account's SID and token. @see https://www.twilio.com/docs/usage/requests-to-twilio#authenticate */
export const authorization = ({ accountSid, authToken }: TwilioAccount): string =>
  `Basic ${btoa(`${accountSid}:${authToken}`)}`;

/**
 * Twilio's own message list over our http port. The whole client would bring axios and 3.7 MB into the bundle; the list needs
 * only these members of the object that it calls its version.
 *
 * @throws TwilioRefusal, HttpNotSent or HttpOutcomeUnknown from `create` and `page`
 */
export function messageList(account: TwilioAccount, http: Http): MessageListInstance {
  const call = (method: "GET" | "POST", url: string, body?: string): Promise<HttpAnswer> =>
    http.call({
      method,
      url,
      headers: {
        accept: "application/json",
        authorization: authorization(account),
        ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(body !== undefined && { body }),
      timeoutMs: limits.sendTimeoutMs,
    });
  const page = async (url: string) => {
    const answer = await call("GET", url);
    if (answer.status !== 200) throw new TwilioRefusal(answer);
    const { messages, media_list: media } = (readJson(answer.body) ?? {}) as {
      messages?: unknown;
      media_list?: unknown;
    };
    if (!Array.isArray(messages ?? media))
      throw new HttpOutcomeUnknown("Twilio answered 200 with a body that lists nothing");
    return { statusCode: answer.status, body: answer.body };
  };
  const version = {
    create: async ({ uri, data }: Operation) => {
      const answer = await call("POST", `${origin}/2010-04-01${uri}`, encode(data));
      if (answer.status < 200 || answer.status >= 300) throw new TwilioRefusal(answer);
      const message = readJson(answer.body) as { sid?: unknown } | undefined;
      if (!z.safeParse(providerIdSchema, message?.sid).success)
        throw new HttpOutcomeUnknown(`Twilio answered ${answer.status} with a body that names no message`);
      return message;
    },
    page: ({ uri, params }: Operation) => page(`${origin}/2010-04-01${uri}?${encode(params)}`),
    setPromiseCallback: <Value>(promise: Promise<Value>) => promise,
    _domain: {
      absoluteUrl: (uri: string) => `${origin}/${uri.replace(/^\/+/, "")}`,
      twilio: { request: ({ uri }: Operation) => page(uri) },
    },
  };
  return MessageListInstance(version as unknown as Parameters<typeof MessageListInstance>[0], account.accountSid);
}

/** A list's values come one after the other under the same name. */
const encode = (fields: Record<string, unknown> = {}): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, String(value)])),
  ).toString();
