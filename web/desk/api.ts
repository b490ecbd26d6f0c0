import type { conversationShape, messageShape } from "../../functions/api/shapes.ts";
import type { Session } from "./session.ts";

export type Conversation = ReturnType<typeof conversationShape>;
export type Message = ReturnType<typeof messageShape>;
export type PresenceStatus = "available" | "away" | "offline";

export interface Agent {
  id: string;
  name?: string;
  status: PresenceStatus;
  units?: number;
  unitsUsed?: number;
}

export interface Offer {
  id: string;
  conversationId: string;
  queueId: string;
  channel: string;
  expiresAt: string;
}

export interface Customer {
  id: string;
  identities?: { channel: string; address: string; optedOutOf: string[] }[];
}

interface Page<Item> {
  items: Item[];
  cursor?: string;
}

/** An answer that is no success, as problem+json tells it. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly reason: string | undefined;

  constructor(status: number, detail: string, reason?: string) {
    super(detail);
    this.status = status;
    this.reason = reason;
  }
}

/** What a person should read of a failed call. `fetch` throws a TypeError when no answer came at all. */
export function explain(error: unknown): string {
  if (error instanceof TypeError)
    return "The router can't be reached. Check the connection; the desk tries again by itself.";
  return error instanceof Error ? error.message : String(error);
}

export type Api = ReturnType<typeof createApi>;

/** @throws Problem for every answer that is no success */
async function ask(
  session: Session,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(`/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${session.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => ({}))) as { detail?: string; message?: string; reason?: string };
  const detail = answer.detail ?? answer.message ?? `The router answered ${response.status}. Try again.`;
  throw new Problem(response.status, detail, answer.reason);
}

/** The calls of a desk. @throws Problem, or TypeError where no answer came, from each */
export function createApi(session: Session) {
  const request = ask.bind(undefined, session);
  const call = async <Answer>(...parts: Parameters<typeof request>): Promise<Answer> =>
    (await (await request(...parts)).json()) as Answer;

  async function all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? "" : `?${new URLSearchParams({ cursor })}`;
      const page = await call<Page<Item>>("GET", path + query);
      items.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return items;
  }

  const conversation = (id: string) => `/conversations/${encodeURIComponent(id)}`;
  const ownAgent = `/agents/${encodeURIComponent(session.userId)}`;

  return {
    conversations: (filter: { agent?: string; status?: Conversation["status"] }) =>
      call<Page<Conversation>>("GET", `/conversations?${new URLSearchParams(filter)}`),
    conversation: (id: string) => call<Conversation>("GET", conversation(id)),
    messages: (id: string) => all<Message>(`${conversation(id)}/messages`),
    wholeText: async (id: string, messageId: string) =>
      (await request("GET", `${conversation(id)}/messages/${encodeURIComponent(messageId)}/text`)).text(),
    customersAt: (address: string) => call<Page<Customer>>("GET", `/customers?${new URLSearchParams({ address })}`),
    write: (id: string, text: string, key: string, note: boolean) =>
      call<Message>("POST", `${conversation(id)}/messages`, note ? { text, note } : { text }, {
        "idempotency-key": key,
      }),
    resolve: (id: string, messageVersion: number) =>
      call<Conversation>("POST", `${conversation(id)}/resolve`, { messageVersion }),
    reopen: (id: string) => call<Conversation>("POST", `${conversation(id)}/reopen`, {}),
    agent: () => call<Agent>("GET", ownAgent),
    setPresence: (status: PresenceStatus) => call<Agent>("PUT", `${ownAgent}/presence`, { status }),
    offers: () => call<Page<Offer>>("GET", "/offers"),
    answerOffer: (id: string, answer: "accept" | "reject") =>
      call("POST", `/offers/${encodeURIComponent(id)}/${answer}`, {}),
    socketTicket: () => call<{ url: string }>("POST", "/socket-tickets", {}),
  };
}
