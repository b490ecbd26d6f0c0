import * as z from "zod/mini";
import { verify } from "../../../shared/channels/meta/signature.ts";

const vector = z.object({
  scheme: z.literal("meta"),
  secret: z.string(),
  body: z.string(),
  signature: z.string(),
  valid: z.boolean(),
});

/** Whether we take what a published vector calls valid, and nothing else. */
export function isMetaSignedAlike(published: unknown): boolean {
  const { secret: appSecret, body, signature, valid } = vector.parse(published);
  const request = { method: "POST", path: "/webhooks/meta", rawQuery: "", domainName: "", body };
  const secret = { appSecret, verifyToken: "none", accessTokens: {} };
  return verify({ ...request, headers: { "x-hub-signature-256": signature } }, { secret }).ok === valid;
}
