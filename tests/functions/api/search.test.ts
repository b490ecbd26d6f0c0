import { describe, expect, test } from "vitest";
import {
  bert,
  clara,
  createWorld,
  holder,
  ok,
  openConversationOf,
  service,
  worldConfiguration,
  type World,
} from "./world.ts";
import { matchOf, foldedText, termsOf, type Searchable } from "../../../functions/api/search/match.ts";
import { SearchMemory } from "../../../functions/api/search/memory.ts";
import { agent, anna, createFlow, supervisor, type Flow } from "../../flow/harness.ts";
import type { Caller } from "../../../functions/api/routes.ts";
import { limits } from "../../../shared/core/limits.ts";

const search = (flow: Flow, caller: Caller, query: string, more = "") =>
  ok(flow, caller, "GET", `/v1/search?q=${encodeURIComponent(query)}${more}`);

const found = async ({ flow }: World, query: string, caller: Caller = supervisor): Promise<string[]> =>
  (await search(flow, caller, query)).items.map(
    ({ conversation }: { conversation: { id: string } }) => conversation.id,
  );

describe("a search finds", () => {
  test("open and resolved conversations by a part of a word that was written, newest first", async () => {
    const world = await createWorld();
    const { flow, conversationId } = world;
    await flow.text("It is a bicycle, by the way.", anna);
    await flow.advance(limits.searchFreshMs);
    expect(await found(world, "BICYC")).toEqual([conversationId, world.resolvedId]);
    const { items, searched, limitedTo } = await search(flow, supervisor, "by the way");
    expect(items).toMatchObject([{ matched: ["text"], excerpt: "It is a bicycle, by the way." }]);
    expect([searched, limitedTo]).toEqual([3, limits.maxSearchedConversations]);
  });

  test("by tag, name and part of an address, and says which", async () => {
    const world = await createWorld();
    const { flow, conversationId, customerId } = world;
    await ok(flow, supervisor, "PATCH", `/v1/conversations/${conversationId}`, { tags: ["Rückruf"] });
    await ok(flow, supervisor, "PATCH", `/v1/customers/${customerId}`, { name: "Zoë Größer" });
    const { items } = await search(flow, supervisor, "ruckruf zoe 345678");
    expect(items).toMatchObject([{ conversation: { id: conversationId }, matched: ["tag", "name", "address"] }]);
    expect(await found(world, "grosser")).toEqual([conversationId]);
    expect(await found(world, "grosser missing")).toEqual([]);
  });

  test("what is written in a reply, but no note", async () => {
    const world = await createWorld();
    const path = `/v1/conversations/${world.conversationId}/messages`;
    await ok(world.flow, holder, "POST", path, { text: "The parcel left today." }, { "idempotency-key": "1" });
    await ok(world.flow, holder, "POST", path, { text: "Grumpy.", note: true }, { "idempotency-key": "2" });
    expect(await found(world, "parcel")).toEqual([world.conversationId]);
    expect(await found(world, "grumpy")).toEqual([]);
  });

  test("a message that came after an earlier search", async () => {
    const world = await createWorld();
    expect(await found(world, "umbrella")).toEqual([]);
    await world.flow.text("And an umbrella.", anna);
    await world.flow.advance(limits.searchFreshMs);
    expect(await found(world, "umbrella")).toEqual([world.conversationId]);
  });

  test("a conversation that was opened again once, as it is now", async () => {
    const world = await createWorld();
    expect(await found(world, "bicycle")).toEqual([world.resolvedId]);
    await ok(world.flow, supervisor, "POST", `/v1/conversations/${world.resolvedId}/reopen`, {});
    await world.flow.settle();
    await world.flow.advance(limits.searchFreshMs);
    const { items } = await search(world.flow, supervisor, "bicycle");
    expect(items).toHaveLength(1);
    expect(items[0].conversation.status).not.toBe("resolved");
  });

  test("every conversation at an address in full, however it is written and old it is", async () => {
    const world = await createWorld();
    world.flow.stores.conversations.list = async () => ({ items: [] });
    expect(await found(world, "bicycle")).toEqual([]);
    for (const query of [bert, "+49 1511 2345-602"]) expect(await found(world, query)).toContain(world.resolvedId);
    expect(await found(world, clara)).toHaveLength(2);
  });
});

describe("a search shows", () => {
  test("nobody what they may not see", async () => {
    const world = await createWorld();
    expect(await found(world, "order", service("conversations:read"))).toContain(world.conversationId);
    const elsewhere = { ...service("conversations:read"), queueIds: [] } as Caller;
    for (const caller of [agent("agent-of-nowhere"), elsewhere]) {
      const { items, searched } = await search(world.flow, caller, "order");
      expect([items, searched]).toEqual([[], 0]);
      expect(await found(world, anna, caller)).toEqual([]);
    }
  });

  test("pages that follow one another", async () => {
    const flow = createFlow(worldConfiguration);
    const addresses = Array.from({ length: 7 }, (_, number) => `+4915112345${number}00`);
    for (const from of addresses) await flow.text("Hello, where is my order?", from);
    const expected = await Promise.all(addresses.map((address) => openConversationOf(flow, address)));
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search(
        flow,
        supervisor,
        "order",
        `&limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
      );
      ids.push(...page.items.map(({ conversation }: { conversation: { id: string } }) => conversation.id));
      cursor = page.cursor;
    } while (cursor);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    const wrong = await flow.call(supervisor, "GET", "/v1/search?q=order&cursor=3");
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: "cursor" }] } });
  });
});

describe("a search costs", () => {
  test("no reading of texts that have not changed", async () => {
    const { flow } = await createWorld();
    const { list } = flow.stores.messages;
    const read: string[] = [];
    flow.stores.messages.list = (id, page) => {
      read.push(id);
      return list(id, page);
    };
    await search(flow, supervisor, "order");
    expect(read).toHaveLength(3);
    await flow.text("One more thing.", anna);
    await flow.advance(limits.searchFreshMs);
    read.length = 0;
    await search(flow, supervisor, "order");
    expect(read).toEqual([await openConversationOf(flow, anna)]);
  });

  test("a bounded memory, which forgets first what was not needed for longest", async () => {
    const { flow, conversationId } = await createWorld();
    const conversation = (await flow.stores.conversations.get(conversationId))!;
    const [first, second, third] = ["cnv_1", "cnv_2", "cnv_3"].map((id) => ({ ...conversation, id }));
    const memory = new SearchMemory(40);
    for (const each of [first!, second!]) memory.keepTexts(each, ["ten letter"]);
    expect(memory.textsOf(first!)).toHaveLength(1);
    memory.keepTexts(third!, ["ten more!!"]);
    expect([first, second, third].map((each) => memory.textsOf(each!) !== undefined)).toEqual([true, false, true]);
    expect(memory.textsOf({ ...first!, messageVersion: 9 })).toBeUndefined();
  });
});

describe("a match", () => {
  const nothing: Searchable = { text: [], subject: [], name: [], address: [], tag: [] };
  const inText = (written: string, query: string) =>
    matchOf({ ...nothing, text: [foldedText(written)] }, termsOf(query))?.excerpt;

  test.each([
    ["Die Straße ist nass", "strasse", "Die Straße ist nass"],
    ["请问我的订单在哪里", "订单", "请问我的订单在哪里"],
    ["ＦＵＬＬ width", "full", "ＦＵＬＬ width"],
    ["one\n\n  two", "two", "one two"],
  ])("of %j by %j is shown as it was written", (written, query, excerpt) => {
    expect(inText(written, query)).toBe(excerpt);
  });

  test("in a long text is shown with the words around it, wherever folding has moved it", () => {
    const written = `${"ﬃ ß ".repeat(500)}needle${" straw".repeat(500)}`;
    const excerpt = inText(written, "needle")!;
    expect(excerpt).toContain("needle");
    expect(excerpt).toMatch(/^….*…$/su);
    expect(excerpt.length).toBeLessThanOrEqual(limits.searchExcerptCharacters + 2);
  });

  test("of a number ignores how it is grouped", () => {
    expect(termsOf("0151 / 12-34")).toEqual(["01511234"]);
    expect(termsOf("12 ab")).toEqual(["12", "ab"]);
  });
});
