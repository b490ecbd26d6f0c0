import * as z from "zod/mini";
import { conversation } from "./conversations.ts";
import { id, listOf, timestamp } from "../fields.ts";
import { limits } from "../../core/limits.ts";

const attributeValue = z.union([z.string(), z.number(), z.boolean()]);

const evidence = z.object({
  kind: z.enum(["first-contact", "vouched", "imported", "agent", "provider"]),
  at: timestamp,
  by: z.optional(z.string()),
});

const identity = z.object({
  id,
  channel: z.string(),
  address: z.string(),
  inboxId: z
    .nullable(z.string())
    .check(z.describe("whose own the address is, on a channel whose inboxes each have their own (custom)")),
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

const pairedAddress = z.object({ identityId: id, channel: z.string(), address: z.string() });

const mergePreview = z.object({
  pairs: z
    .array(
      z.object({
        survivor: pairedAddress,
        from: pairedAddress,
        evidence: z.array(evidence).check(z.describe("what was known before to speak for it")),
      }),
    )
    .check(z.describe(`each address of the one with each of the other, up to ${limits.maxPreviewedPairs}`)),
  truncated: z
    .boolean()
    .check(z.describe("there are more pairs: those with evidence come first, then those that show each address once")),
  keptConversationId: z.nullable(id).check(z.describe("the open conversation that both would go on with")),
  withdrawnConversationId: z.nullable(id).check(z.describe("the other open conversation, which would be closed")),
});

export const customerAnswers = {
  findCustomers: listOf(listedCustomer),
  getCustomer: customer,
  changeCustomer: customer,
  listCustomerHistory: listOf(conversation),
  previewMerge: mergePreview,
  mergeCustomers: customer,
  undoMerge: customer,
  exportCustomer: z.looseObject({}),
  eraseCustomer: z.object({ id, conversations: z.int(), messages: z.int() }),
  importCustomers: z.object({
    results: z.array(
      z.union([
        z.object({ index: z.int(), customerId: id }),
        z.object({ index: z.int(), error: z.object({ field: z.string(), message: z.string() }) }),
      ]),
    ),
  }),
  blockIdentity: z.object({ id, blocked: z.boolean() }),
} as const;
