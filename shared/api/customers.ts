import * as z from "zod/mini";
import { conversation } from "./conversations.ts";
import { attributeValue, id, language, listOf, name, page, pageQuery, text, timestamp } from "./fields.ts";
import type { Contract } from "./route.ts";
import { limits } from "../core/limits.ts";

const evidence = z.object({
  kind: z.enum(["first-contact", "vouched", "imported", "agent"]),
  at: timestamp,
  by: z.optional(z.string()),
});

const identity = z.object({
  id,
  channel: z.string(),
  address: z.string(),
  customerId: id.check(z.describe("whose it is once every merge is undone")),
  optedOutOf: z.array(z.string()).check(z.describe("inboxes whose messages the customer stopped")),
  blocked: z.boolean(),
  evidence: z.array(evidence),
});

const listed = {
  id,
  version: z.int(),
  name: z.nullable(z.string()),
  language: z.nullable(z.string()),
  attributes: z.record(z.string(), attributeValue),
  openConversationId: z.nullable(id),
  identities: z.array(identity),
};

export const listedCustomer = z.object(listed);

export const merge = z.object({
  id,
  survivorId: id,
  fromId: id,
  evidence,
  at: timestamp,
  undoneAt: z.nullable(timestamp),
  undoneBy: z.nullable(z.string()),
});

export const customer = z.object({
  ...listed,
  lastRequest: z.nullable(conversation).check(z.describe("the newest conversation that is resolved")),
  merges: z.array(merge).check(z.describe("that this customer is a side of, undone ones among them")),
});

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
    .array(z.strictObject({ channel: name, address: text(limits.maxAddressCharacters) }))
    .check(z.minLength(1), z.maxLength(limits.maxImportedAddresses)),
});

/** Records are looked at one by one, so that a bad one spoils no other. */
export const uncheckedRecord = z.custom<z.input<typeof customerRecord>>();

export const customerContract = {
  findCustomers: {
    method: "GET",
    path: "/v1/customers",
    role: "agent",
    scope: "customers:read",
    query: z.strictObject({ ...page, address: text(limits.maxAddressCharacters) }),
    status: 200,
    answer: listOf(listedCustomer),
  },
  getCustomer: {
    method: "GET",
    path: "/v1/customers/{id}",
    role: "agent",
    scope: "customers:read",
    status: 200,
    answer: customer,
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
    answer: customer,
    reasons: ["too-many-attributes"],
  },
  listCustomerHistory: {
    method: "GET",
    path: "/v1/customers/{id}/history",
    role: "agent",
    scope: "customers:read",
    query: pageQuery,
    status: 200,
    answer: listOf(conversation),
  },
  mergeCustomers: {
    method: "POST",
    path: "/v1/customers/{id}/merge",
    role: "agent",
    scope: "customers:write",
    body: z.strictObject({ from: id }),
    status: 200,
    answer: customer,
    reasons: ["same-customer", "kept-changing"],
  },
  undoMerge: {
    method: "POST",
    path: "/v1/merges/{id}/undo",
    role: "admin",
    scope: "customers:admin",
    body: z.strictObject({}),
    status: 200,
    answer: customer,
    reasons: ["already-undone", "kept-changing"],
  },
  exportCustomer: {
    method: "GET",
    path: "/v1/customers/{id}/export",
    role: "admin",
    scope: "customers:admin",
    status: 200,
    answer: z.looseObject({}),
  },
  eraseCustomer: {
    method: "DELETE",
    path: "/v1/customers/{id}",
    role: "admin",
    scope: "customers:admin",
    status: 200,
    answer: z.object({ id, conversations: z.int(), messages: z.int() }),
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
    answer: z.object({
      results: z.array(
        z.union([
          z.object({ index: z.int(), customerId: id }),
          z.object({ index: z.int(), error: z.object({ field: z.string(), message: z.string() }) }),
        ]),
      ),
    }),
  },
  blockIdentity: {
    method: "PUT",
    path: "/v1/identities/{id}/blocked",
    role: "supervisor",
    scope: "customers:write",
    body: z.strictObject({ blocked: z.boolean() }),
    status: 200,
    answer: z.object({ id, blocked: z.boolean() }),
  },
} as const satisfies Contract;
