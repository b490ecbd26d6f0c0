import type { Stores } from "../../ports/stores.ts";
import { memoryConversations } from "./conversations.ts";
import { memoryCustomers, memoryIdentities } from "./customers.ts";
import { memoryMessages } from "./messages.ts";
import { memorySockets } from "./sockets.ts";
import { memoryDue, memoryParked, memoryPoolLog } from "./work.ts";

/** The stores in plain maps, for the simulation and units: each operation happens at once, and copies go in and out. */
export const memoryStores = (): Stores => ({
  identities: memoryIdentities(),
  customers: memoryCustomers(),
  conversations: memoryConversations(),
  messages: memoryMessages(),
  poolLog: memoryPoolLog(),
  parked: memoryParked(),
  due: memoryDue(),
  sockets: memorySockets(),
});
