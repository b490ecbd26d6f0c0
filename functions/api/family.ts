import type { Customer } from "../../shared/core/customer.ts";
import type { App } from "../../shared/ports/app.ts";

/** A customer with all that were merged into it, and into these, as they are kept apart. */
export async function familyOf(customer: Customer, app: App): Promise<Customer[]> {
  const family = [customer];
  const known = new Set([customer.id]);
  let mergedFrom = customer.mergedFrom;
  while (mergedFrom.length > 0) {
    const merged = await app.stores.customers.many(mergedFrom.filter((id) => !known.has(id)));
    for (const each of merged) known.add(each.id);
    family.push(...merged);
    mergedFrom = merged.flatMap((each) => each.mergedFrom);
  }
  return family;
}
