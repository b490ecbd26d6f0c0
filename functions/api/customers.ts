import { maySee } from "./access.ts";
import { atLeast, type Call, type Route } from "./routes.ts";
import type { Customer, Identity } from "../../shared/core/customer.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import { json, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";

export const customerRoutes: Route[] = [
  { method: "GET", path: "/v1/customers", role: "agent", handle: find },
  { method: "GET", path: "/v1/customers/{id}", role: "agent", handle: show },
];

/** By address, on whichever channel uses it. */
async function find(call: Call): Promise<HttpReply> {
  const address = call.query.get("address");
  if (!address) {
    throw new ProblemError(400, "Name the address to look for, e.g. ?address=%2B4915112345678.", {
      errors: [{ field: "address", message: "is missing" }],
    });
  }
  const channels = [...new Set(call.app.config.inboxes.map((inbox) => inbox.channel))];
  const identities = await Promise.all(
    channels.map((channel) => call.app.stores.identities.get(identityIdOf(channel, address))),
  );
  const found = identities.filter((identity) => identity !== undefined);
  const customers = await Promise.all(found.map((identity) => call.app.stores.customers.get(identity.customerId)));
  const visible = await Promise.all(customers.map((customer) => customer !== undefined && mayRead(call, customer)));
  const items = customers.flatMap((customer, position) =>
    customer && visible[position] ? [shape(customer, [found[position]!])] : [],
  );
  return json(200, { items });
}

async function show(call: Call): Promise<HttpReply> {
  const customer = await call.app.stores.customers.get(call.parameters.id!);
  if (!customer || !(await mayRead(call, customer))) {
    throw new ProblemError(404, `There is no customer ${call.parameters.id} that you can see.`);
  }
  return json(200, shape(customer));
}

/** An agent sees the customers whose conversations they see. Who sees every customer leaves a line about each read. */
async function mayRead({ caller, app }: Call, customer: Customer): Promise<boolean> {
  if (atLeast(caller, "supervisor")) {
    app.log.info("customer.read", { by: caller.id, role: caller.role, customerId: customer.id });
    return true;
  }
  const ids = [customer.openConversationId, customer.lastConversationId].filter((id) => id !== undefined);
  const conversations = await Promise.all(ids.map((id) => app.stores.conversations.get(id)));
  return conversations.some((conversation) => conversation !== undefined && maySee(caller, conversation, app));
}

function shape(customer: Customer, identities?: Identity[]) {
  const { id, version, name, language, attributes, openConversationId, mergedInto } = customer;
  const known = identities?.map(({ id: identityId, channel, address, optOuts }) => ({
    id: identityId,
    channel,
    address,
    optedOutOf: Object.keys(optOuts),
  }));
  return {
    id,
    version,
    name: name ?? null,
    language: language ?? null,
    attributes,
    openConversationId: openConversationId ?? null,
    mergedInto: mergedInto ?? null,
    identities: known,
  };
}
