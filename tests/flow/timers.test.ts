import { expect, test } from "vitest";
import { agent, available, configuration, createFlow, onlyConversation, supervisor } from "./harness.ts";

test("an offer lapses when its time is up, not at the next minute", async () => {
  const [pool] = configuration.pools;
  const [queue] = pool!.queues;
  const manual = { ...queue!, acceptance: "manual" as const, offerExpiresAfterMs: 20_000 };
  const flow = createFlow({ ...configuration, pools: [{ ...pool!, queues: [manual] }] });
  await available(flow, "agent-en");
  await flow.text("Hello, could you please help me with my order?");
  await onlyConversation(flow, agent("agent-en"), "offered");
  const [timer] = flow.delayed;
  expect(timer).toEqual({
    body: { schemaVersion: 1, timer: { kind: "pool-sweep", poolId: "service" } },
    delaySeconds: 20,
  });
  await flow.advance(20_000);
  expect(await onlyConversation(flow, supervisor, "waiting")).toMatchObject({ agentId: null });
});

test("one moment has one timer, however much happens before it", async () => {
  const relaxing = [{ requirements: [{ skill: "de", level: 5 }], expiresAfterMs: 120_000 }, { requirements: [] }];
  const flow = createFlow({ ...configuration, rules: [{ id: "all", when: {}, do: { steps: relaxing }, stop: false }] });
  await flow.text("Hello, could you please help me with my order?");
  await flow.text("Hello, it is me, could you please help me as well?", "+4915112345602");
  await available(flow, "agent-en");
  expect(flow.delayed.map(({ delaySeconds }) => delaySeconds)).toEqual([120]);
  await flow.advance(120_000);
  expect((await flow.call(agent("agent-en"), "GET", "/v1/conversations?status=assigned")).body.items).toHaveLength(2);
});
