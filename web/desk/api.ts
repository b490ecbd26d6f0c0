import type { conversationShape, messageShape } from "../../functions/api/shapes.ts";
import type { Session } from "./session.ts";

export type Conversation = ReturnType<typeof conversationShape>;
export type Message = ReturnType<typeof messageShape>;
export type PresenceStatus = "available" | "away" | "offline";

export interface Agent {
  id: string;
  name?: string;
  status: PresenceStatus;
  usedUnits?: number;
  units?: number;
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

export type Api = ReturnType<typeof createApi>;

/** The calls of a desk. @throws Problem from each */
export function createApi(session: Session) {
  async function call<Answer>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${session.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = (await response.json().catch(() => ({}))) as { detail?: string; message?: string; reason?: string };
    if (response.ok) return answer as Answer;
    throw new Problem(
      response.status,
      answer.detail ?? answer.message ?? `The server answered ${response.status}.`,
      answer.reason,
    );
  }

  const conversation = (id: string) => `/conversations/${encodeURIComponent(id)}`;

  return {
    conversations: () => call<{ items: Conversation[] }>("GET", "/conversations"),
    conversation: (id: string) => call<Conversation>("GET", conversation(id)),
    messages: (id: string) => call<{ items: Message[] }>("GET", `${conversation(id)}/messages`),
    reply: (id: string, text: string, key: string, note: boolean) =>
      call<Message>("POST", `${conversation(id)}/messages`, note ? { text, note } : { text }, {
        "idempotency-key": key,
      }),
    resolve: (id: string, messageVersion: number) =>
      call<Conversation>("POST", `${conversation(id)}/resolve`, { messageVersion }),
    agent: () => call<Agent>("GET", `/agents/${encodeURIComponent(session.userId)}`),
    setPresence: (status: PresenceStatus) =>
      call<Agent>("PUT", `/agents/${encodeURIComponent(session.userId)}/presence`, { status }),
    offers: () => call<{ items: { id: string; conversationId: string }[] }>("GET", "/offers"),
    answerOffer: (id: string, answer: "accept" | "reject") =>
      call("POST", `/offers/${encodeURIComponent(id)}/${answer}`, {}),
    socketTicket: () => call<{ url: string }>("POST", "/socket-tickets", {}),
  };
}
