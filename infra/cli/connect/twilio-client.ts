import Twilio from "twilio";
import type { TwilioAccount } from "../../../shared/channels/twilio/account.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { Http } from "../../../shared/ports/http.ts";
import { ConnectRefused, LoginRefused } from "./connection.ts";
import { answered } from "./router.ts";

type Client = Twilio.Twilio;
type HttpClient = NonNullable<Client["httpClient"]>;
type Request = Parameters<HttpClient["request"]>[0];

/** Twilio's own client, over our http: it says what could not be reached, and no test has to open a way past it. */
export const twilioClient = ({ accountSid, authToken }: TwilioAccount, http: Http): Client =>
  Twilio(accountSid, authToken, { httpClient: { request: requestBy(http) } as HttpClient });

const requestBy =
  (http: Http) =>
  async ({ method, uri, username, password, headers, params, data }: Request) => {
    const given: object | undefined = data ?? undefined;
    const isJson = headers?.["Content-Type"] === "application/json";
    const query = params === undefined ? "" : `?${encoded(params)}`;
    const answer = await answered(() =>
      http.call({
        method: method.toUpperCase() as "GET" | "POST",
        url: uri + query,
        headers: { ...headers, authorization: `Basic ${btoa(`${username}:${password}`)}` } as Record<string, string>,
        ...(given && { body: isJson ? JSON.stringify(given) : encoded(given) }),
        timeoutMs: limits.sendTimeoutMs,
      }),
    );
    return { statusCode: answer.status, body: answer.body, headers: answer.headers };
  };

const encoded = (fields: object): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();

/** What Twilio refuses, as one line. @throws ConnectRefused */
export async function asked<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    const { status, code, message } = Object(error) as { status?: number; code?: number; message?: string };
    if (error instanceof ConnectRefused || status === undefined) throw error;
    if (status === 401) throw new LoginRefused("Twilio does not take the account's SID with this auth token (20003).");
    throw new ConnectRefused(`Twilio answers ${status}${code === undefined ? "" : ` (${code})`}: ${message}`);
  }
}
