import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { s3Error } from "../engines/s3/request.ts";
import type { GatewayRequest } from "./request.ts";

/** What functions sign with on this machine. */
export const localSecretAccessKey = "local";

/** A link may be good for a week at most (S3 API reference, "Authenticating requests: using query parameters"). */
const maxExpiresSeconds = 7 * 24 * 60 * 60;
const signatureParameter = "X-Amz-Signature";
/** They sign the link and ask for nothing. */
const signingParameters = [
  "X-Amz-Algorithm",
  "X-Amz-Content-Sha256",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Security-Token",
  signatureParameter,
];

/** The caller and service that a link with a signature names. @returns undefined where the request is no such link */
export function credentialOfLink(path: string): { caller: string; service: string } | undefined {
  const credential = queryOf(path).get("X-Amz-Credential");
  const [, caller, service] = /^([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request$/.exec(credential ?? "") ?? [];
  return caller !== undefined && service !== undefined ? { caller, service } : undefined;
}

/**
 * Checks a presigned S3 link as S3 does, against the virtual clock.
 *
 * @returns the request as S3 is to read it: headers that were signed into the query are headers again
 * @throws AwsError 403 when it has expired or was changed, 400 when it never was a link
 */
export function checkLink(request: GatewayRequest): GatewayRequest {
  const { method, path, now } = request;
  const headers = { ...request.headers };
  const query = queryOf(path);
  const read = (name: string): string => {
    const value = query.get(name);
    if (value === null)
      throw s3Error(400, "AuthorizationQueryParametersError", `Query-string authentication requires ${name}.`);
    return value;
  };
  const signed = Buffer.from(read(signatureParameter), "hex");
  const expiresSeconds = Number(read("X-Amz-Expires"));
  if (!(expiresSeconds >= 0 && expiresSeconds <= maxExpiresSeconds))
    throw s3Error(
      400,
      "AuthorizationQueryParametersError",
      `X-Amz-Expires must be at most ${maxExpiresSeconds} seconds`,
    );
  const expected = signatureOf({ method, path, headers, date: read("X-Amz-Date"), read });
  if (signed.length !== expected.length || !timingSafeEqual(signed, expected))
    throw s3Error(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    );
  if (now > timeOf(read("X-Amz-Date")) + expiresSeconds * 1000)
    throw s3Error(403, "AccessDenied", "Request has expired");
  for (const name of signingParameters) query.delete(name);
  for (const [name, value] of Array.from(query).filter(([name]) => name.startsWith("x-amz-"))) {
    headers[name] = value;
    query.delete(name);
  }
  return { ...request, headers, path: `${path.split("?")[0]}?${query}` };
}

/** AWS Signature Version 4 with the query string (IAM user guide, "Create a signed AWS API request"). */
function signatureOf(link: {
  method: string;
  path: string;
  headers: Record<string, string>;
  date: string;
  read(name: string): string;
}): Buffer {
  const { method, path, headers, date, read } = link;
  const [, ...scope] = read("X-Amz-Credential").split("/");
  const signedHeaders = read("X-Amz-SignedHeaders");
  const canonicalHeaders = signedHeaders.split(";").map((name) => `${name}:${(headers[name] ?? "").trim()}\n`);
  const canonicalQuery = Array.from(queryOf(path))
    .filter(([name]) => name !== signatureParameter)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted((one, other) => (one < other ? -1 : 1));
  const canonical = [
    method,
    path.split("?")[0],
    canonicalQuery.join("&"),
    canonicalHeaders.join(""),
    signedHeaders,
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", date, scope.join("/"), createHash("sha256").update(canonical).digest("hex")];
  const key = scope.reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${localSecretAccessKey}`,
  );
  return createHmac("sha256", key).update(toSign.join("\n")).digest();
}

/** `20261122T052842Z` */
const timeOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z"));

const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`,
  );

const queryOf = (path: string): URLSearchParams => new URL(path, "http://s3").searchParams;
