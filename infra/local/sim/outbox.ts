import type { OutboxItem, SimulatedProvider } from "../providers/provider.ts";
import type { MailOutboxItem, SimulatedMailbox } from "./mailbox.ts";

interface Senders {
  providers: SimulatedProvider[];
  /** where the templates receive mail */
  mailbox: SimulatedMailbox | undefined;
}

/** What customers have received of all channels together, oldest first; `to` may come several times. */
export async function outboxOf(
  query: URLSearchParams,
  { providers, mailbox }: Senders,
): Promise<(OutboxItem | MailOutboxItem)[]> {
  const channel = query.get("channel") ?? undefined;
  const named = query.getAll("to");
  const addresses: (string | undefined)[] = named.length === 0 ? [undefined] : named.flatMap(writingsOf);
  const found = new Map<string, OutboxItem | MailOutboxItem>();
  for (const to of new Set(addresses)) {
    const texts = providers.flatMap((provider) => provider.outbox({ channel, to }));
    const mails = channel === undefined || channel === "email" ? ((await mailbox?.outbox(to)) ?? []) : [];
    // Somebody may be meant by more than one of their addresses.
    for (const item of [...texts, ...mails]) found.set(`${item.channel} ${item.providerId} ${item.to}`, item);
  }
  const items = Array.from(found.values());
  return items.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** Digits alone are a number or somebody's id. A "+" that was not percent-encoded arrives as a blank. */
function writingsOf(address: string): string[] {
  const bare = address.replace(/^whatsapp:/, "").replace(/^ /, "+");
  return /^\d+$/.test(bare) ? [bare, `+${bare}`] : [bare];
}
