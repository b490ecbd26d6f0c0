import { expect, it } from "vitest";
import { start } from "./stores-conversations.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { newId, pooled, sequence, time } from "../stores/samples.ts";

/** What pools show on conversations. */
export function projectionContract(stores: () => Stores): void {
  it("shows what the pool says, and nothing older", async () => {
    const { id } = await start(stores);
    const offered = pooled({ status: "offered", agentId: "agent-de", offerId: "ofr_1", poolSequence: 4 });
    expect(await stores().conversations.project(id, offered)).toMatchObject(offered);
    for (const poolSequence of [3, 4]) {
      expect(await stores().conversations.project(id, pooled({ poolSequence }))).toMatchObject(offered);
    }
    const assigned = pooled({ status: "assigned", agentId: "agent-de", poolSequence: 5 });
    const shown = await stores().conversations.project(id, assigned);
    expect(shown).toMatchObject(assigned);
    expect(shown?.offerId).toBeUndefined();
    expect(await stores().conversations.get(id)).toEqual(shown);
  });

  it("shows the pool that has the queue today over any other, and no other over it", async () => {
    const { id } = await start(stores);
    const { conversations } = stores();
    const of = (poolId: string, poolSequence: number) => pooled({ poolId, poolSequence });
    await conversations.project(id, of("old", 40), true);
    expect(await conversations.project(id, of("new", 3), true)).toMatchObject(of("new", 3));
    expect(await conversations.project(id, of("old", 41), false)).toMatchObject(of("new", 3));
    expect(await conversations.project(id, of("new", 2), true)).toMatchObject(of("new", 3));
    expect(await conversations.project(id, of("new", 4), false)).toMatchObject(of("new", 4));
    expect(await conversations.close(id, 1, time(60), 50, { id: "old", isOwn: () => false })).toMatchObject({
      outcome: "newer",
    });
    const closed = await conversations.close(id, 1, time(60), 2, { id: "third", isOwn: () => true });
    expect(closed).toMatchObject({ outcome: "closed", conversation: { poolId: "third", poolSequence: 2 } });
  });

  it("is closed by the pool that shows it, having its queue or not", async () => {
    const { id } = await start(stores);
    const { conversations } = stores();
    await conversations.project(id, pooled({ poolSequence: 4 }));
    const pool = { id: "service", isOwn: () => false };
    expect(await conversations.close(id, 1, time(60), 3, pool)).toMatchObject({ outcome: "newer" });
    expect(await conversations.close(id, 1, time(60), 4, pool)).toMatchObject({ outcome: "closed" });
  });

  it("leaves a message's attributes alone, and is left alone by messages", async () => {
    const { id, message } = await start(stores);
    await stores().conversations.project(id, pooled({ status: "assigned", agentId: "agent-de" }));
    const { conversation } = await stores().conversations.applyMessage(id, { ...message, sequence: sequence(2) });
    expect(conversation).toMatchObject({ status: "assigned", agentId: "agent-de", messageVersion: 2 });
  });

  it("shows nothing of a conversation that is not there", async () => {
    const id = newId("cnv");
    expect(await stores().conversations.project(id, pooled())).toBeUndefined();
    expect(await stores().conversations.get(id)).toBeUndefined();
  });
}
