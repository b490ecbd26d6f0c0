import { expect, it } from "vitest";
import { InvalidCursor } from "../../shared/ports/paging.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { atOnce, claimOf, newId, sequence, time } from "../stores/samples.ts";

const firstContact = () => ({
  id: newId("idn"),
  channel: "email",
  address: "erika@example.org",
  customerId: newId("cus"),
  evidence: { kind: "first-contact" as const, at: time(0) },
  at: time(0),
});

/** What is kept of people beside their heads: evidence, earlier versions, histories. */
export function peopleContract(stores: () => Stores): void {
  it("reads many at once: those that are there, each once, however many are asked for", async () => {
    const ids = await Promise.all(
      Array.from({ length: 5 }, async () => (await stores().identities.create(firstContact())).id),
    );
    const asked = [...ids, ...ids, ...Array.from({ length: 110 }, () => newId("idn"))];
    expect((await stores().identities.many(asked)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(await stores().identities.many([])).toEqual([]);
    const customer = await stores().customers.update(newId("cus"), { name: "Erika" });
    expect(await stores().customers.many([customer.id, newId("cus"), customer.id])).toEqual([customer]);
  });

  it("keeps whose own an address is, where it is one inbox's", async () => {
    const contact = { ...firstContact(), channel: "custom", inboxId: "counter" };
    expect(await stores().identities.create(contact)).toMatchObject({ inboxId: "counter" });
    expect(await stores().identities.get(contact.id)).toMatchObject({ inboxId: "counter" });
    expect(await stores().identities.create(firstContact())).not.toHaveProperty("inboxId");
  });

  it("adds evidence once for each kind and author, and none of several at once is lost", async () => {
    const { id } = await stores().identities.create(firstContact());
    const vouched = { kind: "vouched" as const, at: time(1), by: "user:17" };
    await stores().identities.addEvidence(id, vouched);
    const again = await stores().identities.addEvidence(id, { ...vouched, at: time(2) });
    expect(again.evidence).toEqual([{ kind: "first-contact", at: time(0) }, vouched]);
    expect(again.version).toBe(1);
    await atOnce(4, (racer) =>
      stores().identities.addEvidence(id, { kind: "imported", at: time(3), by: `record-${racer}` }),
    );
    expect((await stores().identities.get(id))?.evidence).toHaveLength(6);
    await expect(stores().identities.addEvidence(newId("idn"), vouched)).rejects.toThrow("There is no identity");
  });

  it("keeps what decisions rested on at every version of an identity", async () => {
    const { identities } = stores();
    const { id } = await identities.create(firstContact());
    const blocked = { at: time(2), by: "agent-de" };
    await identities.setOptOut(id, "support", true, time(1), sequence(1));
    await identities.setBlocked(id, blocked);
    await identities.setOptOut(id, "support", false, time(3), sequence(3));
    const optOuts = { support: { at: time(1), sequence: sequence(1) } };
    const versions = await Promise.all([1, 2, 3, 4, 5].map((version) => identities.atVersion(id, version)));
    expect(versions).toEqual([
      { version: 1, optOuts: {} },
      { version: 2, optOuts },
      { version: 3, optOuts, blocked },
      { version: 4, optOuts: {}, blocked },
      undefined,
    ]);
  });

  it("removes an identity with its earlier versions", async () => {
    const { identities } = stores();
    const { id } = await identities.create(firstContact());
    await identities.setBlocked(id, { at: time(2), by: "agent-de" });
    await identities.remove(id);
    await identities.remove(id);
    expect(await identities.get(id)).toBeUndefined();
    expect(await identities.atVersion(id, 1)).toBeUndefined();
  });

  it("removes attributes that are set to null, and raises the version only where one was there", async () => {
    const { customers } = stores();
    const { id } = await customers.update(newId("cus"), { attributes: { plan: "gold", orders: 2 } });
    const changed = await customers.update(id, { attributes: { plan: null, unknown: null } });
    expect(changed).toMatchObject({ attributes: { orders: 2 }, version: 2 });
    expect(await customers.update(id, { attributes: { plan: null } })).toEqual(changed);
    expect(await customers.get(id)).toEqual(changed);
  });

  it("remembers identities, each once, and leaves the version", async () => {
    const { customers } = stores();
    const [id, claim] = [newId("cus"), claimOf(newId("cnv"))];
    const ids = [newId("idn"), newId("idn")];
    await customers.claimOpenConversation(id, claim);
    await customers.addIdentities(id, ids);
    const head = await customers.addIdentities(id, [ids[0]!]);
    expect(head).toMatchObject({ version: 0, identityIds: [...ids, claim.identityId].toSorted() });
    expect(await customers.get(id)).toEqual(head);
  });

  it("remembers nobody by a claim for another customer's address", async () => {
    const { customers } = stores();
    const [id, first, next] = [newId("cus"), newId("cnv"), newId("cnv")];
    expect(await customers.claimOpenConversation(id, { conversationId: first })).toMatchObject({
      openConversationId: first,
      identityIds: [],
    });
    const replaces = { id: first, messageVersion: 1 };
    expect(await customers.claimOpenConversation(id, { conversationId: next, replaces })).toMatchObject({
      openConversationId: next,
      lastConversationId: first,
      identityIds: [],
    });
  });

  it("lists closed conversations, newest first, page by page", async () => {
    const { customers } = stores();
    const id = newId("cus");
    const closed = Array.from({ length: 5 }, (_, position) => ({ id: newId("cnv"), openedAt: time(position) }));
    for (const conversation of closed) await customers.addToHistory(id, conversation);
    await customers.addToHistory(id, closed[2]!);
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await customers.history(id, { limit: 2, cursor });
      pages.push(page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const newestFirst = closed.map((conversation) => conversation.id).toReversed();
    expect(pages).toEqual([newestFirst.slice(0, 2), newestFirst.slice(2, 4), newestFirst.slice(4)]);
    expect(await customers.history(newId("cus"), { limit: 2 })).toEqual({ items: [], cursor: undefined });
    await expect(customers.history(id, { limit: 2, cursor: "nonsense" })).rejects.toThrow(InvalidCursor);
  });

  it("removes a customer with versions, history and merges", async () => {
    const { customers } = stores();
    const [survivor, from] = [
      await customers.update(newId("cus"), { name: "Erika" }),
      await customers.update(newId("cus"), { name: "E. M." }),
    ];
    const evidence = { kind: "agent" as const, at: time(3), by: "agent-de" };
    const merge = {
      id: newId("mrg"),
      schemaVersion: 1 as const,
      survivorId: survivor.id,
      fromId: from.id,
      evidence,
      at: time(3),
    };
    await customers.merge(merge, { survivor, from });
    await customers.addToHistory(survivor.id, { id: newId("cnv"), openedAt: time(0) });
    await customers.remove(survivor.id);
    await customers.remove(survivor.id);
    expect(await customers.get(survivor.id)).toBeUndefined();
    expect(await customers.atVersion(survivor.id, 1)).toBeUndefined();
    expect((await customers.history(survivor.id, { limit: 5 })).items).toEqual([]);
    expect(await customers.getMerge(merge.id)).toBeUndefined();
    expect(await customers.merges(from.id)).toEqual([]);
  });
}
