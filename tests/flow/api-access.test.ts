import { describe, expect, test } from "vitest";
import { agent, anna, available, configuration, createFlow, onlyConversation, started, supervisor } from "./harness.ts";
import { callerOf } from "../../functions/caller.ts";

describe("what an agent may not see or do", () => {
  test("a conversation of another queue is not there for them", async () => {
    const { flow, id } = await started();
    const stranger = agent("agent-of-nowhere");
    expect((await flow.call(stranger, "GET", `/v1/conversations/${id}`)).status).toBe(404);
    expect((await flow.call(stranger, "GET", "/v1/conversations")).body.items).toEqual([]);
  });

  test("assigning to a colleague by name takes a supervisor", async () => {
    const { flow, id } = await started();
    const path = `/v1/conversations/${id}/transfer`;
    expect((await flow.call(agent("agent-en"), "POST", path, { agentId: "agent-de" })).status).toBe(403);
    const absent = await flow.call(supervisor, "POST", path, { agentId: "agent-de" });
    expect(absent).toMatchObject({ status: 409, body: { reason: "refused-by-pool" } });
    await available(flow, "agent-de");
    const forced = await flow.call(supervisor, "POST", path, { agentId: "agent-de" });
    expect(forced).toMatchObject({ status: 200, body: { status: "assigned", agentId: "agent-de" } });
  });

  test("what a supervisor gives them outside their queues is on their list", async () => {
    const vip = { id: "vip", acceptance: "automatic" as const, offerExpiresAfterMs: 60_000 };
    const [pool] = configuration.pools;
    const flow = createFlow({
      ...configuration,
      pools: [{ ...pool!, queues: [...pool!.queues, vip] }],
      rules: [{ id: "vip", when: {}, do: { queue: "vip" }, stop: false }],
    });
    await available(flow, "agent-de");
    await flow.text("Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, supervisor, "waiting");
    expect((await flow.call(agent("agent-de"), "GET", "/v1/conversations")).body.items).toEqual([]);
    await flow.call(supervisor, "POST", `/v1/conversations/${id}/transfer`, { agentId: "agent-de" });
    expect((await flow.call(agent("agent-de"), "GET", "/v1/conversations")).body.items).toMatchObject([{ id }]);
  });

  test("what is only offered to them can't be answered or resolved, and has no holder", async () => {
    const [pool] = configuration.pools;
    const [queue] = pool!.queues;
    const flow = createFlow({ ...configuration, pools: [{ ...pool!, queues: [{ ...queue!, acceptance: "manual" }] }] });
    await available(flow, "agent-en");
    await flow.text("Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, agent("agent-en"), "offered");
    expect((await flow.call(agent("agent-en"), "GET", `/v1/conversations/${id}`)).body.agentId).toBeNull();
    const path = `/v1/conversations/${id}`;
    const reply = await flow.call(
      agent("agent-en"),
      "POST",
      `${path}/messages`,
      { text: "Hi" },
      { "idempotency-key": "1" },
    );
    expect(reply.status).toBe(403);
    expect((await flow.call(agent("agent-en"), "POST", `${path}/resolve`, {})).status).toBe(403);
    const [offer] = (await flow.call(agent("agent-en"), "GET", "/v1/offers")).body.items;
    expect((await flow.call(agent("agent-en"), "POST", `/v1/offers/${offer.id}/accept`)).status).toBe(200);
    expect((await flow.call(agent("agent-en"), "GET", path)).body).toMatchObject({
      status: "assigned",
      agentId: "agent-en",
    });
  });

  test("a resolved conversation is reopened before it is transferred or answered, and then waits for the pool", async () => {
    const { flow, id } = await started();
    const path = `/v1/conversations/${id}`;
    await flow.call(agent("agent-en"), "POST", `${path}/resolve`, {});
    await flow.settle();
    const answer = await flow.call(
      agent("agent-en"),
      "POST",
      `${path}/messages`,
      { text: "Hi" },
      { "idempotency-key": "1" },
    );
    expect(answer).toMatchObject({ status: 409, body: { reason: "resolved" } });
    const moved = await flow.call(supervisor, "POST", `${path}/transfer`, { queueId: "general", note: "Yours?" });
    expect(moved).toMatchObject({ status: 409, body: { reason: "resolved" } });
    const reopened = await flow.call(agent("agent-en"), "POST", `${path}/reopen`);
    expect(reopened.body).toMatchObject({ status: "waiting", agentId: null, closedAt: null });
    const early = await flow.call(
      agent("agent-en"),
      "POST",
      `${path}/messages`,
      { text: "Hi" },
      { "idempotency-key": "1" },
    );
    expect(early.status).toBe(403);
  });

  test("a customer none of whose conversations they see is not there for them", async () => {
    const { flow, id } = await started();
    const { customerId } = (await flow.call(supervisor, "GET", `/v1/conversations/${id}`)).body;
    const stranger = agent("agent-of-nowhere");
    expect((await flow.call(stranger, "GET", `/v1/customers/${customerId}`)).status).toBe(404);
    const found = await flow.call(stranger, "GET", `/v1/customers?address=${encodeURIComponent(anna)}`);
    expect(found.body.items).toEqual([]);
  });

  test("a note never leaves the house", async () => {
    const { flow, id } = await started();
    const body = { text: "The customer sounds upset.", note: true };
    const path = `/v1/conversations/${id}/messages`;
    const kept = await flow.call(agent("agent-de"), "POST", path, body, { "idempotency-key": "n" });
    expect(kept).toMatchObject({ status: 202, body: { direction: "note", status: "noted" } });
    await flow.advance(120_000);
    expect(flow.twilio.outbox({ to: anna })).toEqual([]);
  });
});

describe("a caller", () => {
  const token = (claims: object) => `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`;

  test.each([
    [
      { token_use: "access", username: "agent-en", "cognito:groups": ["agent"] },
      { id: "agent-en", role: "agent" },
    ],
    [
      { token_use: "access", username: "ada", "cognito:groups": ["agent", "admin"] },
      { id: "ada", role: "admin" },
    ],
    [
      { sub: "42", groups: ["supervisor"] },
      { id: "42", role: "supervisor" },
    ],
    [
      { sub: "42", username: "agent-de", groups: ["agent"] },
      { id: "42", role: "agent" },
    ],
    [
      { sub: "crm", groups: ["service", "scope:messages:write", "queue:general", "queue:*"] },
      { id: "crm", role: "service", scopes: ["messages:write"], queueIds: ["general", "*"] },
    ],
    [
      { sub: "crm", groups: ["admin", "service"] },
      { id: "crm", role: "service", scopes: [], queueIds: [] },
    ],
    [{ sub: "42", groups: ["Customer support admin", "team,admin"] }, undefined],
    [{ sub: "42", groups: "admin" }, undefined],
    [{ token_use: "access", "cognito:groups": ["agent"] }, undefined],
  ])("of %j is %j", (claims, expected) => {
    expect(callerOf(token(claims))).toEqual(expected);
  });

  test("without a token is nobody", () => {
    expect(callerOf("")).toBeUndefined();
  });
});
