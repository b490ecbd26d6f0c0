import type { SentMail, SentText } from "./memory.ts";

export interface Received {
  from: string;
  to: string;
  text: string;
  subject?: string;
  /** names in lower case */
  headers?: Record<string, string>;
  /** names of files */
  attachments?: string[];
  providerId: string;
  at: string;
}

/** What has been sent to this address on a channel, oldest first. */
export async function received(channel: "sms" | "email", to: string): Promise<Received[]> {
  const response = await fetch(`/sim/outbox?${new URLSearchParams({ channel, to })}`);
  const { items } = (await response.json()) as { items: Received[] };
  return items;
}

/** Hands a text to the carrier. @throws Error for the reader when the router did not take it */
export async function sendText(from: string, to: string, text: string): Promise<SentText> {
  const at = await now();
  await post("/sim/twilio/messages", { from, to, body: text });
  return { from, to, text, at };
}

export interface Letter {
  from: string;
  to: string;
  subject: string;
  text: string;
  inReplyTo?: string;
  references?: string[];
}

/** Posts a mail. @throws Error for the reader when the router's mail server did not take it */
export async function sendMail(letter: Letter): Promise<SentMail> {
  const at = await now();
  await post("/sim/email/messages", letter);
  const { from, to, subject, text } = letter;
  return { from, to, subject, text, at };
}

/** A token by which a shop says who is signed in. */
export async function vouchFor(person: { name: string; phone: string; mail: string }): Promise<string> {
  const { name, phone, mail } = person;
  const { token } = (await post("/sim/web/vouch", { sub: mail, name, phone, email: mail })) as { token: string };
  return token;
}

async function now(): Promise<string> {
  return ((await (await fetch("/sim/clock")).json()) as { now: string }).now;
}

async function post(path: string, body: object): Promise<unknown> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json().catch(() => ({}))) as { detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `The simulator answered ${response.status}.`);
  return answer;
}
