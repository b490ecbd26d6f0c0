import type { Identity } from "../../shared/core/customer.ts";
import { currentCustomer, familyOf, identityIdsOf } from "../../shared/flow/customers.ts";
import type { App } from "../../shared/ports/app.ts";

/** Every address of the customer as whom this one counts today, the longest known first. */
export async function identitiesOf(customerId: string, app: App): Promise<Identity[]> {
  const family = await familyOf(await currentCustomer(customerId, app), app);
  const identities = await app.stores.identities.many(await identityIdsOf(family, app));
  return identities.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}
