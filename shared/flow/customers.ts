import type { Customer } from "../core/customer.ts";
import type { App } from "../ports/app.ts";

/** One whose head has not been written yet. */
const unwritten = (id: string): Customer => ({
  id,
  schemaVersion: 1,
  version: 0,
  mergedFrom: [],
  identityIds: [],
  attributes: {},
});

/** The customer as whom this one counts today: itself, or the one that it was merged into. */
export async function currentCustomer(id: string, app: App): Promise<Customer> {
  const customer = (await app.stores.customers.get(id)) ?? unwritten(id);
  return customer.mergedInto === undefined ? customer : currentCustomer(customer.mergedInto, app);
}

/** A customer with all that were merged into it, and into these: each keeps its own identities and history. */
export async function familyOf(customer: Customer, app: App): Promise<Customer[]> {
  const family = [customer];
  let generation = [customer];
  while (generation.length > 0) {
    const known = new Set(family.map(({ id }) => id));
    const ids = generation.flatMap(({ mergedFrom }) => mergedFrom).filter((id) => !known.has(id));
    generation = ids.length > 0 ? await app.stores.customers.many(ids) : [];
    family.push(...generation);
  }
  return family;
}
