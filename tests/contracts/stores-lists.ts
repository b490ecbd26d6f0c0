import { expect, it } from "vitest";
import type { PooledAttributes } from "../../shared/core/conversation.ts";
import { InvalidCursor } from "../../shared/ports/paging.ts";
import type { ConversationStore, Stores } from "../../shared/ports/stores.ts";
import { newId, pooled, time } from "../stores/samples.ts";
import { start } from "./stores-conversations.ts";

export function conversationListContract(stores: () => Stores): void {
  type Filter = Parameters<ConversationStore["list"]>[0];

  const fill = async (queueId: string, shown: Partial<PooledAttributes>[]) => {
    const ids: string[] = [];
    for (const [position, attributes] of shown.entries()) {
      const { id } = await start(stores);
      await stores().conversations.project(id, pooled({ queueId, enqueuedAt: time(position), ...attributes }));
      ids.push(id);
    }
    return ids;
  };

  const idsOf = async (filter: Filter, limit = 50) => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stores().conversations.list(filter, { limit, cursor });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return ids;
  };

  it("lists those that wait, longest first, page by page, complete and without repeats", async () => {
    const queueId = newId("agt");
    const ids = await fill(
      queueId,
      Array.from({ length: 9 }, () => ({})),
    );
    await fill(newId("agt"), [{}]);
    expect(await idsOf({ queueId, status: "waiting" }, 4)).toEqual(ids);
    expect(await idsOf({ queueId, status: "waiting" }, 9)).toEqual(ids);
    expect(await idsOf({ queueId, status: "assigned" })).toEqual([]);
  });

  it("lists those that an agent holds, and nobody else's", async () => {
    const queueId = newId("agt");
    const held = ["agent-b", "agent-a", "agent-b", "agent-a#x"].map((agentId) => ({
      status: "assigned" as const,
      agentId,
    }));
    const [first, second, third, fourth] = await fill(queueId, held);
    const of = (agentId?: string) => idsOf({ queueId, status: "assigned", agentId }, 1);
    expect(await of("agent-b")).toEqual([first, third]);
    expect(await of("agent-a")).toEqual([second]);
    expect(await of("agent-a#x")).toEqual([fourth]);
    expect(await of("agent")).toEqual([]);
    expect((await of()).toSorted()).toEqual([first, second, third, fourth].toSorted());
  });

  it("moves a conversation from list to list as the pool goes on", async () => {
    const queueId = newId("agt");
    const [id] = await fill(queueId, [{}]);
    const counts = async () => {
      const states = ["waiting", "offered", "assigned", "resolved"] as const;
      return Promise.all(states.map(async (status) => (await idsOf({ queueId, status })).length));
    };
    expect(await counts()).toEqual([1, 0, 0, 0]);
    await stores().conversations.project(
      id!,
      pooled({ queueId, status: "offered", agentId: "a", offerId: "ofr_1", poolSequence: 2 }),
    );
    expect(await counts()).toEqual([0, 1, 0, 0]);
    await stores().conversations.project(id!, pooled({ queueId, status: "assigned", agentId: "a", poolSequence: 3 }));
    expect(await counts()).toEqual([0, 0, 1, 0]);
    await stores().conversations.close(id!, 1, time(60), 4);
    expect(await counts()).toEqual([0, 0, 0, 1]);
  });

  it("lists resolved ones by when they were closed, the newest first where that is asked for", async () => {
    const queueId = newId("agt");
    const [first, second, third] = await fill(queueId, [{}, {}, {}]);
    const { conversations } = stores();
    for (const [position, id] of [second, third, first].entries())
      await conversations.close(id!, 1, time(100 + position), 5);
    const resolved = { queueId, status: "resolved" as const };
    expect(await idsOf(resolved, 1)).toEqual([second, third, first]);
    const newest = await conversations.list(resolved, { limit: 2, newestFirst: true });
    expect(newest.items.map(({ id }) => id)).toEqual([first, third]);
    const rest = await conversations.list(resolved, { limit: 2, newestFirst: true, cursor: newest.cursor });
    expect(rest.items.map(({ id }) => id)).toEqual([second]);
  });

  it("lists one that was opened again nowhere until the pool has taken it up", async () => {
    const queueId = newId("agt");
    const [id] = await fill(queueId, [{}]);
    const { conversations } = stores();
    await conversations.close(id!, 1, time(100), 5);
    await conversations.reopen({ id: id!, messageVersion: 2 }, { customerId: newId("cus"), ownedSince: 0 }, time(99));
    expect(await idsOf({ queueId, status: "resolved" })).toEqual([]);
    await conversations.project(id!, pooled({ queueId, poolSequence: 6 }));
    expect(await idsOf({ queueId, status: "waiting" })).toEqual([id]);
  });

  it("refuses the cursor of another list", async () => {
    const queueId = newId("agt");
    await fill(queueId, [{}, {}]);
    const { cursor } = await stores().conversations.list({ queueId, status: "waiting" }, { limit: 1 });
    await expect(stores().conversations.list({ queueId, status: "offered" }, { limit: 1, cursor })).rejects.toThrow(
      InvalidCursor,
    );
  });
}
