import * as z from "zod/mini";
import { isSigned, signatures } from "../../../shared/core/standard-webhooks.ts";

const vector = z.object({
  scheme: z.literal("standard-webhooks"),
  name: z.string(),
  secret: z.string(),
  id: z.string(),
  timestamp: z.string(),
  body: z.string(),
  signature: z.string(),
  valid: z.boolean(),
});

/** Whether we sign what a published vector signs as it does, and take its signature; and neither where it is wrong. */
export function isSignedAlike(published: unknown): boolean {
  const { secret, id, timestamp, body, signature, valid } = vector.parse(published);
  const content = { id, timestamp: Number(timestamp), body };
  return (signatures([secret], content) === signature) === valid && isSigned(signature, [secret], content) === valid;
}
