import { maySee, seesAll } from "../access.ts";
import { customerView, listedView } from "./customer-view.ts";
import { historyOf } from "../history.ts";
import { pageInMemory, pageOf } from "../input.ts";
import { refusal } from "../refuse.ts";
import type { CallOf, Context, Handlers } from "../routes.ts";
import { conversationShape } from "../conversation-shape.ts";
import type { customerContract } from "../../shared/api/customers.ts";
import type { Customer } from "../../shared/core/customer.ts";
import { limits } from "../../shared/core/limits.ts";
import { currentCustomer, customersAt, familyOf } from "../../shared/flow/customers.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { idsOfChat } from "../../shared/flow/same-chat.ts";
import { isoTime } from "../../shared/ports/clock.ts";

type Part = Pick<
  typeof customerContract,
  "findCustomers" | "getCustomer" | "changeCustomer" | "listCustomerHistory" | "blockIdentity"
>;

export const customerHandlers: Handlers<Part> = {
  findCustomers: find,
  getCustomer: async (call) => customerView(await visibleCustomer(call.parameters.id, call), call),
  changeCustomer: change,
  listCustomerHistory: async (call) => {
    const page = await historyOf(await visibleCustomer(call.parameters.id, call), pageOf(call.query), call);
    return { items: page.items.map(conversationShape), cursor: page.cursor };
  },
  blockIdentity: block,
};

/** By address, on whichever channel uses it. */
async function find(call: CallOf<"findCustomers">) {
  // A number's "+" that was not percent-encoded arrives as a blank; no address begins with one.
  const customers = await customersAt(call.query.address.replace(/^ /, "+"), call.app);
  const visible = await Promise.all(customers.map((customer) => mayRead(customer, call)));
  const items = await Promise.all(
    customers.filter((_, position) => visible[position]).map((customer) => listedView(customer, call)),
  );
  return pageInMemory(items, (customer) => customer.id, call.query);
}

/**
 * The customer as whom this id counts today.
 *
 * @throws ProblemError 404 where it is missing or not for the caller's eyes: which of the two is not told
 */
export async function visibleCustomer(id: string, context: Context): Promise<Customer> {
  const head = await context.app.stores.customers.get(id);
  const customer = head?.mergedInto === undefined ? head : await currentCustomer(head.mergedInto, context.app);
  if (customer && (await mayRead(customer, context))) return customer;
  throw new ProblemError(404, "There is no customer of that id that you can see.");
}

/** An agent sees the customers whose conversations they see. Who sees every customer leaves a line about each read. */
async function mayRead(customer: Customer, context: Context): Promise<boolean> {
  const { caller, app } = context;
  if (seesAll(caller)) {
    app.log.info("customer.read", { by: caller.id, role: caller.role, customerId: customer.id });
    return true;
  }
  const family = await familyOf(customer, app);
  const ids = family.flatMap((each) => [each.openConversationId ?? [], each.lastConversationId ?? []].flat());
  const conversations = ids.length === 0 ? [] : await app.stores.conversations.many([...new Set(ids)]);
  return conversations.some((conversation) => maySee(caller, conversation, app));
}

/** Attributes that are named are set, the others stay; rules read them from the next conversation on. */
async function change(call: CallOf<"changeCustomer">) {
  const customer = await visibleCustomer(call.parameters.id, call);
  const after = Object.entries({ ...customer.attributes, ...call.body.attributes });
  if (after.filter(([, value]) => value !== null).length > limits.maxAttributes) {
    throw refusal(
      "too-many-attributes",
      `A customer has at most ${limits.maxAttributes} attributes: remove some by null.`,
    );
  }
  return customerView(await call.app.stores.customers.update(customer.id, call.body), call);
}

/** From a blocked address messages are kept and nobody is asked; to it nothing goes out. So it is with others of the same chat. */
async function block(call: CallOf<"blockIdentity">) {
  const { app, caller } = call;
  const { id } = call.parameters;
  const { blocked } = call.body;
  const identity = await app.stores.identities.get(id);
  const isVisible = identity !== undefined && (await mayRead(await currentCustomer(identity.customerId, app), call));
  if (!isVisible) throw new ProblemError(404, "There is no identity of that id that you can see.");
  const at = isoTime(app.clock.now());
  for (const each of await idsOfChat(identity, app))
    await app.stores.identities.setBlocked(each, blocked ? { at, by: caller.id } : null);
  app.log.info("identity.blocked", { by: caller.id, identityId: id, blocked });
  return { id, blocked };
}
