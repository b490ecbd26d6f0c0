import { randomUUID } from "node:crypto";
import type { Api, ApiAnswer } from "./api.ts";
import { until } from "./harness.ts";

/** A conversation as /v1 shows it, as far as tests ask. */
export interface Conversation {
  id: string;
  status: string;
  agentId: string | null;
  customerId: string;
  identityId: string;
  channel: string;
  inboxId: string;
  address: string;
  messageVersion: number;
}

export interface Message {
  id: string;
  conversationId: string;
  direction: "in" | "out" | "note";
  channel: string;
  inboxId: string;
  text: string;
  status: string;
  order: string;
  sendId?: string;
  context: { kind: string; messageId: string | null } | null;
  media: { contentType: string; name: string | null; bytes: number | null; state: string }[];
}

/** A way to reach a customer, and whether it is open. */
export interface Route {
  identityId: string;
  channel: string;
  address: string;
  inboxId: string;
  windowClosesAt: string | null;
  canSend: { ok: boolean; reason?: string; alternatives?: { kind: string; [field: string]: unknown }[] };
}

/** A report that is there before we know the provider's id, which it names the message by, is looked at again 15 s later. */
const statusWithinMs = 40_000;

/** What agents and their supervisor do by /v1. */
export class Service {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** @throws where the answer is no success */
  async call<Answer>(user: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#api(user, method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} as ${user}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async available(agent: string): Promise<void> {
    await this.call(agent, "PUT", `/agents/${agent}/presence`, { status: "available" });
  }

  async conversations(): Promise<Conversation[]> {
    const found: Conversation[] = [];
    let cursor: string | undefined;
    do {
      const path = `/conversations${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`;
      const page = await this.call<{ items: Conversation[]; cursor?: string }>("supervisor", "GET", path);
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  /** That somebody of this address writes into, once an agent holds it. */
  held(address: string): Promise<Conversation> {
    return until(`a conversation with ${address} in somebody's hands`, async () =>
      (await this.conversations()).find((item) => item.address === address && item.status === "assigned"),
    );
  }

  async conversation(id: string): Promise<Conversation> {
    return this.call("supervisor", "GET", `/conversations/${id}`);
  }

  async messages(conversationId: string, user = "supervisor"): Promise<Message[]> {
    return (await this.call<{ items: Message[] }>(user, "GET", `/conversations/${conversationId}/messages`)).items;
  }

  /** What the customer has written, once it is so many messages. */
  written(conversationId: string, count: number): Promise<Message[]> {
    return until(`${count} messages in ${conversationId}`, async () => {
      const messages = (await this.messages(conversationId)).filter(({ direction }) => direction === "in");
      return messages.length >= count && messages;
    });
  }

  async message(conversationId: string, id: string): Promise<Message> {
    const found = (await this.messages(conversationId)).find((message) => message.id === id);
    if (!found) throw new Error(`${conversationId} has no message ${id}`);
    return found;
  }

  /** As its holder; the answer, whatever it is. */
  async tryReply({ id, agentId }: Conversation, body: string | object): Promise<ApiAnswer> {
    const message = typeof body === "string" ? { text: body } : body;
    const headers = { "idempotency-key": randomUUID() };
    return this.#api(agentId!, "POST", `/conversations/${id}/messages`, message, headers);
  }

  /** @throws where it is not accepted */
  async reply(conversation: Conversation, body: string | object): Promise<Message> {
    const { status, body: message } = await this.tryReply(conversation, body);
    if (status !== 202) throw new Error(`the reply was answered with ${status}: ${JSON.stringify(message)}`);
    return message;
  }

  /** Once it has this status, or one of these. */
  withStatus({ conversationId, id }: Message, ...statuses: string[]): Promise<Message> {
    const probe = async (): Promise<Message | false> => {
      const message = await this.message(conversationId, id);
      return statuses.includes(message.status) && message;
    };
    return until(`${id} ${statuses.join(" or ")}`, probe, statusWithinMs);
  }

  async routes({ id, agentId }: Conversation): Promise<Route[]> {
    return (await this.call<{ items: Route[] }>(agentId!, "GET", `/conversations/${id}/routes`)).items;
  }

  async customersAt(address: string): Promise<{ id: string; openConversationId: string | null }[]> {
    const query = new URLSearchParams({ address });
    return (await this.call<{ items: [] }>("supervisor", "GET", `/customers?${query}`)).items;
  }

  /** So that the next test's customers find agents who have nothing to do. */
  async resolveAll(): Promise<void> {
    for (const { id, status } of await this.conversations())
      if (status !== "resolved") await this.call("supervisor", "POST", `/conversations/${id}/resolve`, {});
  }
}
