import { afterAll, beforeAll, describe } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { chatContract } from "./stores-chats.ts";
import { conversationContract } from "./stores-conversations.ts";
import { customerContract, identityContract } from "./stores-customers.ts";
import { conversationListContract } from "./stores-lists.ts";
import { rateContract, viewerContract } from "./stores-live.ts";
import { mergeContract } from "./stores-merges.ts";
import { ownershipContract } from "./stores-ownership.ts";
import { messageContract, sendContract } from "./stores-messages.ts";
import { peopleContract } from "./stores-people.ts";
import { projectionContract } from "./stores-projections.ts";
import { reachContract } from "./stores-reach.ts";
import { deliveryContract, webhookContract } from "./stores-webhooks.ts";
import { dueContract, parkedContract, poolLogContract, socketContract } from "./stores-work.ts";

export interface OpenStores {
  stores: Stores;
  close(): Promise<void>;
}

const contracts: Record<string, (stores: () => Stores) => void> = {
  identities: identityContract,
  customers: customerContract,
  people: peopleContract,
  reach: reachContract,
  merges: mergeContract,
  ownership: ownershipContract,
  conversations: conversationContract,
  projections: projectionContract,
  "lists of conversations": conversationListContract,
  messages: messageContract,
  sends: sendContract,
  "pool log": poolLogContract,
  parked: parkedContract,
  due: dueContract,
  sockets: socketContract,
  chats: chatContract,
  viewers: viewerContract,
  rates: rateContract,
  webhooks: webhookContract,
  deliveries: deliveryContract,
};

/** What every implementation of the stores promises; the functions rest on no more than this. */
export function describeStores(name: string, open: () => Promise<OpenStores>): void {
  describe(`stores: ${name}`, () => {
    let opened: OpenStores;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const stores = (): Stores => opened.stores;
    describe.each(Object.entries(contracts))("%s", (_, contract) => {
      contract(stores);
    });
  });
}
