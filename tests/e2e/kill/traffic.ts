import type { Api } from "../api.ts";
import { apiOf, type ReadyLine } from "../child.ts";
import { type Fields, postText, textFields, type WebhookTarget } from "../webhook.ts";

/*
 * A round's customers write, and agents answer each text; both stop when the router dies. What each of them was told
 * stays here, to be compared with what the router then knows.
 */

export interface Text {
  customer: string;
  /** unlike any other */
  body: string;
  fields: Fields;
  /** the webhook has been called */
  sent: boolean;
  /** the webhook was answered with 2xx */
  accepted: boolean;
}

export interface Reply {
  agent: string;
  customer: string;
  conversationId: string;
  /** unlike any other; its Idempotency-Key too */
  text: string;
  accepted: boolean;
  /** known when it was accepted */
  sendId?: string;
}

export type Accepted = "text" | "reply";

/** Is called the moment that the router has accepted one, with how many of the kind it has accepted. */
export type OnAccepted = (kind: Accepted, count: number) => void;

const customersPerRound = 50;
const textsPerCustomer = 4;
/** Requests that customers, and each agent, have under way at the same time. */
const customersAtOnce = 4;
/** Customers wait while so many texts have no answer yet, so that texts and replies are under way together. */
const mostUnanswered = 100;
const repliesAtOnce = 16;
const pollEveryMs = 25;

const sentences = [
  { agent: "agent-en", body: "Hello, could you please tell me where my parcel is?" },
  { agent: "agent-de", body: "Guten Tag, können Sie mir bitte sagen, wo mein Paket ist?" },
  { agent: "agent-zh", body: "你好，请问我的包裹现在在哪里？" },
];

export const agents = sentences.map(({ agent }) => agent);

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pollEveryMs));

export class Traffic {
  readonly texts: Text[] = [];
  readonly replies = new Map<string, Reply>();
  readonly #target: WebhookTarget;
  readonly #api: Api;
  readonly #onAccepted: OnAccepted;
  readonly #accepted = { text: 0, reply: 0 };
  #ended = false;

  constructor(round: number, ready: ReadyLine, onAccepted: OnAccepted) {
    this.#target = { ...ready.twilio, baseUrl: ready.baseUrl };
    this.#api = apiOf(ready);
    this.#onAccepted = onAccepted;
    for (let turn = 0; turn < textsPerCustomer; turn += 1)
      for (let index = 0; index < customersPerRound; index += 1) this.#addText(round, index, turn);
  }

  /** Nobody asks for anything any more: what fails from now on fails because the router was killed. */
  end(): void {
    this.#ended = true;
  }

  /** Until all is said, or `end` was called. @throws when the router refuses something */
  async run(): Promise<void> {
    const unsent = [...this.texts];
    await Promise.all([
      ...Array.from({ length: customersAtOnce }, () => this.#write(unsent)),
      ...agents.map((agent) => this.#answer(agent)),
    ]);
  }

  /** What was not acknowledged is asked once more, as carriers and clients do. */
  async repeatUnacknowledged(): Promise<void> {
    this.#ended = false;
    for (const text of this.texts) if (text.sent && !text.accepted) await this.#post(text);
    for (const reply of this.replies.values()) if (!reply.accepted) await this.#send(reply);
  }

  #addText(round: number, index: number, turn: number): void {
    const customer = `+4915${String(round).padStart(3, "0")}${String(index).padStart(5, "0")}`;
    const body = `${sentences[index % sentences.length]!.body} ${round}-${index}-${turn}`;
    const fields = textFields(this.#target, customer, body);
    this.texts.push({ customer, body, fields, sent: false, accepted: false });
  }

  async #write(unsent: Text[]): Promise<void> {
    for (let text = unsent.shift(); text && !this.#ended; text = unsent.shift()) {
      await this.#post(text);
      while (!this.#ended && this.texts.length - unsent.length - this.replies.size > mostUnanswered) await pause();
    }
  }

  async #post(text: Text): Promise<void> {
    text.sent = true;
    const answer = await this.#unlessKilled(() => postText(this.#target, text.fields));
    if (!answer) return;
    if (!answer.ok) throw new Error(`The webhook was answered with ${answer.status}: ${await answer.text()}`);
    text.accepted = true;
    this.#acknowledge("text");
  }

  /** Looks for conversations with something new, and answers each text that has no answer yet. */
  async #answer(agent: string): Promise<void> {
    const seen = new Map<string, number>();
    const done = (): boolean => this.#ended || this.#unanswered(agent) === 0;
    while (!done()) {
      const list = await this.#unlessKilled(() => this.#api(agent, "GET", `/conversations?agent=${agent}`));
      const open: { id: string; address: string; messageVersion: number }[] = list?.body.items ?? [];
      const changed = open.filter(({ id, messageVersion }) => (seen.get(id) ?? 0) < messageVersion);
      for (const { id, messageVersion } of changed) seen.set(id, messageVersion);
      const found = await Promise.all(changed.map(({ id, address }) => this.#repliesFor(agent, id, address)));
      const newReplies = found.flat();
      const sending = async (): Promise<void> => {
        for (let reply = newReplies.shift(); reply && !this.#ended; reply = newReplies.shift()) await this.#send(reply);
      };
      await Promise.all(Array.from({ length: repliesAtOnce }, sending));
      if (changed.length === 0) await pause();
    }
  }

  async #repliesFor(agent: string, conversationId: string, customer: string): Promise<Reply[]> {
    const path = `/conversations/${conversationId}/messages`;
    const answer = await this.#unlessKilled(() => this.#api(agent, "GET", path));
    const messages: { direction: string; text: string }[] = answer?.body.items ?? [];
    const replies = messages
      .filter(({ direction }) => direction === "in")
      .map(({ text }) => ({ agent, customer, conversationId, text: `Re: ${text}`, accepted: false }));
    return replies.filter(({ text }) => !this.replies.has(text));
  }

  async #send(reply: Reply): Promise<void> {
    this.replies.set(reply.text, reply);
    const { agent, conversationId, text } = reply;
    const key = text.slice(text.lastIndexOf(" ") + 1);
    const answer = await this.#unlessKilled(() =>
      this.#api(agent, "POST", `/conversations/${conversationId}/messages`, { text }, { "idempotency-key": key }),
    );
    if (!answer) return;
    if (answer.status !== 202) throw new Error(`A reply was answered with ${JSON.stringify(answer.body)}`);
    reply.accepted = true;
    reply.sendId = answer.body.sendId;
    this.#acknowledge("reply");
  }

  #acknowledge(kind: Accepted): void {
    this.#accepted[kind] += 1;
    this.#onAccepted(kind, this.#accepted[kind]);
  }

  #unanswered(agent: string): number {
    const sentence = sentences.find((each) => each.agent === agent)!.body;
    return this.texts.filter(({ body }) => body.startsWith(sentence) && !this.replies.has(`Re: ${body}`)).length;
  }

  /** @returns undefined when the answer is missing because the router was killed */
  async #unlessKilled<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (this.#ended) return undefined;
      throw error;
    }
  }
}
