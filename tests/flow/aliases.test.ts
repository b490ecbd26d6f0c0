import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chirp, chirpId, createChirpFlow, number, take, taken, userId } from "./chirp.ts";
import { agent, available, type Flow } from "./harness.ts";
import { chanceOf, delayed } from "./interleave.ts";
import { run as route } from "../../functions/route/run.ts";
import { firstCustomerIdOf, identityIdOf, messageIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { currentCustomer } from "../../shared/flow/customers.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

const customerAt = async (flow: Flow, address: string) => {
  const identity = await flow.stores.identities.get(chirpId(address));
  if (!identity) throw new Error(`Nobody knows ${address}.`);
  return currentCustomer(identity.customerId, flow.app);
};

const countsAsOne = async (flow: Flow, ...addresses: string[]) => {
  const customers = await Promise.all(addresses.map((address) => customerAt(flow, address)));
  return new Set(customers.map(({ id }) => id)).size === 1;
};

/** What the stores are asked, by name. */
function counted(flow: Flow): string[] {
  const asked: string[] = [];
  for (const [storeName, store] of Object.entries(flow.stores) as [string, Record<string, Function>][]) {
    for (const [name, operation] of Object.entries(store)) {
      store[name] = (...parameters: unknown[]) => {
        asked.push(`${storeName}.${name}`);
        return operation(...parameters);
      };
    }
  }
  return asked;
}

describe("a second address of the sender's that the provider names", () => {
  test("becomes the same customer's from the first message, by the provider's word", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { aliases: [userId] });
    const [byNumber, byId] = await Promise.all(
      [number, userId].map((each) => flow.stores.identities.get(chirpId(each))),
    );
    expect(byNumber).toMatchObject({ aliases: [userId], evidence: [{ kind: "first-contact" }, { kind: "provider" }] });
    expect(byId).toMatchObject({
      aliases: [number],
      customerId: byNumber!.customerId,
      evidence: [{ kind: "provider" }],
    });
    expect(await taken(flow, { from: userId })).toMatchObject({ conversationId });
    const { identityIds } = await customerAt(flow, number);
    expect(identityIds).toEqual([chirpId(number), chirpId(userId)].toSorted());
  });

  test("costs no call more than any message, once it is known", async () => {
    const flow = createChirpFlow();
    await taken(flow, { aliases: [userId] });
    const asked = counted(flow);
    await taken(flow);
    const usual = asked.splice(0);
    await taken(flow, { aliases: [userId] });
    expect(asked).toEqual(usual);
  });

  test("merges two customers who were known apart, which can be undone and stays so", async () => {
    const flow = createChirpFlow();
    const first = await taken(flow);
    const second = await taken(flow, { from: userId });
    expect(second.conversationId).not.toBe(first.conversationId);
    await taken(flow, { aliases: [userId] });
    expect(await countsAsOne(flow, number, userId)).toBe(true);
    const [merge] = await flow.stores.customers.merges(firstCustomerIdOf(chirpId(number)));
    expect(merge).toMatchObject({ evidence: { kind: "provider", by: "chirp" } });
    expect((await undoMerge(merge!.id, "admin", flow.app)).outcome).toBe("undone");
    await taken(flow, { aliases: [userId] });
    await taken(flow, { from: userId, aliases: [number] });
    expect(await countsAsOne(flow, number, userId)).toBe(false);
  });

  test("is taken in its one form", async () => {
    const flow = createChirpFlow();
    await taken(flow, { from: userId, aliases: ["+5215512345678", number] });
    expect(await flow.stores.identities.get(chirpId(userId))).toMatchObject({ aliases: [number] });
    await taken(flow, { aliases: ["+5215512345678"] });
    expect(await flow.stores.identities.get(chirpId(number))).toMatchObject({ aliases: [userId] });
  });

  test("keeps a customer one whose number and user id change, and wakes nobody", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { aliases: [userId] });
    const [nextNumber, nextId] = ["+525587654321", "MX.4712"];
    const change = { text: "", isQuiet: true, context: { kind: "address-change" } } as const;
    await take(flow, chirp({ ...change, from: nextNumber, aliases: [number] }));
    await take(flow, chirp({ ...change, from: nextId, aliases: [userId] }));
    expect(await countsAsOne(flow, number, userId, nextNumber, nextId)).toBe(true);
    expect(await taken(flow, { from: nextId, aliases: [nextNumber] })).toMatchObject({ conversationId });
    expect((await flow.stores.conversations.get(conversationId))!.messageVersion).toBe(2);
  });
});

const storedId = (providerId: string): string => messageIdOf("chirp", "account", providerId);

/** One delivery to `route`, as its queue would repeat it. */
async function deliver(flow: Flow, message: InboundMessage, position: number): Promise<void> {
  const delivery = {
    messageId: `q-${message.providerId}`,
    body: { schemaVersion: 1 as const, message, receivedAt: new Date(flow.clock.now()).toISOString() },
    groupId: identityIdOf(message.channel, message.from),
    sequence: String(position).padStart(20, "0"),
    receiveCount: 1,
  };
  for (let attempt = 0; attempt < 4; attempt += 1) if ((await route([delivery], flow.app)).length === 0) return;
  throw new Error(`${message.providerId} was never routed.`);
}

test("messages from the number and from the user id at the same instant make one customer and one conversation", async () => {
  const both: Partial<InboundMessage> = { aliases: [userId] };
  const kinds: Partial<InboundMessage>[] = [both, { from: userId }, { from: userId, aliases: [number] }];
  const sender = fc.constantFrom(...kinds);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.array(sender, { minLength: 1, maxLength: 2 }),
      async (seed, others) => {
        const flow = createChirpFlow();
        delayed(flow.stores, chanceOf(seed));
        const messages = [both, ...others].map((changes) => chirp(changes));
        await Promise.all(messages.map((message, position) => deliver(flow, message, position + 1)));
        await flow.settle();
        expect(await countsAsOne(flow, number, userId)).toBe(true);
        const customer = await customerAt(flow, number);
        const open = await flow.stores.conversations.get(customer.openConversationId!);
        expect(open).toMatchObject({ customerId: customer.id });
        const stored = await Promise.all(
          messages.map(({ providerId }) => flow.stores.messages.get(storedId(providerId))),
        );
        for (const message of stored) {
          const { id, closedAt, continuedIn } = (await flow.stores.conversations.get(message!.conversationId))!;
          expect(closedAt === undefined ? id : continuedIn).toBe(open!.id);
        }
      },
    ),
    { numRuns: 150 },
  );
});

describe("addresses of one person that the provider itself joins", () => {
  test("are one way to reply, the one last used, and the others are not offered beside it", async () => {
    const flow = createChirpFlow();
    await available(flow, "agent-en");
    const { conversationId } = await taken(flow, { aliases: [userId] });
    const ways = async () => {
      const { body } = await flow.call(agent("agent-en"), "GET", `/v1/conversations/${conversationId}/routes`);
      return body.items.map(({ address, isLastUsed, canSend }: Record<string, unknown>) => ({
        address,
        isLastUsed,
        canSend,
      }));
    };
    expect(await ways()).toEqual([{ address: number, isLastUsed: true, canSend: { ok: true } }]);
    await taken(flow, { from: userId, aliases: [number] });
    expect(await ways()).toEqual([{ address: userId, isLastUsed: true, canSend: { ok: true } }]);
  });
});
