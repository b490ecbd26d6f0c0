import * as z from "zod/mini";
import { id, listOf, timestamp } from "../fields.ts";

const parkedKinds = ["inbound", "pool", "outbound", "timer", "mail", "delivery", "media"] as const;

export const parked = z.object({
  id,
  kind: z.enum(parkedKinds),
  reason: z.string(),
  at: timestamp,
  conversationId: z.nullable(id),
  sendId: z.nullable(id),
});

export const send = z.object({
  id,
  messageId: id,
  conversationId: id,
  channel: z.string(),
  to: z.string(),
  author: z.string(),
  text: z.string(),
  state: z.literal("parked"),
  reason: z.string(),
  parkedAt: timestamp,
  actions: z.array(z.object({ name: z.string(), method: z.string(), path: z.string(), explanation: z.string() })),
});

export const operationsAnswers = {
  listParked: listOf(parked),
  redriveParked: z.object({ id, kind: z.enum(parkedKinds), status: z.literal("redriven") }),
  settleParked: z.object({ id, kind: z.enum(parkedKinds), status: z.literal("went-out") }),
  listSends: listOf(send),
} as const;
