import { Webhook as Library } from "standardwebhooks";
import { agent, available, createFlow, operator, type Flow } from "../../flow/harness.ts";
import type { HttpAnswer, HttpCall } from "../../../shared/ports/http.ts";

/** An event as a receiver has taken it. */
export interface Received {
  id: string;
  type: string;
  timestamp: string;
  conversationId: string;
  // What an event holds is what the test asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any;
  call: HttpCall;
}

/** Stands at the webhook's url. */
export class Receiver {
  /** what it has answered 2xx to */
  readonly taken: Received[] = [];
  /** every call, taken or not */
  readonly tried: Received[] = [];
  /** how it answers; throws where it does not */
  answer: (event: Received) => number | HttpAnswer = () => 204;

  async call(call: HttpCall): Promise<HttpAnswer> {
    const { type, timestamp, data } = JSON.parse(call.body!);
    const conversationId = data.conversation?.id ?? data.message?.conversationId ?? data.conversationId;
    const event = { id: call.headers["webhook-id"]!, type, timestamp, conversationId, data, call };
    this.tried.push(event);
    const answer = this.answer(event);
    const { status, headers = {}, body = "" } = typeof answer === "number" ? { status: answer } : answer;
    if (status >= 200 && status < 300) this.taken.push(event);
    return { status, headers, body };
  }

  get types(): string[] {
    return this.taken.map(({ type }) => type);
  }

  of(conversationId: string): Received[] {
    return this.taken.filter((event) => event.conversationId === conversationId);
  }
}

export const respond = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: "",
});

/** Whether a receiver that holds this secret believes a call. */
export function isGenuine({ headers, body }: HttpCall, secret: string): boolean {
  const expected = new Library(secret).sign(
    headers["webhook-id"]!,
    new Date(Number(headers["webhook-timestamp"]) * 1000),
    body!,
  );
  return headers["webhook-signature"]!.split(" ").includes(expected);
}

export interface Watched {
  flow: Flow;
  receiver: Receiver;
  webhook: { id: string; secret: string };
}

/** A flow whose agent is there, and a receiver of these events. */
export async function watched(events: string[] = ["*"]): Promise<Watched> {
  const flow = createFlow();
  const receiver = new Receiver();
  flow.receiver.answer = (call) => receiver.call(call);
  const { body } = await flow.call(operator, "POST", "/v1/webhooks", { url: "https://receiver.example/hook", events });
  await available(flow, "agent-en");
  return { flow, receiver, webhook: body };
}

export const shown = async ({ flow, webhook }: Watched) =>
  (await flow.call(operator, "GET", `/v1/webhooks/${webhook.id}`)).body;

export const setState = ({ flow, webhook }: Watched, state: "active" | "disabled") =>
  flow.call(operator, "PATCH", `/v1/webhooks/${webhook.id}`, { state });

/** Time goes by, with the sweep of every minute and all that follows from it. */
export async function pass(flow: Flow, milliseconds: number, stepMs = 60_000): Promise<void> {
  for (let left = milliseconds; left > 0; left -= stepMs) {
    await flow.advance(Math.min(stepMs, left));
    await flow.sweep();
    await flow.settle();
  }
}

export const reply = (flow: Flow, conversationId: string, text: string, key = text) =>
  flow.call(
    agent("agent-en"),
    "POST",
    `/v1/conversations/${conversationId}/messages`,
    { text },
    { "idempotency-key": key },
  );
