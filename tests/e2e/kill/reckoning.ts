import { join } from "node:path";
import { TwilioStorage } from "../../../infra/local/providers/twilio/storage.ts";
import { apiOf, type ReadyLine, simOf } from "../child.ts";
import type { Traffic } from "./traffic.ts";

/* What a router that has been started again knows, against what its customers and agents were told. */

export interface Reckoning {
  /** accepted, and not there exactly once */
  wrongTexts: string[];
  /** accepted, and neither delivered exactly once nor parked */
  wrongReplies: string[];
  /** never acknowledged, and there more than once */
  doubled: string[];
  delivered: number;
  parked: number;
}

/** Everything that is due within this time after a start has been done: time-outs of deliveries, proofs of absence. */
const settlingMinutes = 6;

export async function settle(ready: ReadyLine): Promise<void> {
  for (let minute = 0; minute < settlingMinutes; minute += 1)
    await simOf(ready, "POST", "/clock", { advanceMs: 60_000 });
}

export async function reckon(ready: ReadyLine, { texts, replies }: Traffic): Promise<Reckoning> {
  const inbound = await inboundTexts(ready, new Set(texts.map(({ customer }) => customer)));
  const { items: outbox } = await simOf<{ items: { text: string }[] }>(ready, "GET", "/outbox");
  const onPhones = countOf(outbox.map(({ text }) => text));
  const parked = await parkedSends(ready);
  const accepted = [...replies.values()].filter((reply) => reply.accepted);
  const isParked = (sendId: string | undefined): boolean => sendId !== undefined && parked.has(sendId);
  const deliveredOnce = accepted.filter(({ text }) => onPhones.get(text) === 1);
  const parkedOnly = accepted.filter(({ text, sendId }) => !onPhones.has(text) && isParked(sendId));
  const right = new Set([...deliveredOnce, ...parkedOnly]);
  return {
    wrongTexts: texts
      .filter((text) => text.accepted && inbound.get(text.body) !== 1)
      .map(({ body }) => `${body}: ${inbound.get(body) ?? 0} times`),
    wrongReplies: accepted
      .filter((reply) => !right.has(reply))
      .map(({ text }) => `${text}: ${onPhones.get(text) ?? 0} times on the phone`),
    doubled: [...inbound, ...onPhones]
      .filter(([, count]) => count > 1)
      .map(([text, count]) => `${text}: ${count} times`),
    delivered: deliveredOnce.length,
    parked: parkedOnly.length,
  };
}

/** Resolves what a round's customers have opened, so that the next one begins with idle agents. */
export async function resolveAll(ready: ReadyLine, { texts }: Traffic): Promise<void> {
  const customers = new Set(texts.map(({ customer }) => customer));
  for (const { id, address } of await openConversations(ready)) {
    if (!customers.has(address)) continue;
    const { status, body } = await apiOf(ready)("supervisor", "POST", `/conversations/${id}/resolve`, {});
    if (status !== 200) throw new Error(`${id} can't be resolved: ${JSON.stringify(body)}`);
  }
}

/** The replies that phones have, by what the carrier has on disk: for while nothing runs. */
export function deliveredTexts(dataDirectory: string): Set<string> {
  const storage = new TwilioStorage(join(dataDirectory, "providers.sqlite"));
  const texts = storage.delivered(null).map(({ body }) => body);
  storage.close();
  return new Set(texts);
}

/** How often each text of these customers is there. @throws when a customer has more than one conversation */
async function inboundTexts(ready: ReadyLine, customers: Set<string>): Promise<Map<string, number>> {
  const conversations = (await openConversations(ready)).filter(({ address }) => customers.has(address));
  const addresses = countOf(conversations.map(({ address }) => address));
  for (const [address, count] of addresses)
    if (count > 1) throw new Error(`${address} has ${count} open conversations`);
  const texts: string[] = [];
  for (const { id } of conversations) {
    const { body } = await apiOf(ready)("supervisor", "GET", `/conversations/${id}/messages`);
    if (body.cursor) throw new Error(`${id} has more messages than one page takes`);
    for (const message of body.items) if (message.direction === "in") texts.push(message.text);
  }
  return countOf(texts);
}

const openConversations = (ready: ReadyLine): Promise<{ id: string; address: string }[]> =>
  allPages(ready, "supervisor", "/conversations");

async function parkedSends(ready: ReadyLine): Promise<Set<string | null>> {
  const items = await allPages<{ kind: string; sendId: string | null }>(ready, "admin", "/parked");
  return new Set(items.map(({ sendId }) => sendId));
}

async function allPages<Item>(ready: ReadyLine, user: string, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await apiOf(ready)(user, "GET", path + query);
    items.push(...body.items);
    cursor = body.cursor;
  } while (cursor !== undefined);
  return items;
}

function countOf(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
