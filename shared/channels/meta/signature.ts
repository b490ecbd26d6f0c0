import type { Verified, VerifyContext, WebhookRequest } from "../channel.ts";
import { isSameMac, macOf } from "../signing.ts";
import { readSecret } from "./secret.ts";

const encoder = new TextEncoder();
const header = /^sha256=([0-9a-f]{64})$/;

/**
 * Whether Meta signed this request: HMAC with SHA-256 of the body as it came, under the app's secret. The signature covers
 * neither the URL nor a time.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 * @throws when the secret can't be used
 */
export function verify(request: WebhookRequest, { secret }: Pick<VerifyContext, "secret">): Verified {
  const { appSecret, previousAppSecret } = readSecret(secret);
  const given = request.headers["x-hub-signature-256"];
  if (given === undefined) return { ok: false, reason: "the header X-Hub-Signature-256 is missing" };
  const digits = header.exec(given)?.[1];
  if (digits === undefined)
    return { ok: false, reason: 'X-Hub-Signature-256 is not "sha256=" and 64 hexadecimal digits in lower case' };
  const signature = Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  const keys = previousAppSecret === undefined ? [appSecret] : [appSecret, previousAppSecret];
  const isSigned = keys.some((key) => isSameMac(macOf(encoder.encode(key), request.body), signature));
  return isSigned ? { ok: true } : { ok: false, reason: "X-Hub-Signature-256 is not that of this body" };
}
