import { applyEntry } from "../../shared/core/pool/apply.ts";
import { createPoolState } from "../../shared/core/pool/state.ts";
import type { PoolEntry, PoolEvent } from "../../shared/core/pool/types.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { Stores } from "../../shared/ports/stores.ts";

export const poolId = "service";
export const identity = { identityId: "idn_anna", customerId: "cus_anna" };
export const presence = (agentId: string, status: "available" | "away" | "offline" = "available"): PoolEvent => ({
  kind: "presence",
  agentId,
  status,
});

export function enqueue(conversationId: string, version = 1, skill = "en"): PoolEvent {
  return {
    kind: "enqueue",
    conversationId,
    version,
    queueId: "general",
    steps: [{ requirements: [{ skill, level: 2 }] }],
    priority: "normal",
    channel: "sms",
    receivedAt: "2026-11-02T09:00:00.000Z",
  };
}

export const resolve = (conversationId: string, version = 1): PoolEvent => ({
  kind: "resolve",
  conversationId,
  version,
  by: "agent-en",
});

/** A message of the customer, as step (3) of `route` applies it. */
export async function receive(app: App, conversationId: string, sequence = "1") {
  await app.stores.customers.claimOpenConversation(identity.customerId, {
    conversationId,
    identityId: identity.identityId,
  });
  return app.stores.conversations.applyMessage(conversationId, {
    ...identity,
    customerVersion: 1,
    address: "+4915112345678",
    channel: "sms",
    inboxId: "sms-main",
    subject: "Hello",
    language: "en",
    tags: [],
    requested: { queueId: "general", steps: [{ requirements: [] }], priority: "normal", tags: [] },
    sequence,
    at: isoTime(app.clock.now()),
  });
}

export async function received(app: App, ...ids: string[]): Promise<void> {
  for (const id of ids) await receive(app, id);
}

/** The app as another process has it, with some of its stores' operations replaced. */
export function withStores(app: App, replaced: { [Name in keyof Stores]?: Partial<Stores[Name]> }): App {
  const stores = { ...app.stores };
  for (const [name, operations] of Object.entries(replaced)) {
    Object.assign(stores, { [name]: { ...stores[name as keyof Stores], ...operations } });
  }
  return { ...app, stores };
}

export function counted(app: App): { app: App; calls: string[] } {
  const calls: string[] = [];
  const stores = Object.fromEntries(
    Object.entries(app.stores).map(([name, store]) => [
      name,
      new Proxy(store, {
        get: (target, operation: string) => {
          const run = Reflect.get(target, operation) as (...parameters: unknown[]) => unknown;
          return (...parameters: unknown[]) => (calls.push(`${name}.${operation}`), run(...parameters));
        },
      }),
    ]),
  ) as unknown as Stores;
  return { app: { ...app, stores }, calls };
}

export const log = (app: App): Promise<PoolEntry[]> => app.stores.poolLog.readAfter(poolId, 0);

export async function folded(app: App) {
  const state = createPoolState(poolId);
  for (const entry of await log(app)) applyEntry(state, entry);
  return state;
}
