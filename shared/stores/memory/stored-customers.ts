import { unwrittenHead, type Customer, type CustomerProfile } from "../../core/customer.ts";
import { copyOf } from "./copy.ts";

/** All that is kept of one customer. */
export interface StoredCustomer {
  head: Customer;
  versions: Map<number, CustomerProfile>;
  history: Map<string, { id: string; openedAt: string }>;
}

export type StoredCustomers = Map<string, StoredCustomer>;

export function storedCustomer(customers: StoredCustomers, id: string): StoredCustomer {
  const stored = customers.get(id) ?? { head: unwrittenHead(id), versions: new Map(), history: new Map() };
  customers.set(id, stored);
  return stored;
}

/** @param change what the version that is raised brings */
export function raiseVersion(stored: StoredCustomer, change: Partial<Customer>): void {
  const { head, versions } = stored;
  versions.set(head.version, profileOf(head));
  stored.head = { ...head, ...change, version: head.version + 1 };
}

export const profileOf = ({ name, language, attributes }: Customer): CustomerProfile =>
  copyOf({ ...(name !== undefined && { name }), ...(language !== undefined && { language }), attributes });
