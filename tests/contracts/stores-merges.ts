import { expect, it } from "vitest";
import type { Conversation } from "../../shared/core/conversation.ts";
import { unwrittenHead, type Customer, type Merge } from "../../shared/core/customer.ts";
import type { SeenMerge, SeenUndo, Stores } from "../../shared/ports/stores.ts";
import { applied, atOnce, claimOf, newId, pooled, sequence, time } from "../stores/samples.ts";

const undone = { at: time(500), by: "admin" };

export function mergeContract(stores: () => Stores): void {
  const setUp = mergeWorld(stores);
  mergesOfHeads(stores, setUp);
  mergesOfConversations(stores, setUp);
  undoing(stores, setUp);
}

type World = ReturnType<typeof mergeWorld>;

/** Customers with open conversations, and what a merge of them rests on. */
export function mergeWorld(stores: () => Stores) {
  /** A customer whose head is there; with a conversation that was opened then. */
  const customer = async (openedAt?: number, isWritten = true): Promise<Customer> => {
    const id = newId("cus");
    if (openedAt === undefined) return stores().customers.update(id, { name: "Erika" });
    const conversationId = newId("cnv");
    const claim = claimOf(conversationId);
    if (isWritten) await write(conversationId, id, claim.identityId, openedAt);
    return stores().customers.claimOpenConversation(id, claim);
  };

  const write = (id: string, customerId: string, identityId: string, seconds: number) =>
    stores().conversations.applyMessage(id, applied({ customerId, identityId, at: time(seconds) }));

  const open = async (head: Customer): Promise<Conversation | undefined> =>
    head.openConversationId === undefined ? undefined : stores().conversations.get(head.openConversationId);

  const plan = async (survivor: Customer, from: Customer, kept?: Customer, withdrawn?: Customer) => {
    const merge: Merge = {
      id: newId("mrg"),
      schemaVersion: 1,
      survivorId: survivor.id,
      fromId: from.id,
      evidence: { kind: "agent", at: time(400), by: "agent-de" },
      at: time(400),
      ...(kept && { keptConversationId: kept.openConversationId }),
      ...(withdrawn && { withdrawnConversationId: withdrawn.openConversationId }),
    };
    const seen: SeenMerge = {
      survivor,
      from,
      kept: kept && (await open(kept)),
      withdrawn: withdrawn && (await open(withdrawn)),
    };
    return { merge, seen };
  };

  const head = async (id: string): Promise<Customer> => (await stores().customers.get(id))!;

  /** Two who were merged, each with a conversation; that of the survivor was opened first. */
  const merged = async () => {
    const [survivor, from] = [await customer(0), await customer(10)];
    const { merge, seen } = await plan(survivor, from, survivor, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    return { merge, survivor: await head(survivor.id), from: await head(from.id) };
  };

  return { customer, write, plan, head, merged };
}

function mergesOfHeads(stores: () => Stores, { customer, plan, head, merged }: World): void {
  it("merges two customers, raises both versions, and remembers it with both", async () => {
    const [survivor, from] = [await customer(), await customer()];
    const { merge, seen } = await plan(survivor, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    expect(await head(survivor.id)).toEqual({ ...survivor, version: 2, mergedFrom: [from.id] });
    expect(await head(from.id)).toEqual({ ...from, version: 2, mergedInto: survivor.id });
    expect(await stores().customers.getMerge(merge.id)).toEqual(merge);
    for (const { id } of [survivor, from]) expect(await stores().customers.merges(id)).toEqual([merge]);
    expect(await stores().customers.getMerge(newId("mrg"))).toBeUndefined();
    expect(await stores().customers.merges(newId("cus"))).toEqual([]);
  });

  it("merges customers whose heads nobody has written", async () => {
    const [survivor, from] = [unwrittenHead(newId("cus")), unwrittenHead(newId("cus"))];
    const { merge, seen } = await plan(survivor, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    expect(await head(from.id)).toMatchObject({ version: 1, mergedInto: survivor.id });
  });

  it("says so again where it was carried out before", async () => {
    const { merge, survivor, from } = await merged();
    const { seen } = await plan(survivor, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    expect((await head(survivor.id)).version).toBe(survivor.version);
  });

  it("keeps what rules read at every version", async () => {
    const { customers } = stores();
    const { id } = await customers.update(newId("cus"), { name: "Erika", attributes: { plan: "gold" } });
    await customers.update(id, { language: "de", attributes: { plan: null, orders: 3 } });
    const survivor = await head(id);
    const { merge, seen } = await plan(survivor, await customer());
    await customers.merge(merge, seen);
    const profiles = await Promise.all([0, 1, 2, 3, 4].map((version) => customers.atVersion(id, version)));
    const second = { name: "Erika", language: "de", attributes: { orders: 3 } };
    expect(profiles).toEqual([
      { attributes: {} },
      { name: "Erika", attributes: { plan: "gold" } },
      second,
      second,
      undefined,
    ]);
  });

  it("gives no claim to who was merged, so that whoever routes looks for the survivor", async () => {
    const { survivor, from } = await merged();
    const { customers } = stores();
    const expected = { mergedInto: survivor.id };
    const claimed = await customers.claimOpenConversation(from.id, claimOf(newId("cnv")));
    expect(claimed).toMatchObject(expected);
    expect(claimed.openConversationId).toBeUndefined();
    const closed = { id: newId("cnv"), messageVersion: 2 };
    const reopening = await customers.claimForReopening(from.id, closed, from.version + 1);
    expect(reopening).toMatchObject(expected);
    expect(reopening.openConversationId).toBeUndefined();
  });

  it("gives a claim that rests on a version only at that version", async () => {
    const { id, version } = await customer();
    const { customers } = stores();
    await customers.update(id, { name: "Frieda" });
    const late = await customers.claimOpenConversation(id, { ...claimOf(newId("cnv")), customerVersion: version });
    expect(late.openConversationId).toBeUndefined();
    const claim = { ...claimOf(newId("cnv")), customerVersion: version + 1 };
    expect((await customers.claimOpenConversation(id, claim)).openConversationId).toBe(claim.conversationId);
    const first = { ...claimOf(newId("cnv")), customerVersion: 0 };
    expect((await customers.claimOpenConversation(newId("cus"), first)).openConversationId).toBe(first.conversationId);
  });

  it("carries out one of several merges of the same two at once", async () => {
    const [one, other] = [await customer(0), await customer(10)];
    const results = await atOnce(8, async (racer) => {
      const [survivor, from] = racer % 2 === 0 ? [one, other] : [other, one];
      const { merge, seen } = await plan(survivor, from, one, other);
      return stores().customers.merge(merge, seen);
    });
    expect(results.filter(Boolean)).toHaveLength(1);
    const heads = [await head(one.id), await head(other.id)];
    expect(heads.filter(({ mergedInto }) => mergedInto === undefined)).toHaveLength(1);
    expect(heads.map(({ version }) => version)).toEqual([one.version + 1, other.version + 1]);
  });
}

function mergesOfConversations(stores: () => Stores, { customer, plan, head }: World): void {
  it("goes on with the kept conversation and closes the other one as continued in it", async () => {
    const [survivor, from] = [await customer(10), await customer(0)];
    const withdrawnId = survivor.openConversationId!;
    const queueId = newId("agt");
    await stores().conversations.project(
      withdrawnId,
      pooled({ queueId, status: "offered", agentId: "agent-de", offerId: "ofr_1" }),
    );
    const { merge, seen } = await plan(survivor, from, from, survivor);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    const kept = await stores().conversations.get(from.openConversationId!);
    expect(kept).toMatchObject({ customerId: survivor.id, messageVersion: 2 });
    const withdrawn = await stores().conversations.get(withdrawnId);
    expect(withdrawn).toMatchObject({
      customerId: survivor.id,
      closedAt: merge.at,
      continuedIn: kept!.id,
      status: "resolved",
      queueId,
      agentId: "agent-de",
    });
    expect(withdrawn?.offerId).toBeUndefined();
    expect(await head(survivor.id)).toMatchObject({ openConversationId: kept!.id, lastConversationId: withdrawnId });
    expect(await head(from.id)).toMatchObject({ lastConversationId: kept!.id });
    expect((await head(from.id)).openConversationId).toBeUndefined();
    expect((await stores().customers.history(survivor.id, { limit: 5 })).items).toEqual([withdrawnId]);
    const listed = await stores().conversations.list({ queueId, status: "resolved" }, { limit: 5 });
    expect(listed.items.map(({ id }) => id)).toEqual([withdrawnId]);
  });

  it("answers where the customer wrote last", async () => {
    const [survivor, from] = [await customer(0), await customer(10)];
    const { merge, seen } = await plan(survivor, from, survivor, from);
    await stores().customers.merge(merge, seen);
    const { identityId, address, lastInboundAt, lastMessageAt } = seen.withdrawn!;
    const kept = await stores().conversations.get(survivor.openConversationId!);
    expect(kept).toMatchObject({ identityId, address, lastInboundAt, lastMessageAt, openedAt: time(0) });
  });

  it("takes a conversation over from the slot of who is merged, with how it was reopened", async () => {
    const [survivor, from] = [await customer(), await customer(0)];
    const id = from.openConversationId!;
    const reopened = await stores().customers.claimForReopening(from.id, { id, messageVersion: 4 }, from.version);
    const { merge, seen } = await plan(survivor, reopened, reopened);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    expect(await head(survivor.id)).toMatchObject({ openConversationId: id, reopenedVersion: 4 });
    expect(await stores().conversations.get(id)).toMatchObject({ customerId: survivor.id, messageVersion: 1 });
  });

  it.each([
    [
      "a message",
      (id: string, message: ReturnType<typeof applied>) => stores().conversations.applyMessage(id, message),
    ],
    ["its closing", (id: string) => stores().conversations.close(id, 1, time(300), 1)],
  ])("does nothing where %s has come to a conversation since", async (_, change) => {
    const [survivor, from] = [await customer(0), await customer(10)];
    const { merge, seen } = await plan(survivor, from, survivor, from);
    const { identityId, id } = seen.withdrawn!;
    await change(id, applied({ customerId: from.id, identityId, sequence: sequence(2), at: time(20) }));
    expect(await stores().customers.merge(merge, seen)).toBe(false);
    expect(await stores().customers.getMerge(merge.id)).toBeUndefined();
    expect(await head(from.id)).toEqual(from);
    expect(await stores().conversations.get(survivor.openConversationId!)).toEqual(seen.kept);
  });

  it("does nothing where a slot was claimed since", async () => {
    const [survivor, from] = [await customer(0), await customer()];
    const { merge, seen } = await plan(survivor, from, survivor);
    await stores().customers.claimOpenConversation(from.id, claimOf(newId("cnv")));
    expect(await stores().customers.merge(merge, seen)).toBe(false);
  });

  it("settles whose a conversation is before its first message comes", async () => {
    const [survivor, from] = [await customer(), await customer(0, false)];
    const id = from.openConversationId!;
    const { merge, seen } = await plan(survivor, from, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    expect(await stores().conversations.get(id)).toBeUndefined();
    expect(await stores().conversations.many([id])).toEqual([]);
    const { outcome, conversation } = await stores().conversations.applyMessage(id, applied({ customerId: from.id }));
    expect(outcome).toBe("applied");
    expect(conversation).toMatchObject({ customerId: survivor.id, messageVersion: 1 });
  });

  it("closes a conversation before its first message comes, so that it goes elsewhere", async () => {
    const [survivor, from] = [await customer(0), await customer(10, false)];
    const id = from.openConversationId!;
    const { merge, seen } = await plan(survivor, from, survivor, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    const { outcome, conversation } = await stores().conversations.applyMessage(id, applied({ customerId: from.id }));
    expect(outcome).toBe("closed");
    expect(conversation).toMatchObject({ id, messageVersion: 0, continuedIn: survivor.openConversationId });
    expect(await stores().conversations.get(id)).toBeUndefined();
  });

  it("settles nothing about a conversation whose first message has come since", async () => {
    const [survivor, from] = [await customer(0), await customer(10, false)];
    const { merge, seen } = await plan(survivor, from, survivor, from);
    await stores().conversations.applyMessage(from.openConversationId!, applied({ customerId: from.id }));
    expect(await stores().customers.merge(merge, seen)).toBe(false);
  });
}

function undoing(stores: () => Stores, { customer, plan, head, merged }: World): void {
  const openOf = async (holder: Customer, keeperId: string): Promise<SeenUndo["open"]> => ({
    conversation: (await stores().conversations.get(holder.openConversationId!))!,
    holder,
    keeperId,
  });

  const withdrawn = async () => {
    const { merge, survivor, from } = await merged();
    return { survivor, from, keptId: merge.keptConversationId!, withdrawnId: merge.withdrawnConversationId! };
  };

  it("parts the two, and leaves the conversation with its keeper", async () => {
    const { merge, survivor, from } = await merged();
    const seen = { survivor, from, open: await openOf(survivor, survivor.id) };
    expect(await stores().customers.undoMerge(merge, undone, seen)).toBe(true);
    const { mergedInto: _, ...parted } = from;
    expect(await head(survivor.id)).toEqual({ ...survivor, version: survivor.version + 1, mergedFrom: [] });
    expect(await head(from.id)).toEqual({ ...parted, version: from.version + 1 });
    expect(await stores().customers.getMerge(merge.id)).toEqual({ ...merge, undone });
    expect(await stores().customers.undoMerge(merge, { ...undone, by: "another" }, seen)).toBe(true);
    expect((await stores().customers.getMerge(merge.id))?.undone).toEqual(undone);
  });

  it("gives the conversation and the slot to who is parted, and answers where they wrote last", async () => {
    const { merge, survivor, from } = await merged();
    const answers = { identityId: newId("idn"), address: "+4915550100777", channel: "sms", inboxId: "sms-main" };
    const open = { ...(await openOf(survivor, from.id))!, answers };
    expect(await stores().customers.undoMerge(merge, undone, { survivor, from, open })).toBe(true);
    const id = survivor.openConversationId!;
    expect(await head(from.id)).toMatchObject({ openConversationId: id });
    expect(await head(survivor.id)).toMatchObject({ lastConversationId: id });
    expect((await head(survivor.id)).openConversationId).toBeUndefined();
    expect(await stores().conversations.get(id)).toMatchObject({ customerId: from.id, ...answers });
  });

  it("takes the conversation out of the slot of whom the survivor was merged into since", async () => {
    const { merge, survivor, from } = await merged();
    const root = await customer();
    const later = await plan(root, survivor, survivor);
    await stores().customers.merge(later.merge, later.seen);
    const seen = {
      survivor: await head(survivor.id),
      from,
      open: await openOf(await head(root.id), from.id),
    };
    expect(await stores().customers.undoMerge(merge, undone, seen)).toBe(true);
    expect((await head(root.id)).openConversationId).toBeUndefined();
    expect(await head(survivor.id)).toMatchObject({ mergedInto: root.id, mergedFrom: [] });
    expect(await head(from.id)).toMatchObject({ openConversationId: survivor.openConversationId });
  });

  it("does nothing where the conversation, or a head, has changed since", async () => {
    const { merge, survivor, from } = await merged();
    const open = await openOf(survivor, survivor.id);
    await stores().customers.update(survivor.id, { name: "Frieda" });
    expect(await stores().customers.undoMerge(merge, undone, { survivor, from, open })).toBe(false);
    const now = await head(survivor.id);
    const { identityId, id } = open!.conversation;
    const { id: customerId, version: customerVersion } = now;
    const message = applied({ customerId, customerVersion, identityId, sequence: sequence(2), at: time(30) });
    expect((await stores().conversations.applyMessage(id, message)).outcome).toBe("applied");
    const seen = { survivor: now, from, open: { ...open!, holder: now } };
    expect(await stores().customers.undoMerge(merge, undone, seen)).toBe(false);
    expect((await stores().customers.getMerge(merge.id))?.undone).toBeUndefined();
  });

  it("opens what was withdrawn again, and it goes on nowhere else", async () => {
    const { from, withdrawnId } = await withdrawn();
    const { conversations } = stores();
    const version = { id: withdrawnId, messageVersion: 2 };
    const opened = await conversations.reopen(version, { customerId: from.id, ownedSince: 3 }, time(600));
    expect(opened).not.toHaveProperty("continuedIn");
    await conversations.continueIn(withdrawnId, { from: "cnv_a", to: "cnv_b" });
    expect(await conversations.get(withdrawnId)).toEqual(opened);
  });

  it("lets what was withdrawn go on in another conversation, unless it goes on elsewhere by now", async () => {
    const { keptId, withdrawnId } = await withdrawn();
    const { continueIn, get } = stores().conversations;
    for (const to of ["cnv_newer", "cnv_late"]) await continueIn(withdrawnId, { from: keptId, to });
    expect((await get(withdrawnId))?.continuedIn).toBe("cnv_newer");
  });

  it("may be followed by another merge of the two", async () => {
    const { merge, survivor, from } = await merged();
    await stores().customers.undoMerge(merge, undone, { survivor, from });
    const again = await plan(await head(survivor.id), await head(from.id));
    expect(await stores().customers.merge(again.merge, again.seen)).toBe(true);
    const ids = (await stores().customers.merges(from.id)).map(({ id }) => id);
    expect(ids.toSorted()).toEqual([merge.id, again.merge.id].toSorted());
  });
}
