import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { RouteMatch } from "./routes.ts";

/** What the JWT authorizer found. */
export interface Authorized {
  /** every value as text, as API Gateway hands them on */
  claims: Record<string, string>;
  /** null where the route asks for none */
  scopes: string[] | null;
}

export interface HttpApiRequest {
  method: string;
  /** as it came, percent-encoded */
  path: string;
  /** without "?" */
  rawQuery: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  sourceIp: string;
}

export interface ApiContext {
  apiId: string;
  accountId: string;
  domainName: string;
  stage: string;
  now: number;
}

/** The event of payload format 2.0 (API Gateway developer guide, "Lambda proxy integrations for HTTP APIs"). */
export function httpApiEvent(
  request: HttpApiRequest,
  match: Pick<RouteMatch, "pathParameters"> & { route: Pick<RouteMatch["route"], "key"> },
  context: ApiContext,
  authorized: Authorized | undefined,
): object {
  const { cookie, ...others } = request.headers;
  const isText = isTextType(request.headers["content-type"]);
  const hasBody = request.body.length > 0;
  return {
    version: "2.0",
    routeKey: match.route.key,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split("; ") }),
    headers: headersOf(others, request, context),
    ...(request.rawQuery && { queryStringParameters: queryOf(request.rawQuery) }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      ...(authorized && { authorizer: { jwt: authorized } }),
      domainName: context.domainName,
      domainPrefix: context.domainName.split(".")[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: match.route.key,
      stage: context.stage,
      time: commonLogTime(context.now),
      timeEpoch: context.now,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(hasBody && { body: request.body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: hasBody && !isText,
  };
}

/**
 * Whether a body reaches the function as text. AWS documents "binary" without a list; measured by others on the real
 * service, these types alone are text, and a form or a missing type is Base64.
 */
export function isTextType(contentType: string | undefined): boolean {
  const type = contentType?.split(";")[0]!.trim().toLowerCase() ?? "";
  return type.startsWith("text/") || ["application/json", "application/xml", "application/javascript"].includes(type);
}

/** `22/Nov/2026:02:27:00 +0000` */
export function commonLogTime(milliseconds: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(milliseconds).toUTCString())!;
  return `${day}/${month}/${year}:${time} +0000`;
}

export const sourceIpOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");

function headersOf(headers: IncomingHttpHeaders, request: HttpApiRequest, context: ApiContext): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return {
    ...joined,
    "x-amzn-trace-id": `Root=1-${Math.floor(context.now / 1000).toString(16)}-${randomUUID().replaceAll("-", "").slice(0, 24)}`,
    "x-forwarded-for": [joined["x-forwarded-for"], request.sourceIp].filter(Boolean).join(", "),
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  };
}

/** Values of a repeated name are joined by commas. */
function queryOf(rawQuery: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery))
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  return query;
}
