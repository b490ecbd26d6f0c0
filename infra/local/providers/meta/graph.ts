import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { ProviderCall } from "../provider.ts";

export const graphOrigin = "https://graph.facebook.com";
/** Where files of WhatsApp lie. */
export const filesOrigin = "https://lookaside.fbsbx.com";

/** A call of the Graph API whose token is ours. */
export interface GraphRequest {
  method: string;
  /** behind the version, e.g. `/1234/messages` */
  path: string;
  query: URLSearchParams;
  /** its JSON; undefined where it has none */
  body: unknown;
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

interface Failure {
  code: number;
  message: string;
  subcode?: number;
  /** WhatsApp says more there */
  details?: string;
  headers?: Record<string, string>;
}

/** @see https://developers.facebook.com/docs/graph-api/guides/error-handling */
export function failure(status: number, { code, message, subcode, details, headers }: Failure): HttpAnswer {
  const error = {
    message: `(#${code}) ${message}`,
    type: "OAuthException",
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    ...(details !== undefined && { error_data: { messaging_product: "whatsapp", details } }),
    fbtrace_id: "ASimulatedTrace",
  };
  return json(status, { error }, headers);
}

const versioned = /^\/v\d+\.\d+(\/.+)$/;

/**
 * @param tokenFor who may ask for a path
 * @returns what is wrong with it where something is, as the Graph API says it
 */
export function readGraphCall(call: ProviderCall, tokenFor: (path: string) => string): GraphRequest | HttpAnswer {
  const url = new URL(call.url);
  const path = versioned.exec(url.pathname)?.[1];
  if (!hasToken(call, tokenFor(path ?? "")))
    return failure(401, { code: 190, message: "Invalid OAuth access token - Cannot parse access token" });
  if (path === undefined) return failure(400, { code: 2500, message: `Unknown path components: ${url.pathname}` });
  const request = { method: call.method, path: decodeURIComponent(path), query: url.searchParams };
  if (call.body === undefined || call.body === "") return { ...request, body: undefined };
  try {
    return { ...request, body: JSON.parse(call.body) as unknown };
  } catch {
    return failure(400, { code: 100, message: "The body is no JSON" });
  }
}

export const hasToken = ({ headers }: ProviderCall, accessToken: string): boolean =>
  headers["authorization"] === `Bearer ${accessToken}`;

export const noSuchObject = (path: string): HttpAnswer =>
  failure(400, { code: 100, subcode: 33, message: `Unsupported request. Object with ID '${path}' does not exist` });
