import * as z from "zod/mini";
import type { operationsAnswers } from "./answers/operations.ts";
import { page, pageQuery } from "./fields.ts";
import { answeredBy } from "./route.ts";

export const operationsContract = answeredBy<typeof operationsAnswers>()({
  listParked: {
    method: "GET",
    path: "/v1/parked",
    role: "operator",
    scope: "operations:read",
    query: pageQuery,
    status: 200,
  },
  redriveParked: {
    method: "POST",
    path: "/v1/parked/{id}/redrive",
    role: "operator",
    scope: "operations:write",
    body: z.strictObject({}),
    status: 202,
    reasons: ["unreadable", "no-message", "not-parked-yet", "already-settled"],
  },
  settleParked: {
    method: "POST",
    path: "/v1/parked/{id}/went-out",
    role: "operator",
    scope: "operations:write",
    body: z.strictObject({}),
    status: 200,
    reasons: ["no-message", "not-parked-yet", "already-settled"],
  },
  listSends: {
    method: "GET",
    path: "/v1/sends",
    role: "operator",
    scope: "operations:read",
    query: z.strictObject({ ...page, state: z.optional(z.literal("parked")) }),
    status: 200,
  },
});
