import { describe, expect, test } from "vitest";
import { agent, anna, available, configuration, createFlow, onlyConversation, started, supervisor } from "./harness.ts";
import { identityIdOf } from "../../shared/core/ids.ts";

describe("errors name the field at fault", () => {
  const cases: [string, string, string, unknown, Record<string, string>, number, string | undefined][] = [
    ["no Idempotency-Key", "POST", "/messages", { text: "Hi" }, {}, 400, "Idempotency-Key"],
    ["no text", "POST", "/messages", {}, { "idempotency-key": "1" }, 400, "text"],
    ["text of another type", "POST", "/messages", { text: 5 }, { "idempotency-key": "1" }, 400, "text"],
    ["an unknown field", "POST", "/messages", { text: "Hi", loud: true }, { "idempotency-key": "1" }, 400, "loud"],
    ["a body that is not JSON", "POST", "/messages", "{", { "idempotency-key": "1" }, 400, ""],
    ["a transfer to nowhere", "POST", "/transfer", {}, {}, 400, "queueId"],
    ["a transfer to an unknown queue", "POST", "/transfer", { queueId: "nope" }, {}, 400, "queueId"],
    ["a skill level of 6", "POST", "/transfer", { skills: [{ skill: "de", level: 6 }] }, {}, 400, "skills.0.level"],
    ["a method that the path does not take", "DELETE", "/messages", undefined, {}, 405, undefined],
    ["a path that is not there", "GET", "/nothing", undefined, {}, 404, undefined],
  ];

  test.each(cases)("%s", async (_, method, path, body, headers, status, field) => {
    const { flow, id } = await started();
    const reply = await flow.call(agent("agent-en"), method, `/v1/conversations/${id}${path}`, body, headers);
    expect(reply.status).toBe(status);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
    expect(reply.body.errors?.[0].field).toBe(field);
  });

  test("a cursor that no list gave", async () => {
    const { flow } = await started();
    const reply = await flow.call(supervisor, "GET", "/v1/conversations?cursor=zzz");
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: "cursor" }] } });
  });

  test("a status that does not exist", async () => {
    const { flow } = await started();
    const reply = await flow.call(supervisor, "GET", "/v1/conversations?status=lost");
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: "status" }] } });
  });

  test("a presence that does not exist", async () => {
    const { flow } = await started();
    const reply = await flow.call(agent("agent-en"), "PUT", "/v1/agents/agent-en/presence", { status: "asleep" });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: "status" }] } });
  });
});

describe("a customer's profile", () => {
  test("set by an agent decides where the next conversation goes", async () => {
    const gold = { id: "gold", when: { attributes: { tier: ["gold"] } }, do: { tags: ["gold"] }, stop: false };
    const flow = createFlow({ ...configuration, rules: [gold, ...configuration.rules] });
    await available(flow, "agent-en");
    await flow.text("Hello, could you please help me with my order?");
    const { id, customerId } = await onlyConversation(flow, agent("agent-en"), "assigned");
    const changed = await flow.call(agent("agent-en"), "PATCH", `/v1/customers/${customerId}`, {
      name: "Anna",
      attributes: { tier: "gold" },
    });
    expect(changed).toMatchObject({ status: 200, body: { name: "Anna", attributes: { tier: "gold" }, version: 1 } });
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    await flow.text("Hello again, there is something else that I would like to ask.");
    expect(await onlyConversation(flow, agent("agent-en"), "assigned")).toMatchObject({ tags: ["gold"] });
  });

  test("with a blocked address: its messages are kept and reach nobody, and nothing goes out to it", async () => {
    const { flow, id } = await started();
    const identityId = identityIdOf("sms", anna);
    await flow.call(supervisor, "PUT", `/v1/identities/${identityId}/blocked`, { blocked: true });
    const path = `/v1/conversations/${id}/messages`;
    const refused = await flow.call(agent("agent-en"), "POST", path, { text: "Hi" }, { "idempotency-key": "1" });
    expect(refused).toMatchObject({
      status: 409,
      body: { reason: "blocked-address", alternatives: [{ kind: "unblock" }] },
    });
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    await flow.text("Hello, it is me again, why does nobody answer?");
    expect((await flow.call(supervisor, "GET", "/v1/conversations")).body.items).toEqual([]);
    await flow.call(supervisor, "PUT", `/v1/identities/${identityId}/blocked`, { blocked: false });
    await flow.text("Hello, is there anybody who could help me?");
    expect(await onlyConversation(flow, agent("agent-en"), "assigned")).toMatchObject({ address: anna });
  });
});

describe("resolving", () => {
  test("with a newer message than the agent has seen is refused", async () => {
    const { flow, id } = await started();
    await flow.text("One more thing, please.");
    const path = `/v1/conversations/${id}/resolve`;
    const refused = await flow.call(agent("agent-en"), "POST", path, { messageVersion: 1 });
    expect(refused).toMatchObject({ status: 409, body: { reason: "newer-message" } });
    const resolved = await flow.call(agent("agent-en"), "POST", path, { messageVersion: 2 });
    expect(resolved).toMatchObject({ status: 200, body: { status: "resolved" } });
  });

  test("frees the agent for the next in line, and reopening brings it back", async () => {
    const { flow, id } = await started();
    const texts = ["+4915112345601", "+4915112345602"];
    for (const from of texts) await flow.text("Hello, could you please help me with my order?", from);
    await onlyConversation(flow, supervisor, "waiting");
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    expect((await flow.call(supervisor, "GET", "/v1/conversations?status=waiting")).body.items).toEqual([]);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/reopen`);
    await flow.settle();
    expect((await flow.stores.conversations.get(id))?.closedAt).toBeUndefined();
  });

  test("a customer who has another open conversation keeps that one", async () => {
    const { flow, id } = await started();
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    await flow.text("Hello, this is about something else entirely.");
    const refused = await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/reopen`);
    expect(refused).toMatchObject({ status: 409, body: { reason: "open-conversation" } });
  });
});

describe("lists", () => {
  test("go on from page to page without loss or repeat", async () => {
    const flow = createFlow();
    for (let customer = 0; customer < 130; customer += 1) {
      await flow.text("Hello, could you please help me with my order?", `+49151${String(customer).padStart(8, "0")}`);
    }
    await available(flow, "agent-en");
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
      const { body } = await flow.call(supervisor, "GET", `/v1/conversations${query}`);
      for (const item of body.items) {
        expect(ids.has(item.id)).toBe(false);
        ids.add(item.id);
      }
      cursor = body.cursor;
    } while (cursor);
    expect(ids.size).toBe(130);
  });

  test("of resolved conversations can be narrowed to who held them", async () => {
    const { flow, id } = await started();
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const list = (who: string) => flow.call(supervisor, "GET", `/v1/conversations?status=resolved&agent=${who}`);
    expect((await list("agent-en")).body.items).toMatchObject([{ id }]);
    expect((await list("agent-de")).body.items).toEqual([]);
  });

  test("queues show who waits, how long, and who could take it", async () => {
    const flow = createFlow();
    await flow.text("Guten Tag, ich habe eine Frage zu meiner letzten Bestellung.");
    await flow.advance(90_000);
    const { body } = await flow.call(supervisor, "GET", "/v1/queues");
    expect(body.items).toMatchObject([{ id: "general", depth: 1, oldestAgeMs: 90_000, agentsAvailable: 0 }]);
  });
});
