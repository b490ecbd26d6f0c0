import type * as z from "zod/mini";
import { historyOf } from "../history.ts";
import type { Context } from "../routes.ts";
import { conversationShape } from "../conversation-shape.ts";
import type { customer as customerSchema, listedCustomer } from "../../shared/api/answers/customers.ts";
import type { Customer, Identity, Merge } from "../../shared/core/customer.ts";
import { addressesOf, familyOf } from "../../shared/flow/customers.ts";

/** A customer as lists show them. */
export async function listedView(customer: Customer, { app }: Context): Promise<z.output<typeof listedCustomer>> {
  const [family, identities] = await Promise.all([familyOf(customer, app), addressesOf(customer.id, app)]);
  const { id, version, name, language, attributes } = customer;
  return {
    id,
    version,
    name: name ?? null,
    language: language ?? null,
    attributes,
    openConversationId: family.find((each) => each.openConversationId)?.openConversationId ?? null,
    identities: identities.map(identityShape),
  };
}

/** How many closed conversations are looked through for the last one that the caller may see. */
const lastFew = 5;

/** A customer with what stands beside a conversation: the last request, and the joins that can be undone. */
export async function customerView(customer: Customer, context: Context): Promise<z.output<typeof customerSchema>> {
  const [listed, recent, merges] = await Promise.all([
    listedView(customer, context),
    historyOf(customer, { limit: lastFew }, context),
    context.app.stores.customers.merges(customer.id),
  ]);
  const last = recent.items.find(({ closedAt }) => closedAt !== undefined);
  return { ...listed, lastRequest: last ? conversationShape(last) : null, merges: merges.map(mergeShape) };
}

const identityShape = ({ id, channel, address, inboxId, customerId, optOuts, blocked, evidence }: Identity) => ({
  id,
  channel,
  address,
  inboxId: inboxId ?? null,
  customerId,
  optedOutOf: Object.keys(optOuts),
  blocked: blocked !== undefined,
  evidence,
});

const mergeShape = ({ id, survivorId, fromId, evidence, at, undone }: Merge) => ({
  id,
  survivorId,
  fromId,
  evidence,
  at,
  undoneAt: undone?.at ?? null,
  undoneBy: undone?.by ?? null,
});
