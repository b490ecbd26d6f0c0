import { describe, expect, test } from "vitest";
import {
  admin,
  bert,
  bodies,
  callAs,
  colleague,
  configure,
  createWorld,
  holder,
  ok,
  pathOf,
  resolve,
  upload,
  type World,
} from "./world.ts";
import { anna, available, operator, supervisor } from "../../flow/harness.ts";
import { contract, type OperationName } from "../../../shared/api/contract.ts";
import { problemReasons, type ProblemReason } from "../../../shared/api/problems.ts";
import type { RouteContract } from "../../../shared/api/route.ts";
import type { Customer } from "../../../shared/core/customer.ts";
import { identityIdOf } from "../../../shared/core/ids.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { HttpReply } from "../../../shared/flow/http-reply.ts";

type Produce = (world: World) => Promise<HttpReply>;

const write = (world: World, body: unknown, key = "k") =>
  world.flow.request(holder, "POST", pathOf("writeMessage", world), body, { "idempotency-key": key });

const post = (world: World, name: OperationName, body: unknown, parameters?: Record<string, string>) =>
  world.flow.request(supervisor, contract[name].method, pathOf(name, world, parameters), body);

/** Nobody may hold a conversation that waits, so the pool refuses what only a holder's can be. */
const released: Produce = async (world) => {
  await ok(world.flow, holder, "PUT", "/v1/agents/agent-en/presence", { status: "offline" });
  await ok(world.flow, supervisor, "POST", pathOf("transferConversation", world), { queueId: "general" });
  return post(world, "snoozeConversation", bodies.snoozeConversation!(world));
};

/** A version that the pool does not know yet, as one that was reopened a moment ago has. */
async function ahead(world: World, name: OperationName, body: unknown): Promise<HttpReply> {
  const { flow, conversationId } = world;
  const { get } = flow.stores.conversations;
  flow.stores.conversations.get = async (id) => {
    const conversation = await get(id);
    return conversation && { ...conversation, messageVersion: conversation.messageVersion - 1 };
  };
  const path = pathOf(name, world, { id: conversationId });
  const reply = await flow.request(supervisor, "POST", path, body);
  flow.stores.conversations.get = get;
  return reply;
}

const resolved: (name: OperationName) => Produce = (name) => async (world) => {
  await resolve(world.flow, anna);
  return post(world, name, bodies[name]?.(world));
};

/** Whoever asks is always too late. */
const changing = (customer: Customer | undefined): Customer | undefined =>
  customer && { ...customer, version: customer.version + 1 };

async function alwaysTooLate(world: World, name: OperationName): Promise<HttpReply> {
  const { customers } = world.flow.stores;
  const { get } = customers;
  customers.get = async (id) => changing(await get(id));
  return callAs(admin, name, world);
}

/** Of a send that is parked a moment before it counts as that. */
async function lookedInto(world: World, name: OperationName): Promise<HttpReply> {
  const { get } = world.flow.stores.messages;
  world.flow.stores.messages.get = async (id) => {
    const message = await get(id);
    return message?.direction === "out" ? { ...message, status: "unknown" } : message;
  };
  return callAs(operator, name, world, { id: world.parkedSendId });
}

/** Of a send whose status came late. */
async function delivered(world: World, name: OperationName): Promise<HttpReply> {
  const late = { status: "delivered", at: "2026-11-02T10:00:00.000Z" } as const;
  await world.flow.stores.messages.raiseStatus("msg_00000000000000000000000001", late);
  return callAs(operator, name, world, { id: world.parkedSendId });
}

const manyAttributes = (prefix: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`${prefix}${number}`, true]));

const producers: Record<string, Produce> = {
  "resolveConversation newer-message": async (world) => {
    await world.flow.text("One more thing, please.");
    return post(world, "resolveConversation", { messageVersion: 1 });
  },
  "resolveConversation refused-by-pool": async (world) => ahead(world, "resolveConversation", {}),
  "reopenConversation open-conversation": async (world) => {
    await world.flow.text("Hello, this is about something else entirely.", bert);
    return post(world, "reopenConversation", {}, { id: world.resolvedId });
  },
  "transferConversation resolved": resolved("transferConversation"),
  "transferConversation refused-by-pool": (world) => post(world, "transferConversation", { agentId: "agent-de" }),
  "snoozeConversation resolved": resolved("snoozeConversation"),
  "snoozeConversation refused-by-pool": released,
  "getMedia at-provider": (world) => callAs(holder, "getMedia", world, { index: "1" }),
  "writeMessage resolved": async (world) => {
    await resolve(world.flow, anna);
    return write(world, { text: "Gladly." });
  },
  "writeMessage no-route-back": async (world) => {
    world.flow.app.config = { ...world.flow.app.config, inboxes: [] };
    return write(world, { text: "Gladly." });
  },
  "writeMessage blocked-address": async (world) => {
    await post(world, "blockIdentity", { blocked: true });
    return write(world, { text: "Gladly." });
  },
  "writeMessage opted-out": async (world) => {
    await world.flow.text("STOP");
    return write(world, { text: "Gladly." });
  },
  "writeMessage inbox-suspended": (world) => {
    configure(world, { suspended: "the number is being moved" });
    return write(world, { text: "Gladly." });
  },
  "writeMessage address-unreachable": async (world) => {
    const unreachable = { at: "2026-11-02T10:00:00.000Z", reason: "the number is not assigned" };
    await world.flow.stores.identities.setUnreachable(world.identityId, unreachable);
    return write(world, { text: "Gladly." });
  },
  "writeMessage no-consent": async (world) => {
    configure(world, {}, { needsConsent: true });
    const other = "+4915112345699";
    const addresses = [anna, other].map((address) => ({ channel: "sms", address }));
    await ok(world.flow, admin, "POST", "/v1/customers/import", { records: [{ addresses }] });
    return write(world, { text: "Gladly.", identityId: identityIdOf("sms", other) });
  },
  "writeMessage country-not-allowed": (world) => {
    configure(world, { countries: [{ prefix: "+1", allowed: true }] });
    return write(world, { text: "Gladly." });
  },
  "writeMessage spend-cap": (world) => {
    const priceMicros = [{ prefix: "", micros: 80_000 }];
    configure(world, { spendCap: { perDayMicros: 70_000, priceMicros, currency: "EUR" } });
    return write(world, { text: "Gladly." });
  },
  "writeMessage quiet-hours": async (world) => {
    configure(world, { quietHours: { from: "00:00", to: "23:59", timeZone: "UTC" } });
    await world.flow.clock.advance(limits.quietHoursGraceMs + 1);
    return write(world, { text: "Gladly." });
  },
  "writeMessage window-closed": (world) => {
    configure(world, {}, { window: { hours: 24 } });
    return write(world, { text: "Gladly." });
  },
  "writeMessage template-not-taken": (world) => {
    configure(world, {}, {}, ["support"]);
    return write(world, { template: { id: "hello", parameters: ["Anna"] } });
  },
  "writeMessage template-parameters": (world) => {
    configure(world, {}, { templates: true }, ["sms-main"]);
    return write(world, { template: { id: "hello", parameters: [] } });
  },
  "writeMessage files-not-taken": async (world) => {
    configure(world, {}, { media: { maxCount: 0, types: [], maxCaptionCharacters: 0 } });
    return write(world, { media: [await upload(world)] });
  },
  "writeMessage file-too-large": async (world) => {
    configure(world, {}, { media: { maxCount: 1, types: [{ pattern: "*/*", maxBytes: 2 }], maxCaptionCharacters: 0 } });
    return write(world, { media: [await upload(world)] });
  },
  "writeMessage file-gone": (world) => write(world, { media: ["fil_none"] }),
  "writeMessage quick-replies-not-taken": (world) => write(world, { text: "Is it?", quickReplies: ["Yes", "No"] }),
  "writeMessage text-empty": (world) => write(world, { text: "   " }),
  "writeMessage text-too-long": (world) => {
    configure(world, {}, { text: { maxCharacters: 10, maxParts: 2 } });
    return write(world, { text: "x".repeat(21) });
  },
  "writeMessage key-reused": async (world) => {
    await write(world, { text: "Gladly." });
    return write(world, { text: "Gladly not." });
  },
  "acceptOffer offer-ended": (world) => callAs(colleague, "acceptOffer", world),
  "rejectOffer offer-ended": (world) => callAs(colleague, "rejectOffer", world),
  "changeCustomer too-many-attributes": async (world) => {
    await post(world, "changeCustomer", { attributes: manyAttributes("a", limits.maxAttributes) });
    return post(world, "changeCustomer", { attributes: manyAttributes("b", 1) });
  },
  "previewMerge same-customer": (world) =>
    world.flow.request(supervisor, "GET", `/v1/customers/${world.customerId}/merge-preview?from=${world.customerId}`),
  "mergeCustomers same-customer": (world) => post(world, "mergeCustomers", { from: world.customerId }),
  "mergeCustomers kept-changing": (world) => alwaysTooLate(world, "mergeCustomers"),
  "undoMerge already-undone": async (world) => {
    await callAs(admin, "undoMerge", world);
    return callAs(admin, "undoMerge", world);
  },
  "undoMerge kept-changing": (world) => alwaysTooLate(world, "undoMerge"),
  "redriveParked unreadable": async (world) => {
    const item = (await world.flow.stores.parked.get(world.parkedId))!;
    await world.flow.stores.parked.put({ ...item, id: "prk_broken", body: "{" });
    return world.flow.request(operator, "POST", "/v1/parked/prk_broken/redrive");
  },
  "redriveParked no-message": async (world) => {
    const item = (await world.flow.stores.parked.get(world.parkedSendId))!;
    await world.flow.stores.parked.put({ ...item, id: "prk_lost", sendId: "snd_none" });
    return world.flow.request(operator, "POST", "/v1/parked/prk_lost/redrive");
  },
  "redriveParked not-parked-yet": (world) => lookedInto(world, "redriveParked"),
  "redriveParked already-settled": (world) => delivered(world, "redriveParked"),
  "settleParked no-message": (world) => callAs(operator, "settleParked", world, { id: world.parkedId }),
  "settleParked not-parked-yet": (world) => lookedInto(world, "settleParked"),
  "settleParked already-settled": (world) => delivered(world, "settleParked"),
  "createWebhook too-many-webhooks": async (world) => {
    for (let count = 1; count < limits.maxWebhooks; count += 1) await callAs(operator, "createWebhook", world);
    return callAs(operator, "createWebhook", world);
  },
};

const documented = Object.entries(contract).flatMap(([name, route]) =>
  ((route as RouteContract).reasons ?? []).map((reason) => `${name} ${reason}`),
);

describe("every reason that a route documents", () => {
  test("is in the table, and none else", () => {
    expect(Object.keys(producers).toSorted()).toEqual(documented.toSorted());
    const used = new Set(documented.map((each) => each.split(" ")[1]));
    expect(Object.keys(problemReasons).filter((reason) => !used.has(reason))).toEqual([]);
  });

  test.each(Object.entries(producers))("%s", async (name, produce) => {
    const reason = name.split(" ")[1] as ProblemReason;
    const world = await createWorld();
    await available(world.flow, "agent-en");
    const reply = await produce(world);
    expect(JSON.parse(reply.body)).toMatchObject({ reason, status: problemReasons[reason] });
    expect(reply.status).toBe(problemReasons[reason]);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
  });
});

describe("what any route answers", () => {
  test.each([
    ["a field that is missing", "POST", "/messages", {}, "text", "is missing"],
    ["a field of another kind", "POST", "/messages", { text: 5 }, "text", "is not text"],
    [
      "a field that is too long",
      "POST",
      "/messages",
      { text: "x".repeat(16_001) },
      "text",
      "has more than 16000 characters",
    ],
    ["an unknown field", "POST", "/messages", { text: "x", loud: true }, "loud", "is not known here"],
    [
      "another customer's address",
      "POST",
      "/messages",
      { text: "x", identityId: "idn_none" },
      "identityId",
      "is no address of this customer",
    ],
    [
      "a number that is too large",
      "POST",
      "/transfer",
      { skills: [{ skill: "de", level: 6 }] },
      "skills.0.level",
      "is more than 5",
    ],
    [
      "a fraction",
      "POST",
      "/transfer",
      { skills: [{ skill: "de", level: 1.5 }] },
      "skills.0.level",
      "is not a whole number",
    ],
    [
      "a time that is none",
      "POST",
      "/snooze",
      { until: "tomorrow" },
      "until",
      "is no time such as 2026-11-02T09:00:00Z",
    ],
    ["a time that is over", "POST", "/snooze", { until: "2026-11-02T08:00:00Z" }, "until", "is over already"],
    [
      "a time too far ahead",
      "POST",
      "/snooze",
      { until: "2036-11-02T08:00:00Z" },
      "until",
      "is more than 366 days ahead",
    ],
    ["an unknown parameter", "GET", "/messages?colour=red", undefined, "colour", "is not known here"],
    ["a parameter that is given twice", "GET", "/messages?limit=1&limit=2", undefined, "limit", "is given twice"],
    ["a page that is too long", "GET", "/messages?limit=101", undefined, "limit", "is more than 100"],
    ["a page that is no number", "GET", "/messages?limit=ten", undefined, "limit", "is not a number"],
    ["a cursor that no list gave", "GET", "/messages?cursor=zzz", undefined, "cursor", "is none that this list gave"],
    ["a parameter where none is taken", "GET", "?limit=1", undefined, "limit", "is not known here"],
  ])("%s", async (_, method, path, body, field, message) => {
    const { flow, conversationId } = await createWorld();
    const reply = await flow.call(holder, method, `/v1/conversations/${conversationId}${path}`, body, {
      "idempotency-key": "k",
    });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field, message }] } });
  });

  test("a body over a megabyte", async () => {
    const { flow } = await createWorld();
    const body = JSON.stringify({ text: "x".repeat(limits.maxRequestBodyBytes) });
    expect((await flow.call(holder, "POST", "/v1/socket-tickets", body)).status).toBe(413);
  });

  test("a pool that is busy", async () => {
    const { flow } = await createWorld();
    flow.stores.poolLog.append = async () => false;
    const reply = await flow.call(holder, "PUT", "/v1/agents/agent-en/presence", { status: "away" });
    expect(reply).toMatchObject({
      status: 503,
      headers: { "content-type": "application/problem+json; charset=utf-8" },
    });
  });

  test("a failure of ours is told without saying what failed", async () => {
    const { flow } = await createWorld();
    flow.stores.parked.list = async () => {
      throw new Error("secret of the house");
    };
    const reply = await flow.request(operator, "GET", "/v1/parked");
    expect(reply.status).toBe(500);
    expect(reply.body).not.toContain("secret");
    expect(flow.logged).toContain("api.failed: Error: secret of the house");
  });
});
