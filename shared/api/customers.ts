import * as z from "zod/mini";
import type { customerAnswers } from "./answers/customers.ts";
import { id, language, name, page, pageQuery, text } from "./fields.ts";
import { answeredBy } from "./route.ts";
import { limits } from "../core/limits.ts";

/** DynamoDB's numbers have 38 digits and an exponent within ±125; what no double holds exactly is no attribute either. */
const storableNumber = z.number().check(
  z.minimum(-Number.MAX_SAFE_INTEGER),
  z.maximum(Number.MAX_SAFE_INTEGER),
  z.refine((value) => value === 0 || Math.abs(value) >= 1e-100, "is too small a number"),
);

const writtenAttribute = z.union([
  z.string().check(
    z.maxLength(limits.maxAttributeCharacters),
    z.overwrite((value) => value.toWellFormed()),
  ),
  storableNumber,
  z.boolean(),
]);

const fewEnough = z.refine<Record<string, unknown>>(
  (attributes) => Object.keys(attributes).length <= limits.maxAttributes,
  `has more than ${limits.maxAttributes} attributes`,
);

/** What stands under one external id in somebody else's system. */
export const customerRecord = z.strictObject({
  externalId: z.optional(name),
  name: z.optional(name),
  language: z.optional(language),
  attributes: z.optional(z.record(name, writtenAttribute).check(fewEnough)),
  addresses: z
    .array(
      z.strictObject({
        channel: name,
        address: text(limits.maxAddressCharacters),
        inboxId: z.optional(
          name.check(z.describe("whose own the address is, on a channel whose inboxes each have their own (custom)")),
        ),
        consent: z.optional(z.literal(true).check(z.describe("they agreed to be written to there"))),
      }),
    )
    .check(z.minLength(1), z.maxLength(limits.maxImportedAddresses)),
});

/** Records are looked at one by one, so that a bad one spoils no other. */
export const uncheckedRecord = z.custom<z.input<typeof customerRecord>>();

export const customerContract = answeredBy<typeof customerAnswers>()({
  findCustomers: {
    method: "GET",
    path: "/v1/customers",
    role: "agent",
    scope: "customers:read",
    query: z.strictObject({ ...page, address: text(limits.maxAddressCharacters) }),
    status: 200,
  },
  getCustomer: {
    method: "GET",
    path: "/v1/customers/{id}",
    role: "agent",
    scope: "customers:read",
    status: 200,
  },
  changeCustomer: {
    method: "PATCH",
    path: "/v1/customers/{id}",
    role: "agent",
    scope: "customers:write",
    body: z.strictObject({
      name: z.optional(name),
      language: z.optional(language),
      attributes: z.optional(z.record(name, z.nullable(writtenAttribute)).check(fewEnough)),
    }),
    status: 200,
    reasons: ["too-many-attributes"],
  },
  listCustomerHistory: {
    method: "GET",
    path: "/v1/customers/{id}/history",
    role: "agent",
    scope: "customers:read",
    query: pageQuery,
    status: 200,
  },
  previewMerge: {
    method: "GET",
    path: "/v1/customers/{id}/merge-preview",
    role: "agent",
    scope: "customers:read",
    query: z.strictObject({ from: id }),
    status: 200,
    reasons: ["same-customer"],
  },
  mergeCustomers: {
    method: "POST",
    path: "/v1/customers/{id}/merge",
    role: "agent",
    scope: "customers:write",
    body: z.strictObject({ from: id }),
    status: 200,
    reasons: ["same-customer", "kept-changing"],
  },
  undoMerge: {
    method: "POST",
    path: "/v1/merges/{id}/undo",
    role: "admin",
    scope: "customers:admin",
    body: z.strictObject({}),
    status: 200,
    reasons: ["already-undone", "kept-changing"],
  },
  exportCustomer: {
    method: "GET",
    path: "/v1/customers/{id}/export",
    role: "admin",
    scope: "customers:admin",
    status: 200,
  },
  eraseCustomer: {
    method: "DELETE",
    path: "/v1/customers/{id}",
    role: "admin",
    scope: "customers:admin",
    status: 200,
  },
  importCustomers: {
    method: "POST",
    path: "/v1/customers/import",
    role: "operator",
    scope: "customers:import",
    body: z.strictObject({
      records: z.array(uncheckedRecord).check(z.minLength(1), z.maxLength(limits.maxImportRecords)),
    }),
    status: 200,
  },
  blockIdentity: {
    method: "PUT",
    path: "/v1/identities/{id}/blocked",
    role: "supervisor",
    scope: "customers:write",
    body: z.strictObject({ blocked: z.boolean() }),
    status: 200,
  },
});
