import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { requestTooLarge } from "../lambda/function.ts";
import type { InvocationResult } from "../lambda/protocol.ts";

export interface HttpApiAnswer {
  status: number;
  headers: Record<string, string>;
  /** one Set-Cookie each */
  cookies: string[];
  body: string | Buffer;
}

/** An answer of API Gateway's own, e.g. `{"message":"Not Found"}`. */
export const gatewayAnswer = (
  status: number,
  message: string,
  headers: Record<string, string> = {},
): HttpApiAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  cookies: [],
  body: JSON.stringify({ message }),
});

/**
 * What a function's result becomes (API Gateway developer guide, "Lambda proxy integrations for HTTP APIs", format 2.0):
 * with a `statusCode` it is the response, any other JSON is the body of a 200, and an error is a 500. A request that is too
 * large for Lambda, though not for API Gateway, is a 413 too (seen on AWS by others: aws-lambda-dotnet#80).
 */
export function answerOf(result: InvocationResult): HttpApiAnswer {
  if (!result.ok && result.error.errorType === requestTooLarge) return gatewayAnswer(413, "Request Entity Too Large");
  if (!result.ok) return gatewayAnswer(500, "Internal Server Error");
  const value: unknown = JSON.parse(result.payload);
  if (value === null || typeof value !== "object" || !("statusCode" in value)) {
    const body = typeof value === "string" ? value : result.payload;
    return { status: 200, headers: { "content-type": "application/json" }, cookies: [], body };
  }
  const response = value as {
    statusCode: unknown;
    headers?: Record<string, string | number | boolean>;
    cookies?: string[];
    body?: unknown;
    isBase64Encoded?: boolean;
  };
  const status = Number(response.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return gatewayAnswer(500, "Internal Server Error");
  const headers = Object.entries(response.headers ?? {}).map(([name, text]) => [name.toLowerCase(), String(text)]);
  const body = typeof response.body === "string" ? response.body : JSON.stringify(response.body ?? "");
  return {
    status,
    headers: { "content-type": "text/plain;charset=UTF-8", ...Object.fromEntries(headers) },
    cookies: response.cookies ?? [],
    body: response.isBase64Encoded ? Buffer.from(body, "base64") : response.body === undefined ? "" : body,
  };
}

export function writeAnswer(response: ServerResponse, answer: HttpApiAnswer): void {
  const cookies = answer.cookies.length > 0 ? { "set-cookie": answer.cookies } : {};
  response.writeHead(answer.status, { ...answer.headers, ...cookies, "apigw-requestid": randomUUID() });
  response.end(answer.body);
}
