import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { applied, atOnce, newId, pooled, sequence, time } from "../stores/samples.ts";

export function conversationContract(stores: () => Stores): void {
  messagesOfConversation(stores);
  snoozing(stores);
  closing(stores);
}

/** A conversation with its first message. */
export const start = async (stores: () => Stores, message = applied()) => {
  const id = newId("cnv");
  await stores().conversations.applyMessage(id, message);
  return { id, message };
};

function messagesOfConversation(stores: () => Stores): void {
  it("counts a message that is kept, and leaves where replies go", async () => {
    const { id, message } = await start(stores);
    const kept = applied({ address: "+15550100001", channel: "other", inboxId: "inbox-2", at: time(30), isKept: true });
    const { conversation } = await stores().conversations.applyMessage(id, kept);
    const { identityId, address, channel, inboxId } = message;
    expect(conversation).toMatchObject({ identityId, address, channel, inboxId, messageVersion: 2 });
    expect(conversation.inboundSequence).toEqual({ [identityId]: message.sequence, [kept.identityId]: kept.sequence });
    expect(await stores().conversations.get(id)).toEqual(conversation);
  });

  it("may begin with a message that is kept", async () => {
    const [id, kept] = [newId("cnv"), applied({ isKept: true })];
    const { conversation } = await stores().conversations.applyMessage(id, kept);
    expect(conversation).toMatchObject({ identityId: kept.identityId, address: kept.address, messageVersion: 1 });
    expect(conversation).not.toHaveProperty("isKept");
  });

  it("begins with the first message", async () => {
    const [id, message] = [newId("cnv"), applied()];
    expect(await stores().conversations.get(id)).toBeUndefined();
    const { outcome, conversation } = await stores().conversations.applyMessage(id, message);
    const { sequence: position, at, ...attributes } = message;
    expect(outcome).toBe("applied");
    expect(conversation).toEqual({
      ...attributes,
      id,
      schemaVersion: 1,
      openerIdentityId: message.identityId,
      openedAt: at,
      lastMessageAt: at,
      lastInboundAt: at,
      messageVersion: 1,
      inboundSequence: { [message.identityId]: position },
    });
    expect(await stores().conversations.get(id)).toEqual(conversation);
  });

  it("keeps what the first message said and where the last one came from", async () => {
    const { id, message } = await start(stores);
    const next = applied({
      customerId: message.customerId,
      customerVersion: 3,
      address: "+15550100001",
      channel: "other",
      inboxId: "inbox-2",
      subject: "another subject",
      language: "en",
      tags: ["another"],
      at: time(30),
    });
    const { conversation } = await stores().conversations.applyMessage(id, next);
    expect(conversation).toMatchObject({
      subject: message.subject,
      tags: message.tags,
      requested: message.requested,
      language: message.language,
      openedAt: message.at,
      identityId: next.identityId,
      address: next.address,
      channel: "other",
      inboxId: "inbox-2",
      customerVersion: 3,
      lastInboundAt: time(30),
      messageVersion: 2,
      inboundSequence: { [message.identityId]: message.sequence, [next.identityId]: next.sequence },
    });
  });

  it("applies a message once, and none behind a later one of the same identity", async () => {
    const { id, message } = await start(stores, applied({ sequence: sequence(5) }));
    for (const position of [5, 4]) {
      const again = await stores().conversations.applyMessage(id, { ...message, sequence: sequence(position) });
      expect(again.outcome).toBe("repeated");
      expect(again.conversation.messageVersion).toBe(1);
    }
    const later = await stores().conversations.applyMessage(id, { ...message, sequence: sequence(6) });
    expect(later).toMatchObject({ outcome: "applied", conversation: { messageVersion: 2 } });
  });

  it("applies a message once though 8 apply it at once", async () => {
    const [id, message] = [newId("cnv"), applied()];
    const results = await atOnce(8, () => stores().conversations.applyMessage(id, message));
    expect(results.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect((await stores().conversations.get(id))?.messageVersion).toBe(1);
  });

  it("never moves its times back, whatever the order of messages and replies", async () => {
    const seconds = fc.integer({ min: 0, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ at: seconds, reply: fc.boolean() }), { maxLength: 5 }), async (steps) => {
        const { id, message } = await start(stores);
        let [lastMessage, lastInbound] = [0, 0];
        for (const [position, { at, reply }] of steps.entries()) {
          if (reply) await stores().conversations.touch(id, time(at));
          else
            await stores().conversations.applyMessage(id, {
              ...message,
              sequence: sequence(position + 2),
              at: time(at),
            });
          lastMessage = Math.max(lastMessage, at);
          if (!reply) lastInbound = Math.max(lastInbound, at);
        }
        expect(await stores().conversations.get(id)).toMatchObject({
          lastMessageAt: time(lastMessage),
          lastInboundAt: time(lastInbound),
          openedAt: time(0),
          messageVersion: 1 + steps.filter(({ reply }) => !reply).length,
        });
      }),
      { numRuns: 15 },
    );
  });

  it("keeps the first relation, and the last references and name that a message had", async () => {
    const first = { relatesTo: "cnv_theirs", references: ["<1@mail>"], customerName: "ada" };
    const { id, message } = await start(stores, applied(first));
    const next = (changes: Partial<typeof message>) =>
      stores().conversations.applyMessage(id, { ...message, relatesTo: "cnv_other", ...changes });
    const last = { references: ["<1@mail>", "<2@mail>"], customerName: "Ada Winter" };
    await next({ sequence: sequence(2), ...last });
    const { conversation } = await next({ sequence: sequence(3), references: undefined, customerName: undefined });
    expect(conversation).toMatchObject({ relatesTo: "cnv_theirs", ...last });
    expect(conversation.openerIdentityId).toBe(message.identityId);
  });

  it("remembers how far it was read, and never less", async () => {
    const { id } = await start(stores);
    const { conversations } = stores();
    const readUpTo = async () => (await conversations.get(id))?.readUpTo;
    expect(await readUpTo()).toBeUndefined();
    for (const order of ["b", "c", "a"]) await conversations.markRead(id, order);
    expect(await readUpTo()).toBe("c");
    const missing = newId("cnv");
    await conversations.markRead(missing, "a");
    expect(await conversations.get(missing)).toBeUndefined();
  });

  it("reads many at once, and removes one for ever", async () => {
    const { conversations } = stores();
    const [one, other] = [await start(stores), await start(stores)];
    const ids = [one.id, newId("cnv"), other.id, one.id];
    expect((await conversations.many(ids)).map(({ id }) => id).toSorted()).toEqual([one.id, other.id].toSorted());
    await conversations.remove(one.id);
    await conversations.remove(one.id);
    expect((await conversations.many(ids)).map(({ id }) => id)).toEqual([other.id]);
    expect(await conversations.get(one.id)).toBeUndefined();
  });

  it("has a gap as long as something of it is parked", async () => {
    const { conversations } = stores();
    const { id } = await start(stores);
    const [one, other] = [newId("prk"), newId("prk")];
    expect(await conversations.clearGap(id, one)).not.toHaveProperty("gap");
    for (const parkedId of [one, other, one])
      expect(await conversations.markGap(id, parkedId)).toMatchObject({ gap: true });
    for (const parkedId of [one, one]) expect(await conversations.clearGap(id, parkedId)).toMatchObject({ gap: true });
    expect(await conversations.clearGap(id, other)).not.toHaveProperty("gap");
    expect(await conversations.get(id)).toMatchObject({ id, messageVersion: 1 });
    expect(await conversations.get(id)).not.toHaveProperty("gap");
  });

  it("is marked by a reply that failed, until that is answered again", async () => {
    const { conversations } = stores();
    const { id } = await start(stores);
    const [one, other] = [newId("msg"), newId("msg")];
    for (const messageId of [one, one])
      expect(await conversations.markUnsent(id, messageId)).toMatchObject({ unsent: one, messageVersion: 2 });
    expect(await conversations.close(id, 1, time(10), 1)).toMatchObject({ outcome: "newer" });
    expect(await conversations.markUnsent(id, other)).toMatchObject({ unsent: other, messageVersion: 3 });
    await conversations.clearUnsent(id, one);
    expect(await conversations.get(id)).toMatchObject({ unsent: other });
    await conversations.clearUnsent(id, other);
    expect((await conversations.get(id))?.unsent).toBeUndefined();
  });

  it("is marked so no more once it is closed", async () => {
    const { conversations } = stores();
    const { id } = await start(stores);
    await conversations.markUnsent(id, newId("msg"));
    expect((await conversations.close(id, 2, time(10), 1)).conversation?.unsent).toBeUndefined();
    const closed = await conversations.markUnsent(id, newId("msg"));
    expect(closed).toMatchObject({ status: "resolved", messageVersion: 2 });
    expect(closed?.unsent).toBeUndefined();
  });

  it("changes tags, of a conversation that is there", async () => {
    const { id } = await start(stores);
    expect(await stores().conversations.setTags(id, ["a", "b"])).toMatchObject({ tags: ["a", "b"], messageVersion: 1 });
    const nobody = newId("cnv");
    expect(await stores().conversations.setTags(nobody, [])).toBeUndefined();
    expect(await stores().conversations.markGap(nobody, newId("prk"))).toBeUndefined();
    expect(await stores().conversations.clearGap(nobody, newId("prk"))).toBeUndefined();
    expect(await stores().conversations.markUnsent(nobody, newId("msg"))).toBeUndefined();
    await stores().conversations.clearUnsent(nobody, newId("msg"));
    await stores().conversations.touch(nobody, time(1));
    expect(await stores().conversations.get(nobody)).toBeUndefined();
  });
}

function snoozing(stores: () => Stores): void {
  it("lists a snoozed one by who set it aside, and forgets the time when it waits again or is closed", async () => {
    const { id, message } = await start(stores);
    const at = time(300);
    const { queueId } = message.requested;
    const snoozed = pooled({ queueId, status: "snoozed", agentId: "agent-a", snoozedUntil: at, poolSequence: 1 });
    expect(await stores().conversations.project(id, snoozed)).toMatchObject({ snoozedUntil: at });
    const { items } = await stores().conversations.list(
      { queueId, status: "snoozed", agentId: "agent-a" },
      { limit: 10 },
    );
    expect(items.map((item) => item.id)).toContain(id);
    const waiting = pooled({ queueId, status: "waiting", agentId: null, poolSequence: 2 });
    expect((await stores().conversations.project(id, waiting))?.snoozedUntil).toBeUndefined();
    await stores().conversations.project(id, { ...snoozed, poolSequence: 3 });
    expect((await stores().conversations.close(id, 1, time(400), 4)).conversation?.snoozedUntil).toBeUndefined();
  });
}

function closing(stores: () => Stores): void {
  it("closes at the version that was seen, keeps queue and agent, and says so again", async () => {
    const { id } = await start(stores);
    await stores().conversations.project(id, pooled({ status: "assigned", agentId: "agent-de", poolSequence: 2 }));
    const closed = await stores().conversations.close(id, 1, time(60), 3);
    expect(closed).toMatchObject({
      outcome: "closed",
      conversation: {
        status: "resolved",
        closedAt: time(60),
        queueId: "billing",
        agentId: "agent-de",
        poolSequence: 3,
      },
    });
    expect(await stores().conversations.close(id, 1, time(61), 4)).toEqual(closed);
    expect(await stores().conversations.project(id, pooled({ poolSequence: 9 }))).toEqual(closed.conversation);
  });

  it("does not close behind a newer message or a later entry", async () => {
    const { id, message } = await start(stores);
    await stores().conversations.applyMessage(id, { ...message, sequence: sequence(2) });
    expect(await stores().conversations.close(id, 1, time(60), 3)).toMatchObject({ outcome: "newer" });
    await stores().conversations.project(id, pooled({ poolSequence: 8 }));
    const refused = await stores().conversations.close(id, 2, time(60), 7);
    expect(refused).toMatchObject({ outcome: "newer", conversation: { messageVersion: 2, status: "waiting" } });
    expect(refused.conversation?.closedAt).toBeUndefined();
    expect(await stores().conversations.close(newId("cnv"), 1, time(60), 3)).toEqual({ outcome: "missing" });
  });

  it("closes what the pool took in and resolved in one entry, and lists it", async () => {
    const message = applied({ requested: { ...applied().requested, queueId: newId("agt") } });
    const { id } = await start(stores, message);
    await stores().conversations.close(id, 1, time(60), 3);
    const filter = { queueId: message.requested.queueId, status: "resolved" as const };
    const { items } = await stores().conversations.list(filter, { limit: 5 });
    expect(items).toMatchObject([{ id, agentId: null, enqueuedAt: message.at, queueId: message.requested.queueId }]);
  });

  it("sends a new message elsewhere once it is closed, but knows the ones it had", async () => {
    const { id, message } = await start(stores);
    await stores().conversations.close(id, 1, time(60), 3);
    const next = await stores().conversations.applyMessage(id, { ...message, sequence: sequence(2) });
    expect(next).toMatchObject({ outcome: "closed", conversation: { messageVersion: 1, closedAt: time(60) } });
    expect(await stores().conversations.applyMessage(id, message)).toMatchObject({ outcome: "repeated" });
  });

  it("reopens a closed one with a new version, and leaves an open one as it is", async () => {
    const { id, message } = await start(stores);
    await stores().conversations.close(id, 1, time(60), 3);
    const { customerId } = message;
    const { reopen } = stores().conversations;
    const reopened = await reopen({ id, messageVersion: 2 }, { customerId, ownedSince: 0 }, time(70));
    const { address } = message;
    expect(reopened).toMatchObject({ messageVersion: 2, customerId, address, reopenedAt: time(70) });
    expect(reopened?.closedAt).toBeUndefined();
    expect(await reopen({ id, messageVersion: 2 }, { customerId, ownedSince: 0 }, time(80))).toEqual(reopened);
    expect(
      await reopen({ id: newId("cnv"), messageVersion: 2 }, { customerId, ownedSince: 0 }, time(80)),
    ).toBeUndefined();
    expect(await stores().conversations.close(id, 1, time(61), 4)).toMatchObject({ outcome: "newer" });
    expect(await stores().conversations.project(id, pooled({ poolSequence: 4 }))).toMatchObject({ status: "waiting" });
    const next = await stores().conversations.applyMessage(id, { ...message, sequence: sequence(2) });
    expect(next).toMatchObject({ outcome: "applied", conversation: { messageVersion: 3 } });
  });

  it("reopens a closed one as another customer's, who is answered elsewhere", async () => {
    const { id } = await start(stores, applied({ references: ["<1@mail>"], customerName: "Ada Winter" }));
    await stores().conversations.close(id, 1, time(60), 3);
    const answers = { identityId: newId("idn"), address: "+4915112345679", channel: "sms", inboxId: "support" };
    const owner = { customerId: newId("cus"), ownedSince: 3, answers };
    const reopened = await stores().conversations.reopen({ id, messageVersion: 2 }, owner, time(70));
    expect(reopened).toMatchObject({ messageVersion: 2, customerId: owner.customerId, ...answers });
    expect(reopened?.references).toBeUndefined();
    expect(reopened?.customerName).toBeUndefined();
    expect(await stores().conversations.get(id)).toEqual(reopened);
  });

  it("is never both closed and given a message, however the two race", async () => {
    const ends: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      const { id, message } = await start(stores);
      const apply = async () => {
        // A step of its own begins later by as many calls: so each side wins in some rounds.
        for (let call = 0; call < round % 4; call += 1) await stores().conversations.get(id);
        return stores().conversations.applyMessage(id, { ...message, sequence: sequence(2) });
      };
      const results = await Promise.all([
        apply(),
        stores().conversations.close(id, 1, time(60), 3),
        stores().conversations.project(id, pooled({ poolSequence: 2 })),
      ]);
      const outcomes = results.map((result) => (result && "outcome" in result ? result.outcome : "projected"));
      const { closedAt, messageVersion } = (await stores().conversations.get(id))!;
      ends.push(`${outcomes.toSorted().join(", ")}: version ${messageVersion}, ${closedAt ? "closed" : "open"}`);
    }
    const lawful = ["applied, newer, projected: version 2, open", "closed, closed, projected: version 1, closed"];
    expect(new Set(ends)).toEqual(new Set(lawful));
  });
}
