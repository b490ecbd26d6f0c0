import type { SentMail } from "./memory.ts";

export interface Received {
  channel: string;
  from: string;
  to: string;
  text: string;
  subject?: string | null;
  /** names in lower case */
  headers?: Record<string, string>;
  /** names of files of a mail */
  attachments?: string[];
  /** files of a message */
  media?: { contentType: string; url: string }[];
  /** answers to choose from */
  buttons?: string[];
  providerId: string;
  at: string;
}

/** What has been sent to any of these addresses, oldest first. */
export async function received(addresses: string[]): Promise<Received[]> {
  const query = new URLSearchParams(addresses.map((address) => ["to", address]));
  const { items } = (await (await fetch(`/sim/outbox?${query}`)).json()) as { items: Received[] };
  return items;
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

/** The time on this machine's clock, which people move. ISO 8601. */
export async function now(): Promise<string> {
  return ((await (await fetch("/sim/clock")).json()) as { now: string }).now;
}

/** Lets all happen that is due until then. @throws Error for the reader */
export const advance = (milliseconds: number): Promise<unknown> => post("/sim/clock", { advanceMs: milliseconds });

/** @throws Error for the reader */
export async function post(path: string, body: object): Promise<unknown> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json().catch(() => ({}))) as { detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `The simulator answered ${response.status}.`);
  return answer;
}
