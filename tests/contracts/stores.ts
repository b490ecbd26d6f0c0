import { afterAll, beforeAll, describe } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { conversationContract } from "./stores-conversations.ts";
import { customerContract, identityContract } from "./stores-customers.ts";
import { messageContract, sendContract } from "./stores-messages.ts";
import { dueContract, parkedContract, poolLogContract, socketContract } from "./stores-work.ts";

export interface OpenStores {
  stores: Stores;
  close(): Promise<void>;
}

/** What every implementation of the stores promises; the functions rest on no more than this. */
export function describeStores(name: string, open: () => Promise<OpenStores>): void {
  describe(`stores: ${name}`, () => {
    let opened: OpenStores;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const stores = (): Stores => opened.stores;
    describe("identities", () => {
      identityContract(stores);
    });
    describe("customers", () => {
      customerContract(stores);
    });
    describe("conversations", () => {
      conversationContract(stores);
    });
    describe("messages", () => {
      messageContract(stores);
    });
    describe("sends", () => {
      sendContract(stores);
    });
    describe("pool log", () => {
      poolLogContract(stores);
    });
    describe("parked", () => {
      parkedContract(stores);
    });
    describe("due", () => {
      dueContract(stores);
    });
    describe("sockets", () => {
      socketContract(stores);
    });
  });
}
