import type { SentText } from "./memory.ts";

export interface ReceivedText {
  from: string;
  to: string;
  text: string;
  at: string;
}

/** What this phone has received, oldest first. */
export async function received(phone: string): Promise<ReceivedText[]> {
  const response = await fetch(`/sim/outbox?${new URLSearchParams({ channel: "sms", to: phone })}`);
  const { items } = (await response.json()) as { items: ReceivedText[] };
  return items;
}

/** Hands a text to the carrier. @throws Error for the reader when the router did not take it */
export async function sendText(from: string, to: string, text: string): Promise<SentText> {
  const clock = (await (await fetch("/sim/clock")).json()) as { now: string };
  const response = await fetch("/sim/twilio/messages", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from, to, body: text }),
  });
  if (!response.ok) {
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Error(detail ?? `The simulator answered ${response.status}.`);
  }
  return { from, to, text, at: clock.now };
}
