import * as z from "zod/mini";
import { id, listOf, page, pageQuery, timestamp } from "./fields.ts";
import type { Contract } from "./route.ts";

const parkedKinds = ["inbound", "pool", "outbound", "timer", "mail", "delivery"] as const;

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

export const operationsContract = {
  listQueues: {
    method: "GET",
    path: "/v1/queues",
    role: "agent",
    scope: "conversations:read",
    query: pageQuery,
    status: 200,
    answer: listOf(z.object({ id: z.string(), depth: z.int(), oldestAgeMs: z.number(), agentsAvailable: z.int() })),
  },
  listParked: {
    method: "GET",
    path: "/v1/parked",
    role: "operator",
    scope: "operations:read",
    query: pageQuery,
    status: 200,
    answer: listOf(parked),
  },
  redriveParked: {
    method: "POST",
    path: "/v1/parked/{id}/redrive",
    role: "operator",
    scope: "operations:write",
    body: z.strictObject({}),
    status: 202,
    answer: z.object({ id, kind: z.enum(parkedKinds), status: z.literal("redriven") }),
    reasons: ["unreadable", "no-message", "not-parked-yet", "already-settled"],
  },
  listSends: {
    method: "GET",
    path: "/v1/sends",
    role: "operator",
    scope: "operations:read",
    query: z.strictObject({ ...page, state: z.optional(z.literal("parked")) }),
    status: 200,
    answer: listOf(send),
  },
} as const satisfies Contract;
