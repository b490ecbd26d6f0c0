import type { Stores } from "../../ports/stores.ts";
import { memoryChats, memoryViewers } from "./chats.ts";
import { memoryConversations, type StoredConversations } from "./conversations.ts";
import { memoryCustomers } from "./customers.ts";
import { memoryIdentities } from "./identities.ts";
import { memoryMessages } from "./messages.ts";
import { memoryRates } from "./rates.ts";
import { memorySockets } from "./sockets.ts";
import { memoryWebhooks } from "./webhooks.ts";
import { memoryDue, memoryParked, memoryPoolLog } from "./work.ts";

/** The stores in plain maps, for the simulation and units: each operation happens at once, and copies go in and out. */
export function memoryStores(): Stores {
  const conversations: StoredConversations = { written: new Map(), settled: new Map() };
  return {
    identities: memoryIdentities(),
    customers: memoryCustomers(conversations),
    conversations: memoryConversations(conversations),
    messages: memoryMessages(),
    poolLog: memoryPoolLog(),
    parked: memoryParked(),
    due: memoryDue(),
    sockets: memorySockets(),
    chats: memoryChats(),
    viewers: memoryViewers(),
    rates: memoryRates(),
    webhooks: memoryWebhooks(),
  };
}
