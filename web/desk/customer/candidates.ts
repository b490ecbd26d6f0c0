import type { Api } from "../api/api.ts";
import type { Customer } from "../api/types.ts";

/** More would be no choice any more. */
const maxCandidates = 8;

/** Customers by an address in full, and those whose conversations a search finds, without this customer themself. */
export async function candidatesFor(query: string, customer: Customer, api: Api): Promise<Customer[]> {
  const [atAddress, found] = await Promise.all([api.customersAt(query), api.search(query)]);
  const ids = [...atAddress.map(({ id }) => id), ...found.items.map(({ conversation }) => conversation.customerId)];
  const customers = await Promise.all([...new Set(ids)].slice(0, maxCandidates).map((id) => api.customer(id)));
  const distinct = new Map(customers.map((each) => [each.id, each]));
  distinct.delete(customer.id);
  return [...distinct.values()];
}
