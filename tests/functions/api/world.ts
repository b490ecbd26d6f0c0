import { expect } from "vitest";
import { agent, anna, available, configuration, createFlow, supervisor, type Flow } from "../../flow/harness.ts";
import type { Caller } from "../../../functions/api/routes.ts";
import { answers } from "../../../shared/api/answers/index.ts";
import { contract, type OperationName } from "../../../shared/api/contract.ts";
import type { RouteContract, Scope } from "../../../shared/api/route.ts";
import type { Capabilities } from "../../../shared/core/capabilities.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";
import { firstCustomerIdOf, identityIdOf, messageIdOf, timeSortedId } from "../../../shared/core/ids.ts";
import { messageOrder, type InboundStored, type OutboundStored } from "../../../shared/core/message.ts";
import type { HttpReply } from "../../../shared/flow/http-reply.ts";
import { acceptReply } from "../../../shared/flow/reply.ts";
import { park } from "../../../shared/flow/park.ts";
import { keepUpload } from "../../../shared/flow/uploads.ts";

/*
 * A company in the middle of its day: something of every kind that the API shows. Each test makes one of its own.
 */

export const bert = "+4915112345602";
export const clara = "+4915112345603";

export const admin: Caller = { id: "ada", role: "admin" };
export const holder = agent("agent-en");
export const colleague = agent("agent-de");

/** Another system that may do this, in the one queue that there is. */
export const service = (...scopes: Scope[]): Caller => ({ id: "crm", role: "service", scopes, queueIds: ["general"] });

/** The same in all queues, those that are added later too. */
export const everywhere = (caller: Caller): Caller => ({ ...caller, queueIds: ["*"] }) as Caller;

export const worldConfiguration: Configuration = {
  ...configuration,
  cannedReplies: [
    { id: "greeting", title: "Greeting", text: { en: "Hello {{customer.name}}", de: "Hallo {{customer.name}}" } },
    { id: "elsewhere", title: "Elsewhere", text: { en: "Not here" }, queueIds: ["another"] },
  ],
};

export interface World {
  flow: Flow;
  /** anna's conversation, which agent-en holds */
  conversationId: string;
  customerId: string;
  identityId: string;
  /** a mail in it, with HTML, what it quoted and two attachments: one in the bucket, one still at the provider */
  mailId: string;
  /** bert's conversation, resolved */
  resolvedId: string;
  otherCustomerId: string;
  /** of clara into bert */
  mergeId: string;
  webhookId: string;
  parkedId: string;
  parkedSendId: string;
}

export async function createWorld(): Promise<World> {
  const flow = createFlow(worldConfiguration);
  await available(flow, "agent-en");
  await flow.text("Hello, could you please help me with the other order?", clara);
  await flow.text("Hello, could you please help me with my bicycle?", bert);
  for (const from of [clara, bert]) await resolve(flow, from);
  await flow.text("Hello, could you please help me with my order?", anna);
  const conversationId = await openConversationOf(flow, anna);
  const resolvedId = (await flow.stores.customers.get(customerIdOf(bert)))!.lastConversationId!;
  const merged = await ok(flow, supervisor, "POST", `/v1/customers/${customerIdOf(bert)}/merge`, {
    from: customerIdOf(clara),
  });
  const webhook = await ok(flow, admin, "POST", "/v1/webhooks", { url: "https://crm.example/hook", events: ["*"] });
  const mailId = await storeMail(flow, conversationId);
  return {
    flow,
    conversationId,
    customerId: customerIdOf(anna),
    identityId: identityIdOf("sms", anna),
    mailId,
    resolvedId,
    otherCustomerId: customerIdOf(bert),
    mergeId: merged.merges[0].id,
    webhookId: webhook.id,
    ...(await parkTwo(flow, conversationId)),
  };
}

export const customerIdOf = (address: string): string => firstCustomerIdOf(identityIdOf("sms", address));

export async function openConversationOf(flow: Flow, address: string): Promise<string> {
  return (await flow.stores.customers.get(customerIdOf(address)))!.openConversationId!;
}

export async function resolve(flow: Flow, address: string): Promise<void> {
  await ok(flow, supervisor, "POST", `/v1/conversations/${await openConversationOf(flow, address)}/resolve`, {});
  await flow.settle();
}

/** A call that must succeed. */
export async function ok(flow: Flow, ...call: Parameters<Flow["call"]>) {
  const { status, body } = await flow.call(...call);
  if (status >= 300) throw new Error(`${call[1]} ${call[2]} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function storeMail(flow: Flow, conversationId: string): Promise<string> {
  const { items } = await flow.stores.messages.list(conversationId, { limit: 1 });
  const [first] = items as InboundStored[];
  const id = messageIdOf("email", "ses", "mail-1");
  const mail: InboundStored = {
    ...first!,
    id,
    providerId: "mail-1",
    channel: "email",
    text: "See the invoice.",
    subject: "Invoice",
    html: { key: `mail/${id}/html`, bytes: 24 },
    fullText: { key: `mail/${id}/text`, bytes: 42 },
    media: [
      { contentType: "application/pdf", key: `mail/${id}/0`, name: "invoice.pdf", bytes: 3 },
      { contentType: "image/png", url: "https://provider.example/1" },
    ],
    order: messageOrder("2026-11-02T09:30:00.000Z", "9".repeat(20), id),
  };
  await flow.stores.messages.create(mail);
  await flow.blobs.put(mail.html!.key, "<p>See the invoice.</p>");
  await flow.blobs.put(mail.fullText!.key, "See the invoice.\n> What do I owe you?");
  return id;
}

async function parkTwo(flow: Flow, conversationId: string) {
  const delivery = { messageId: "q-1", groupId: "g", sequence: "", receiveCount: 9 };
  const job = { schemaVersion: 1, poolId: "service", event: { kind: "unknown" } };
  await park({ ...delivery, body: job }, "pool", "Nobody took it.", flow.app);
  const reply = await parkReply(flow, conversationId, "msg_00000000000000000000000001");
  const { items } = await flow.stores.parked.list({ limit: 100 });
  return {
    parkedId: items.find(({ kind }) => kind === "pool")!.id,
    parkedSendId: items.find(({ sendId }) => sendId === reply.sendId)!.id,
  };
}

/** A reply of which nobody knows whether it went out. */
async function parkReply(flow: Flow, conversationId: string, messageId: string): Promise<OutboundStored> {
  const conversation = (await flow.stores.conversations.get(conversationId))!;
  const result = await acceptReply({ messageId, conversation, text: "On its way.", author: "agent-en" }, flow.app);
  if (result.outcome === "refused") throw new Error(result.verdict.explanation);
  const { message } = result;
  const [job] = flow.queues.outbound.waiting.splice(0);
  await park(job!, "outbound", "The provider never said.", flow.app);
  return message;
}

/** A file that an agent has brought. @returns its id */
export async function upload(
  { flow }: Pick<World, "flow">,
  { contentType = "image/png", name = "map.png", content = new Uint8Array([1, 2, 3]) } = {},
): Promise<string> {
  const id = timeSortedId("fil", flow.clock.now(), flow.app.random.bytes(10));
  await keepUpload({ id, contentType, bytes: content.length, name }, content, flow.app);
  return id;
}

/** Another router.yaml and another channel, as far as anna's inbox goes. */
export function configure(
  { flow }: Pick<World, "flow">,
  inbox: Partial<Inbox>,
  capabilities: Partial<Capabilities> = {},
  templateInboxIds: string[] = [],
): void {
  const { config } = flow.app;
  const texts = {
    en: { name: "hello_1", language: "en_US", body: "Hello {{1}}, shall we go on?" },
    de: { name: "hello_1", language: "de", body: "Hallo {{1}}, geht es weiter?" },
  };
  flow.app.config = {
    ...config,
    inboxes: config.inboxes.map((each) => (each.id === "sms-main" ? { ...each, ...inbox } : each)),
    channels: { ...config.channels, sms: { ...config.channels["sms"]!, ...capabilities } },
    templates: [{ id: "hello", title: "Hello", inboxIds: templateInboxIds, parameters: ["name"], texts }],
  };
}

/** What stands for the parameters of a path in this world. */
export function pathOf(name: OperationName, world: World, parameters: Record<string, string> = {}): string {
  const { path }: RouteContract = contract[name];
  const [, , kind = ""] = path.split("/");
  const ids: Record<string, string> = {
    conversations: world.conversationId,
    agents: "agent-en",
    offers: "ofr_none",
    customers: world.customerId,
    merges: world.mergeId,
    identities: world.identityId,
    parked: name === "settleParked" ? world.parkedSendId : world.parkedId,
    webhooks: world.webhookId,
  };
  const values: Record<string, string> = {
    id: ids[kind] ?? "none",
    messageId: world.mailId,
    index: "0",
    ...parameters,
  };
  return path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(values[parameter]!));
}

/** What a call needs besides its path. */
export const bodies: Partial<Record<OperationName, (world: World) => unknown>> = {
  setTags: () => ({ tags: ["vip"] }),
  transferConversation: () => ({ queueId: "general" }),
  snoozeConversation: () => ({ until: "2026-11-03T09:00:00Z" }),
  writeMessage: () => ({ text: "Gladly." }),
  setPresence: () => ({ status: "away", reason: "lunch" }),
  changeCustomer: () => ({ attributes: { tier: "gold" } }),
  mergeCustomers: ({ otherCustomerId }) => ({ from: otherCustomerId }),
  importCustomers: () => ({
    records: [{ name: "Dora", addresses: [{ channel: "email", address: "dora@example.com" }] }],
  }),
  blockIdentity: () => ({ blocked: true }),
  createWebhook: () => ({ url: "https://erp.example/hook", events: ["message.received"] }),
  changeWebhook: () => ({ state: "disabled" }),
};

const queries: Partial<Record<OperationName, string>> = {
  findCustomers: `?address=${encodeURIComponent(anna)}`,
  search: "?q=order",
  previewMerge: `?from=${customerIdOf(bert)}`,
};

/** Calls an operation as a caller, with what it needs in this world. */
export const callAs = (caller: Caller, name: OperationName, world: World, parameters?: Record<string, string>) =>
  world.flow.request(
    caller,
    contract[name].method,
    pathOf(name, world, parameters) + (queries[name] ?? ""),
    bodies[name]?.(world),
    { "idempotency-key": "key" },
  );

/** An answer is what its contract says, to the last field; what is none is a problem after RFC 9457. */
export function expectAnswerOrProblem(name: OperationName, { status, headers, body }: HttpReply): void {
  const route: RouteContract = contract[name];
  if (status >= 400) {
    expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(JSON.parse(body)).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    return;
  }
  expect(status, `${name}: ${body}`).toBe(route.status);
  if (route.answersText) {
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    return;
  }
  const answer: unknown = JSON.parse(body);
  expect(answers[name].parse(answer), name).toEqual(answer);
}
