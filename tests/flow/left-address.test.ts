import { describe, expect, test } from "vitest";
import { chirp, chirpId, createChirpFlow, inboxId, number, stored, take, taken, userId } from "./chirp.ts";
import { agent, available, supervisor, type Flow } from "./harness.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { currentCustomer, customersAt } from "../../shared/flow/customers.ts";
import { eraseCustomer } from "../../shared/flow/erase.ts";
import { importRecord } from "../../shared/flow/import.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

/*
 * A customer has another number, by the provider's word, and the carrier gives the old one to somebody else: whoever writes
 * from there later is another person.
 */

const next = "+525587654321";
const strangersId = "MX.9999";
const stop: Partial<InboundMessage> = { text: "STOP", optOut: "stop" };
const time = (minute: number, second = 0): string => new Date(Date.UTC(2026, 10, 2, 8, minute, second)).toISOString();

/** They had this number until then. */
const moved = (changes: Partial<InboundMessage> = {}): InboundMessage =>
  chirp({
    text: "",
    isQuiet: true,
    context: { kind: "address-change" },
    from: next,
    aliases: [number],
    leaves: [number],
    providerTime: time(10),
    ...changes,
  });

/** The customer wrote from their number and their user id, and moved. */
async function movedAway(notice = moved()) {
  const flow = createChirpFlow();
  await available(flow, "agent-en");
  const first = await taken(flow, { aliases: [userId], providerTime: time(0) });
  await take(flow, notice);
  return { flow, first };
}

const ownerOf = async (flow: Flow, { identityId }: { identityId: string }) => {
  const identity = await flow.stores.identities.get(identityId);
  return (await currentCustomer(identity!.customerId, flow.app)).id;
};

const stoppedAt = async (flow: Flow, ids: string[]) =>
  (await flow.stores.identities.many(ids)).filter(({ optOuts }) => inboxId in optOuts).map(({ id }) => id);

const customersIds = [number, userId, next].map(chirpId);

describe("whoever writes from a number that a customer has left", () => {
  test("is somebody else, with a conversation of their own", async () => {
    const { flow, first } = await movedAway();
    const stranger = await taken(flow, { aliases: [strangersId], providerTime: time(20) });
    expect(stranger.conversationId).not.toBe(first.conversationId);
    expect(await ownerOf(flow, stranger)).not.toBe(await ownerOf(flow, first));
    expect(await flow.stores.identities.get(stranger.identityId)).toMatchObject({ address: number });
    const again = await taken(flow, { from: strangersId, aliases: [number], providerTime: time(21) });
    expect(again.conversationId).toBe(stranger.conversationId);
    const customer = await taken(flow, { from: next, aliases: [userId], providerTime: time(22) });
    expect(customer.conversationId).toBe(first.conversationId);
    expect(await stored(flow, { ...chirp(), providerId: first.providerId })).toEqual(first);
    expect(await flow.stores.identities.get(first.identityId)).toMatchObject({
      address: number,
      aliases: [next, userId],
    });
  });

  test("is somebody else, though the word of the customer's other user id came first", async () => {
    const flow = createChirpFlow();
    const first = await taken(flow, { aliases: [userId], providerTime: time(0) });
    await take(flow, moved({ aliases: [userId, "MX.4712"], leaves: [] }));
    await take(flow, moved({ aliases: [number, userId, "MX.4712"] }));
    const stranger = await taken(flow, { providerTime: time(20) });
    expect(await ownerOf(flow, stranger)).not.toBe(await ownerOf(flow, first));
    expect((await flow.stores.identities.get(first.identityId))?.leftAt).toBe(time(10));
  });

  test("stops messages to themselves alone, and nobody stops theirs", async () => {
    const { flow } = await movedAway();
    const stranger = await taken(flow, { ...stop, aliases: [strangersId], providerTime: time(20) });
    const strangersIds = [stranger.identityId, chirpId(strangersId)];
    expect(await stoppedAt(flow, [...customersIds, ...strangersIds])).toEqual(strangersIds);
    await taken(flow, { text: "START", optOut: "start", providerTime: time(21) });
    await taken(flow, { ...stop, from: next, aliases: [number], providerTime: time(22) });
    expect((await stoppedAt(flow, strangersIds)).length).toBe(0);
    expect(await stoppedAt(flow, [chirpId(next)])).toEqual([chirpId(next)]);
  });

  test("is the customer still, if it was said before they left, whenever it comes", async () => {
    const { flow, first } = await movedAway();
    const stranger = await taken(flow, { providerTime: time(20) });
    const late = await taken(flow, { providerTime: time(9) });
    const atOnce = await taken(flow, { providerTime: time(10, 0.4) });
    expect(late).toMatchObject({ identityId: first.identityId, conversationId: first.conversationId });
    expect(atOnce).toMatchObject({ identityId: first.identityId, conversationId: first.conversationId });
    expect((await taken(flow, { providerTime: time(21) })).identityId).toBe(stranger.identityId);
  });

  test("is the customer, if it was stored before anybody knew of their leaving and is carried on after", async () => {
    const flow = createChirpFlow();
    const first = await taken(flow, { providerTime: time(0) });
    const { conversations, identities } = flow.stores;
    const { applyMessage } = conversations;
    const { setLeft } = identities;
    let isLeft = false;
    identities.setLeft = async (...parameters) => {
      await setLeft(...parameters);
      isLeft = true;
    };
    conversations.applyMessage = async (...parameters) => {
      if (!isLeft) throw new Error("ThrottlingException");
      return applyMessage(...parameters);
    };
    const message = chirp({ providerTime: time(20) });
    await take(flow, message);
    await take(flow, moved());
    expect(await stored(flow, message)).toMatchObject({ identityId: first.identityId });
    const { conversationId } = await stored(flow, message);
    const conversation = await conversations.get(conversationId);
    expect(conversation).toMatchObject({ id: first.conversationId, customerId: await ownerOf(flow, first) });
    expect(conversation!.inboundSequence[first.identityId]).toBe((await stored(flow, message)).sequence);
  });

  test("stays apart when the word of it comes again, from another inbox and after they wrote", async () => {
    const notice = moved();
    const { flow, first } = await movedAway(notice);
    await take(flow, moved({ providerTime: time(10, 3) }));
    const stranger = await taken(flow, { providerTime: time(20) });
    await flow.app.queues.inbound.send([
      { body: { schemaVersion: 1, message: notice, receivedAt: time(59) }, groupId: chirpId(next) },
    ]);
    await flow.settle();
    expect((await taken(flow, { providerTime: time(21) })).identityId).toBe(stranger.identityId);
    expect(await ownerOf(flow, stranger)).not.toBe(await ownerOf(flow, first));
    expect((await flow.stores.identities.get(first.identityId))?.leftAt).toBe(time(10));
    expect(await customersAt(number, flow.app)).toHaveLength(2);
  });

  test("is known from the word on that comes after they have written, and what they stopped stays so", async () => {
    const flow = createChirpFlow();
    const first = await taken(flow, { providerTime: time(0) });
    await taken(flow, { ...stop, providerTime: time(20) });
    await flow.advance(1000);
    await take(flow, moved());
    const stranger = await taken(flow, { providerTime: time(21) });
    expect(await ownerOf(flow, stranger)).not.toBe(await ownerOf(flow, first));
    expect(await stoppedAt(flow, [stranger.identityId])).toEqual([stranger.identityId]);
    expect(await stoppedAt(flow, [chirpId(next)])).toEqual([]);
  });

  test("is somebody else though nobody knew the number, and the customer still if it was said before", async () => {
    const flow = createChirpFlow();
    await take(flow, moved());
    const [late, stranger] = [
      await taken(flow, { providerTime: time(9) }),
      await taken(flow, { providerTime: time(20) }),
    ];
    const customer = await taken(flow, { from: next, providerTime: time(21) });
    expect(late.conversationId).toBe(customer.conversationId);
    expect(stranger.conversationId).not.toBe(customer.conversationId);
  });

  test("is who comes with the record of another system", async () => {
    const { flow, first } = await movedAway();
    const chirpable = {
      ...flow.app.config.channels["chirp"]!,
      broughtAddress: { pattern: ".*", expected: "", precedence: 0 },
    };
    flow.app.config = { ...flow.app.config, channels: { ...flow.app.config.channels, chirp: chirpable } };
    const record = { externalId: "17", addresses: [{ channel: "chirp", address: number, consent: true as const }] };
    const { id } = await importRecord(record, flow.app);
    expect(id).not.toBe(await ownerOf(flow, first));
    const stranger = await taken(flow, { providerTime: time(20) });
    expect(await ownerOf(flow, stranger)).toBe(id);
    expect((await flow.stores.identities.get(stranger.identityId))?.consent).toMatchObject({ by: "17" });
    expect((await flow.stores.identities.get(first.identityId))?.consent).toBeUndefined();
  });

  test("is the customer still, where the word of it does not say whose number that was", async () => {
    const flow = createChirpFlow();
    const first = await taken(flow, { providerTime: time(0) });
    await take(flow, moved({ aliases: [userId] }), moved({ aliases: undefined }));
    await take(flow, moved({ from: number, aliases: [userId], leaves: [number] }));
    expect((await flow.stores.identities.get(first.identityId))?.leftAt).toBeUndefined();
    expect((await taken(flow, { providerTime: time(20) })).identityId).toBe(first.identityId);
  });

  test("may be the customer, who is back", async () => {
    const { flow, first } = await movedAway();
    await take(flow, moved({ from: number, aliases: [next], leaves: [next], providerTime: time(20) }));
    const back = await taken(flow, { aliases: [userId], providerTime: time(21) });
    expect(back.conversationId).toBe(first.conversationId);
    expect(back.identityId).not.toBe(first.identityId);
    await taken(flow, { ...stop, from: userId, aliases: [number], providerTime: time(22) });
    expect(await stoppedAt(flow, [back.identityId])).toEqual([back.identityId]);
    const { conversationId } = await taken(flow, { from: next, providerTime: time(23) });
    expect(conversationId).not.toBe(first.conversationId);
  });

  test("keeps what they stopped when the customer before them is erased", async () => {
    const { flow, first } = await movedAway();
    const stranger = await taken(flow, { ...stop, providerTime: time(20) });
    await eraseCustomer(await ownerOf(flow, first), "admin", flow.app);
    expect(await flow.stores.messages.get(first.id)).toBeUndefined();
    const again = await taken(flow, { providerTime: time(21) });
    expect(again.identityId).toBe(stranger.identityId);
    expect(await stoppedAt(flow, [again.identityId])).toEqual([again.identityId]);
    const [customer, ...others] = await customersAt(number, flow.app);
    expect([customer?.id, others]).toEqual([await ownerOf(flow, stranger), []]);
    await eraseCustomer(customer!.id, "admin", flow.app);
    expect(await flow.stores.identities.many([chirpId(number), stranger.identityId])).toEqual([]);
  });
});

describe("a customer who has another number", () => {
  const ways = async (flow: Flow, conversationId: string) => {
    const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${conversationId}/routes`);
    return body.items.map(({ address, isLastUsed }: { address: string; isLastUsed: boolean }) => [address, isLastUsed]);
  };

  test("is answered there, and no more at the old one", async () => {
    const { flow, first } = await movedAway();
    expect(await ways(flow, first.conversationId)).toEqual([[next, true]]);
    const path = `/v1/conversations/${first.conversationId}/messages`;
    const body = { text: "Gladly.", identityId: first.identityId };
    const answer = await flow.call(agent("agent-en"), "POST", path, body, { "idempotency-key": "k" });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ reason: "no-route-back", detail: expect.stringContaining("another address") });
    expect((await flow.stores.conversations.get(first.conversationId))?.messageVersion).toBe(1);
  });

  test("is answered where they wrote since, if that is elsewhere", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { aliases: [userId], providerTime: time(0) });
    await taken(flow, { from: userId, providerTime: time(5) });
    await take(flow, moved());
    expect(await flow.stores.conversations.get(conversationId)).toMatchObject({ identityId: chirpId(userId) });
  });

  test("can be parted from it by hand, and is not joined again by the same word", async () => {
    const flow = createChirpFlow();
    const first = await taken(flow, { providerTime: time(0) });
    const other = await taken(flow, { from: next, providerTime: time(1) });
    const notice = moved();
    await take(flow, notice);
    expect(await ownerOf(flow, first)).toBe(await ownerOf(flow, other));
    const merges = await flow.stores.customers.merges(await ownerOf(flow, first));
    expect(merges).toHaveLength(1);
    await undoMerge(merges[0]!.id, "sam", flow.app);
    await flow.app.queues.inbound.send([
      { body: { schemaVersion: 1, message: notice, receivedAt: time(59) }, groupId: chirpId(next) },
    ]);
    await flow.settle();
    expect(await ownerOf(flow, first)).not.toBe(await ownerOf(flow, other));
    const stranger = await taken(flow, { providerTime: time(20) });
    expect([await ownerOf(flow, first), await ownerOf(flow, other)]).not.toContain(await ownerOf(flow, stranger));
  });
});

test("an address has one identity after the other, each with an id of its own", () => {
  const ids = [0, 1, 2].map((holder) => identityIdOf("chirp", number, holder));
  expect(new Set(ids).size).toBe(3);
  expect(ids[0]).toBe(chirpId(number));
});
