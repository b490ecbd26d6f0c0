import * as z from "zod/mini";
import { signatures } from "../../../shared/tools/webhook/signature.ts";

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

/** Whether we sign what a published vector signs as it does, and otherwise where its signature is wrong. */
export function isSignedAlike(published: unknown): boolean {
  const { secret, id, timestamp, body, signature, valid } = vector.parse(published);
  return (signatures([secret], { id, timestamp: Number(timestamp), body }) === signature) === valid;
}
