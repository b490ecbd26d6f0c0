import { expect, it } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { applied, newId, sequence, time } from "../stores/samples.ts";
import { mergeWorld } from "./stores-merges.ts";

/** Whose an open conversation is, and what that means for messages that were routed before. */
export function ownershipContract(stores: () => Stores): void {
  const { customer, plan, head, merged } = mergeWorld(stores);
  const undone = { at: time(500), by: "admin" };

  /** A message of an identity of its own, routed as that customer's at that version. */
  const routedAs = (customerId: string, customerVersion: number) =>
    applied({ customerId, customerVersion, sequence: sequence(7), at: time(600) });

  const outcomeOf = async (id: string, message: ReturnType<typeof applied>) =>
    (await stores().conversations.applyMessage(id, message)).outcome;

  it("takes no message into a kept conversation that was routed before the merge", async () => {
    const { survivor, from } = await merged();
    const id = survivor.openConversationId!;
    expect(await outcomeOf(id, routedAs(survivor.id, survivor.version - 1))).toBe("moved");
    expect(await outcomeOf(id, routedAs(from.id, from.version))).toBe("moved");
    expect(await stores().conversations.get(id)).toMatchObject({ customerId: survivor.id, messageVersion: 2 });
    expect(await outcomeOf(id, routedAs(survivor.id, survivor.version))).toBe("applied");
    expect(await outcomeOf(id, routedAs(survivor.id, survivor.version + 1))).toBe("applied");
  });

  it("keeps what an answer by mail names, and what they are called, where the customer wrote last on a channel without", async () => {
    const [survivor, from] = [await customer(0), await customer(10)];
    const [id, known] = [survivor.openConversationId!, { references: ["first@example.org"], customerName: "Ada" }];
    await stores().conversations.applyMessage(id, { ...routedAs(survivor.id, 0), ...known, at: time(5) });
    const { merge, seen } = await plan(survivor, from, survivor, from);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    const { address } = seen.withdrawn!;
    expect(await stores().conversations.get(id)).toMatchObject({ ...known, address });
  });

  it("says of a message that was applied before that it was, whosever the conversation is by now", async () => {
    const [survivor, from] = [await customer(0), await customer()];
    const id = survivor.openConversationId!;
    const message = routedAs(survivor.id, survivor.version);
    await stores().conversations.applyMessage(id, message);
    const { merge, seen } = await plan(survivor, from, survivor);
    expect(await stores().customers.merge(merge, seen)).toBe(true);
    expect(await outcomeOf(id, message)).toBe("repeated");
  });

  it.each([["survivor"], ["from"]] as const)(
    "takes none that was routed before an undoing left it with the %s",
    async (side) => {
      const { merge, ...sides } = await merged();
      const { survivor, from } = sides;
      const conversation = (await stores().conversations.get(survivor.openConversationId!))!;
      const open = { conversation, holder: survivor, keeperId: sides[side].id };
      expect(await stores().customers.undoMerge(merge, undone, { survivor, from, open })).toBe(true);
      expect(await outcomeOf(conversation.id, routedAs(survivor.id, survivor.version))).toBe("moved");
      const keeper = await head(sides[side].id);
      expect(await outcomeOf(conversation.id, routedAs(keeper.id, keeper.version))).toBe("applied");
    },
  );

  it("raises the version of whom the survivor was merged into, since the parted one counted as them", async () => {
    const { merge, survivor, from } = await merged();
    const root = await customer();
    const later = await plan(root, survivor, survivor);
    await stores().customers.merge(later.merge, later.seen);
    const [holder, middle] = [await head(root.id), await head(survivor.id)];
    const conversation = (await stores().conversations.get(holder.openConversationId!))!;
    const open = { conversation, holder, keeperId: holder.id };
    expect(await stores().customers.undoMerge(merge, undone, { survivor: middle, from, open })).toBe(true);
    expect(await head(root.id)).toEqual({ ...holder, version: holder.version + 1 });
    expect(await outcomeOf(conversation.id, routedAs(holder.id, holder.version))).toBe("moved");
  });

  it("counts anew when the conversation is opened again, as whosever it is by then", async () => {
    const { survivor } = await merged();
    const id = survivor.openConversationId!;
    await stores().conversations.close(id, 2, time(550), 1);
    const owner = { customerId: newId("cus"), ownedSince: 4 };
    await stores().conversations.reopen({ id, messageVersion: 3 }, owner, time(560));
    expect(await outcomeOf(id, routedAs(survivor.id, survivor.version))).toBe("moved");
    expect(await outcomeOf(id, routedAs(owner.customerId, 3))).toBe("moved");
    expect(await outcomeOf(id, routedAs(owner.customerId, 4))).toBe("applied");
  });
}
