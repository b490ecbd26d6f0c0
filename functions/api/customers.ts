import * as z from "zod/mini";
import { maySee } from "./access.ts";
import { readBody } from "./input.ts";
import { atLeast, type Call, type Route } from "./routes.ts";
import type { Customer, Identity } from "../../shared/core/customer.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { json, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export const customerRoutes: Route[] = [
  { method: "GET", path: "/v1/customers", role: "agent", handle: find },
  { method: "GET", path: "/v1/customers/{id}", role: "agent", handle: show },
  { method: "PATCH", path: "/v1/customers/{id}", role: "agent", handle: change },
  { method: "PUT", path: "/v1/identities/{id}/blocked", role: "supervisor", handle: block },
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
  return json(200, shape(await visibleCustomer(call)));
}

/** @throws ProblemError 404 where it is missing or not for the caller's eyes: which of the two is not told */
async function visibleCustomer(call: Call): Promise<Customer> {
  const customer = await call.app.stores.customers.get(call.parameters.id!);
  if (customer && (await mayRead(call, customer))) return customer;
  throw new ProblemError(404, `There is no customer ${call.parameters.id} that you can see.`);
}

const name = z.string().check(z.minLength(1), z.maxLength(limits.maxNameCharacters));
const value = z.union([z.string().check(z.maxLength(limits.maxAttributeCharacters)), z.number(), z.boolean()]);

const changeBody = z.strictObject({
  name: z.optional(name),
  language: z.optional(z.string().check(z.regex(/^[a-z]{2,3}$/, "is a language's code, e.g. de"))),
  attributes: z.optional(
    z.record(name, value).check(z.refine((each) => Object.keys(each).length <= limits.maxAttributes)),
  ),
});

/** Attributes that are named are set, the others stay; rules read them from the next conversation on. */
async function change(call: Call): Promise<HttpReply> {
  const customer = await visibleCustomer(call);
  return json(200, shape(await call.app.stores.customers.update(customer.id, readBody(call, changeBody))));
}

const blockBody = z.strictObject({ blocked: z.boolean() });

/** From a blocked address messages are kept and nobody is asked; to it nothing goes out. */
async function block(call: Call): Promise<HttpReply> {
  const id = call.parameters.id!;
  const { blocked } = readBody(call, blockBody);
  if (!(await call.app.stores.identities.get(id))) throw new ProblemError(404, `There is no identity ${id}.`);
  const at = isoTime(call.app.clock.now());
  await call.app.stores.identities.setBlocked(id, blocked ? { at, by: call.caller.id } : null);
  call.app.log.info("identity.blocked", { by: call.caller.id, identityId: id, blocked });
  return json(200, { id, blocked });
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
  const known = identities?.map(({ id: identityId, channel, address, optOuts, blocked }) => ({
    id: identityId,
    channel,
    address,
    optedOutOf: Object.keys(optOuts),
    blocked: blocked !== undefined,
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
