import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFlow } from "../../flow/harness.ts";
import { resolvedLast } from "../../../functions/api/search/resolved.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import { createPoolMemory } from "../../../shared/flow/pool.ts";

/** Queues whose resolved conversations a test puts there and takes away, with pages as the stores give them. */
function company() {
  const flow = createFlow();
  const resolved: { id: string; queueId: string; closedAt: string }[] = [];
  let minute = 0;
  let pages = 0;
  flow.stores.conversations.list = async ({ queueId }, { limit, cursor = "0" }) => {
    pages += 1;
    const all = resolved
      .filter((each) => each.queueId === queueId)
      .toSorted((one, other) => (one.closedAt < other.closedAt ? 1 : -1));
    const from = cursor === "0" ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
    const items = all.slice(from, from + limit) as unknown as Conversation[];
    return { items, cursor: all.length > from + limit ? items.at(-1)!.id : undefined };
  };
  const context = { app: flow.app, memory: createPoolMemory(), caller: { id: "sam", role: "supervisor" } } as const;
  return {
    resolve(id: string, queueId: string): void {
      const before = resolved.findIndex((each) => each.id === id);
      if (before >= 0) resolved.splice(before, 1);
      minute += 1;
      resolved.push({ id, queueId, closedAt: new Date(minute * 60_000).toISOString() });
    },
    reopen(id: string): void {
      const place = resolved.findIndex((each) => each.id === id);
      if (place >= 0) resolved.splice(place, 1);
    },
    async listed(queueIds: string[]): Promise<string[]> {
      const ids = (await resolvedLast(queueIds, context)).map(({ id }) => id);
      return ids.filter((id) => resolved.some((each) => each.id === id)).slice(0, limits.maxSearchedConversations);
    },
    expected: (queueIds: string[]): string[] =>
      resolved
        .filter(({ queueId }) => queueIds.includes(queueId))
        .toSorted((one, other) => (one.closedAt < other.closedAt ? 1 : -1))
        .slice(0, limits.maxSearchedConversations)
        .map(({ id }) => id),
    pages: () => pages,
  };
}

const queues = ["a", "b", "c"];

describe("what was resolved last", () => {
  test("is read as far as it is among the newest of all queues, and then only what is new", async () => {
    const { resolve, listed, expected, pages } = company();
    for (let number = 0; number < 2_400; number += 1) resolve(`cnv_${number}`, queues[number % 10 === 0 ? 1 : 0]!);
    expect(await listed(queues)).toEqual(expected(queues));
    const cold = pages();
    expect(cold).toBeLessThan(limits.maxSearchedConversations / limits.maxPageItems + 2 * queues.length);
    resolve("cnv_new", "b");
    expect(await listed(queues)).toEqual(expected(queues));
    expect(pages() - cold).toBe(queues.length);
  });

  test("is right after any resolving and reopening, whoever searches in whatever queues", async () => {
    const id = fc.integer({ min: 0, max: 30 }).map((number) => `cnv_${number}`);
    const step = fc.oneof(
      fc.record({ kind: fc.constant("resolve"), id, queueId: fc.constantFrom(...queues) }),
      fc.record({ kind: fc.constant("reopen"), id, queueId: fc.constantFrom(...queues) }),
      fc.record({ kind: fc.constant("search"), id, queueId: fc.constantFrom(...queues) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { resolve, reopen, listed, expected } = company();
        const home = new Map<string, string>();
        for (const each of steps) {
          // A conversation stays in its queue here; leaving it while resolved is not possible.
          const queueId = home.get(each.id) ?? each.queueId;
          home.set(each.id, queueId);
          if (each.kind === "resolve") resolve(each.id, queueId);
          if (each.kind === "reopen") reopen(each.id);
          const searched = each.kind === "search" ? [each.queueId] : queues;
          expect(await listed(searched)).toEqual(expected(searched));
        }
      }),
      { numRuns: 60 },
    );
  });
});
