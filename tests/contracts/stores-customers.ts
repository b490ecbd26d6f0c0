import { expect, it } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { atOnce, claimOf, newId, sequence, time } from "../stores/samples.ts";

const firstContact = () => ({
  id: newId("idn"),
  channel: "sms",
  address: "+4915550100200",
  customerId: newId("cus"),
  evidence: { kind: "first-contact" as const, at: time(0) },
  at: time(0),
});

export function identityContract(stores: () => Stores): void {
  const create = async () => (await stores().identities.create(firstContact())).id;

  it("knows nobody before the first contact", async () => {
    expect(await stores().identities.get(newId("idn"))).toBeUndefined();
  });

  it("creates an identity once, and gives the first one to whoever comes later", async () => {
    const contact = firstContact();
    const created = await stores().identities.create(contact);
    expect(created).toEqual({
      id: contact.id,
      schemaVersion: 1,
      channel: "sms",
      address: "+4915550100200",
      customerId: contact.customerId,
      version: 1,
      evidence: [contact.evidence],
      optOuts: {},
      createdAt: time(0),
    });
    const again = await stores().identities.create({ ...contact, customerId: newId("cus"), at: time(9) });
    expect(again).toEqual(created);
    expect(await stores().identities.get(contact.id)).toEqual(created);
  });

  it("gives all racers of a first contact the same identity", async () => {
    const contact = firstContact();
    const identities = await atOnce(8, () => stores().identities.create({ ...contact, customerId: newId("cus") }));
    expect(new Set(identities.map(({ customerId }) => customerId)).size).toBe(1);
  });

  it("records STOP per inbox and lifts it with START", async () => {
    const id = await create();
    await stores().identities.setOptOut(id, "sms-main", true, time(1), sequence(1));
    await stores().identities.setOptOut(id, "sms-second", true, time(2), sequence(2));
    await stores().identities.setOptOut(id, "sms-main", false, time(3), sequence(3));
    const identity = await stores().identities.get(id);
    expect(identity?.optOuts).toEqual({ "sms-second": { at: time(2), sequence: sequence(2) } });
    expect(identity?.version).toBe(4);
  });

  it.each([
    [
      "a STOP behind a START",
      [
        [3, false],
        [2, true],
      ],
      false,
    ],
    [
      "a START behind a STOP",
      [
        [3, true],
        [2, false],
      ],
      true,
    ],
    [
      "the same STOP twice",
      [
        [2, true],
        [2, true],
      ],
      true,
    ],
  ] as const)("keeps to the order of %s", async (_, words, optedOut) => {
    const id = await create();
    for (const [position, stop] of words) {
      await stores().identities.setOptOut(id, "sms-main", stop, time(position), sequence(position));
    }
    const identity = await stores().identities.get(id);
    expect("sms-main" in identity!.optOuts).toBe(optedOut);
    expect(identity?.version).toBe(2);
  });

  it.each([
    ["a START that was said before the STOP", { said: [5, 3], stop: [true, false] }, true],
    ["a STOP that was said before the START", { said: [5, 3], stop: [false, true] }, false],
    ["a START of the same second", { said: [5, 5.9], stop: [true, false] }, false],
    ["a START whose provider names the second alone", { said: [5.9, 5], stop: [true, false] }, false],
  ] as const)("goes by what was said later, whatever comes later: %s", async (_, { said, stop }, optedOut) => {
    const id = await create();
    for (const each of [0, 1] as const)
      await stores().identities.setOptOut(id, "sms-main", stop[each], time(said[each]), sequence(each));
    const identity = await stores().identities.get(id);
    expect("sms-main" in identity!.optOuts).toBe(optedOut);
    expect(identity?.version).toBe(said[1] < 5 ? 2 : 3);
  });

  it("ends with the same word in whatever order words come", async () => {
    const words = [
      { stop: true, said: 2, position: 2 },
      { stop: false, said: 1, position: 3 },
      { stop: true, said: 2.5, position: 1 },
    ];
    for (const order of [
      [0, 1, 2],
      [1, 2, 0],
      [2, 1, 0],
      [0, 2, 1],
    ]) {
      const id = await create();
      for (const { stop, said, position } of order.map((nth) => words[nth]!))
        await stores().identities.setOptOut(id, "sms-main", stop, time(said), sequence(position));
      const optOuts = { "sms-main": { at: time(2), sequence: sequence(2) } };
      expect((await stores().identities.get(id))?.optOuts).toEqual(optOuts);
    }
  });

  it("blocks and unblocks, and each raises the version", async () => {
    const id = await create();
    await stores().identities.setBlocked(id, { at: time(1), by: "agent-de" });
    expect(await stores().identities.get(id)).toMatchObject({ blocked: { at: time(1), by: "agent-de" }, version: 2 });
    await stores().identities.setBlocked(id, null);
    const unblocked = await stores().identities.get(id);
    expect(unblocked?.blocked).toBeUndefined();
    expect(unblocked?.version).toBe(3);
  });

  it("names an identity that is not there", async () => {
    const id = newId("idn");
    await expect(stores().identities.setOptOut(id, "sms-main", true, time(1), sequence(1))).rejects.toThrow(id);
    await expect(stores().identities.setBlocked(id, null)).rejects.toThrow(id);
  });
}

const at = (id: string, messageVersion: number) => ({ id, messageVersion });

export function customerContract(stores: () => Stores): void {
  it("claims the free slot of a customer it has not met, without raising the version", async () => {
    const [id, conversation] = [newId("cus"), newId("cnv")];
    expect(await stores().customers.get(id)).toBeUndefined();
    const claim = claimOf(conversation);
    const head = await stores().customers.claimOpenConversation(id, claim);
    expect(head).toEqual({
      id,
      schemaVersion: 1,
      version: 0,
      attributes: {},
      identityIds: [claim.identityId],
      mergedFrom: [],
      openConversationId: conversation,
    });
    expect(await stores().customers.get(id)).toEqual(head);
  });

  it("says who holds the slot when it is taken, and lets the holder claim again", async () => {
    const [id, holder, other] = [newId("cus"), newId("cnv"), newId("cnv")];
    await stores().customers.claimOpenConversation(id, claimOf(holder));
    expect((await stores().customers.claimOpenConversation(id, claimOf(other))).openConversationId).toBe(holder);
    expect(
      (await stores().customers.claimOpenConversation(id, claimOf(other, at(newId("cnv"), 1)))).openConversationId,
    ).toBe(holder);
    expect((await stores().customers.claimOpenConversation(id, claimOf(holder))).openConversationId).toBe(holder);
  });

  it("replaces a conversation that was seen closed", async () => {
    const [id, closed, next] = [newId("cus"), newId("cnv"), newId("cnv")];
    await stores().customers.claimOpenConversation(id, claimOf(closed));
    expect((await stores().customers.claimOpenConversation(id, claimOf(next, at(closed, 1)))).openConversationId).toBe(
      next,
    );
    expect((await stores().customers.claimOpenConversation(id, claimOf(next, at(closed, 1)))).openConversationId).toBe(
      next,
    );
  });

  it("has one winner of the slot among 8 racers", async () => {
    const id = newId("cus");
    const claims = await atOnce(8, async () => {
      const conversation = newId("cnv");
      const head = await stores().customers.claimOpenConversation(id, claimOf(conversation));
      return { conversation, holder: head.openConversationId };
    });
    expect(claims.filter(({ conversation, holder }) => conversation === holder)).toHaveLength(1);
    expect(new Set(claims.map(({ holder }) => holder)).size).toBe(1);
  });

  it("frees the slot for its holder alone", async () => {
    const [id, holder] = [newId("cus"), newId("cnv")];
    await stores().customers.claimOpenConversation(id, claimOf(holder));
    await stores().customers.freeOpenConversation(id, at(newId("cnv"), 1));
    expect((await stores().customers.get(id))?.openConversationId).toBe(holder);
    await stores().customers.freeOpenConversation(id, at(holder, 1));
    await stores().customers.freeOpenConversation(id, at(holder, 1));
    expect(await stores().customers.get(id)).toMatchObject({ lastConversationId: holder });
    expect((await stores().customers.get(id))?.openConversationId).toBeUndefined();
    await stores().customers.freeOpenConversation(newId("cus"), at(holder, 1));
  });

  it("leaves the slot to a conversation that was reopened, whatever rests on its earlier closing", async () => {
    const [id, holder, next] = [newId("cus"), newId("cnv"), newId("cnv")];
    await stores().customers.claimOpenConversation(id, claimOf(holder));
    const head = await stores().customers.claimForReopening(id, at(holder, 3), 0);
    expect(head).toMatchObject({ openConversationId: holder, reopenedVersion: 3 });
    await stores().customers.freeOpenConversation(id, at(holder, 2));
    expect((await stores().customers.claimOpenConversation(id, claimOf(next, at(holder, 2)))).openConversationId).toBe(
      holder,
    );
    expect(await stores().customers.claimForReopening(id, at(holder, 2), 0)).toEqual(head);
    const replaced = await stores().customers.claimOpenConversation(id, claimOf(next, at(holder, 3)));
    expect(replaced).toMatchObject({ openConversationId: next, lastConversationId: holder });
    expect(replaced.reopenedVersion).toBeUndefined();
    expect(await stores().customers.claimForReopening(id, at(holder, 4), 0)).toEqual(replaced);
  });

  it("claims the slot for reopening only at the version at which it was read whose the conversation is", async () => {
    const [id, holder] = [newId("cus"), newId("cnv")];
    const { customers } = stores();
    const { version } = await customers.update(id, { name: "Erika" });
    for (const other of [version - 1, version + 1]) {
      const late = await customers.claimForReopening(id, at(holder, 3), other);
      expect(late).toMatchObject({ version });
      expect(late.openConversationId).toBeUndefined();
    }
    await customers.claimOpenConversation(id, claimOf(holder));
    expect((await customers.claimForReopening(id, at(holder, 3), version - 1)).reopenedVersion).toBeUndefined();
    expect(await customers.claimForReopening(id, at(holder, 3), version)).toMatchObject({ reopenedVersion: 3 });
  });

  it("remembers the language of the first conversation that leaves the slot, and keeps it", async () => {
    const id = newId("cus");
    for (const language of ["de", "en"]) {
      const conversation = newId("cnv");
      await stores().customers.claimOpenConversation(id, claimOf(conversation));
      await stores().customers.freeOpenConversation(id, at(conversation, 1), language);
    }
    expect((await stores().customers.get(id))?.language).toBe("de");
  });

  it("merges attributes and raises the version only by what is new", async () => {
    const id = newId("cus");
    const conversation = newId("cnv");
    const claim = claimOf(conversation);
    await stores().customers.claimOpenConversation(id, claim);
    await stores().customers.update(id, { name: "Erika", attributes: { plan: "gold", orders: 2 } });
    const changed = await stores().customers.update(id, { language: "de", attributes: { orders: 3, vip: true } });
    const expected = {
      id,
      schemaVersion: 1,
      version: 2,
      name: "Erika",
      language: "de",
      attributes: { plan: "gold", orders: 3, vip: true },
      identityIds: [claim.identityId],
      mergedFrom: [],
      openConversationId: conversation,
    };
    expect(changed).toEqual(expected);
    expect(await stores().customers.update(id, { name: "Erika", attributes: { vip: true } })).toEqual(expected);
    expect(await stores().customers.get(id)).toEqual(expected);
  });

  it("takes an attribute of any name, those that objects have by themselves too", async () => {
    const id = newId("cus");
    const attributes = { constructor: "Kessel", toString: "a", hasOwnProperty: true, valueOf: 3 };
    expect((await stores().customers.update(id, { attributes })).attributes).toEqual(attributes);
    await stores().customers.update(id, { name: "Erika", attributes: { toString: null } });
    const { toString: _, ...left } = attributes;
    expect(Object.entries((await stores().customers.get(id))!.attributes).toSorted()).toEqual(
      Object.entries(left).toSorted(),
    );
  });

  it("loses none of several changes at once", async () => {
    const id = newId("cus");
    await atOnce(4, (racer) => stores().customers.update(id, { attributes: { [`key${racer}`]: racer } }));
    const head = await stores().customers.get(id);
    expect(head?.attributes).toEqual({ key0: 0, key1: 1, key2: 2, key3: 3 });
    expect(head?.version).toBe(4);
  });
}
