import { createHmac, timingSafeEqual } from "node:crypto";
import type { Verified, VerifyContext, WebhookRequest } from "../channel.ts";
import { readSecret } from "./secret.ts";

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
  const signature = Buffer.from(digits, "hex");
  const keys = previousAppSecret === undefined ? [appSecret] : [appSecret, previousAppSecret];
  const isSigned = keys.some((key) =>
    timingSafeEqual(signature, createHmac("sha256", key).update(request.body, "utf8").digest()),
  );
  return isSigned ? { ok: true } : { ok: false, reason: "X-Hub-Signature-256 is not that of this body" };
}
